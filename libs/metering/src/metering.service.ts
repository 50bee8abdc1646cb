import { Injectable } from '@nestjs/common';

import { type SecurityContext, type Transaction, TransactionRunner } from '#libs/database';

import { UsageRecord } from './usage-record.entity.ts';

/** Use of one grant in a period, at one price. */
export interface GrantUsage {
  readonly usageGrantId: string;
  readonly consumerId: string;
  readonly providerId: string;
  readonly productId: string;
  readonly listingId: string;
  readonly pricePerCall: string;
  readonly units: bigint;
}

@Injectable()
export class MeteringService {
  constructor(private readonly transactions: TransactionRunner) {}

  /**
   * Closes usage before `until` for ever: when it resolves, all of it is committed, and whatever is called later is
   * booked at `until` or after. Opens transactions of its own.
   */
  async closeBefore(context: SecurityContext, until: Date): Promise<void> {
    await this.transactions.run(context, (tx) =>
      tx.query('UPDATE metering_state SET closed_until = $1 WHERE closed_until < $1', [until]),
    );
    // After the commit above, or an invocation could still read the old limit.
    await this.transactions.run(context, (tx) => tx.query('SELECT metering_barrier()'));
  }

  /** Usage from `start` to before `end` by grant and price, consumers together. */
  async usageIn(tx: Transaction, start: Date, end: Date): Promise<GrantUsage[]> {
    const rows: (Omit<GrantUsage, 'units'> & { units: string })[] = await tx.query(
      `SELECT usage_grant_id AS "usageGrantId", consumer_id AS "consumerId", provider_id AS "providerId",
              product_id AS "productId", listing_id AS "listingId", price_per_call AS "pricePerCall",
              count(*) AS units
       FROM usage_record WHERE occurred_at >= $1 AND occurred_at < $2
       GROUP BY usage_grant_id, consumer_id, provider_id, product_id, listing_id, price_per_call
       ORDER BY consumer_id, usage_grant_id`,
      [start, end],
    );
    return rows.map((row) => ({ ...row, units: BigInt(row.units) }));
  }

  /** The instant of the oldest record at or after `start`; null when there is none. */
  async firstUseSince(tx: Transaction, start: Date): Promise<Date | null> {
    const [row]: { first: Date | null }[] = await tx.query(
      'SELECT min(occurred_at) AS first FROM usage_record WHERE occurred_at >= $1',
      [start],
    );
    return row?.first ?? null;
  }

  /** Records in the order of their instants, one more than `first`, behind the one named by `after`. */
  list(
    context: SecurityContext,
    {
      usageGrantId,
      first,
      after,
    }: { usageGrantId: string | null; first: number; after: readonly string[] | null },
  ): Promise<UsageRecord[]> {
    return this.transactions.run(context, (tx) => {
      const query = tx
        .createQueryBuilder(UsageRecord, 'usage')
        .orderBy({ 'usage.occurred_at': 'ASC', 'usage.usage_grant_id': 'ASC', 'usage.client_id': 'ASC' })
        .limit(first + 1);
      if (usageGrantId !== null) query.andWhere('usage.usage_grant_id = :usageGrantId', { usageGrantId });
      if (after)
        query.andWhere(
          '(usage.occurred_at, usage.usage_grant_id, usage.client_id) > (:at, :grant, :client)',
          {
            at: after[0],
            grant: after[1],
            client: after[2],
          },
        );
      return query.getMany();
    });
  }
}
