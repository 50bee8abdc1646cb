import { Injectable } from '@nestjs/common';

import { AuditLog } from '#libs/audit';
import { SYSTEM, type Transaction, TransactionRunner } from '#libs/database';
import { Clock, legalDayOf } from '#libs/foundation';
import { Outbox } from '#libs/outbox';

import { type Lapse, Register } from '../register/register.ts';
import { SetAside } from './set-aside.ts';

/** How many are lapsed at a time: what they share is a transaction, its flush and a handful of statements. */
const BATCH = 100;

/** Nothing is acted on by a calendar that is not published. Literals, so that the partial index serves. */
const OVERDUE = `deadline.closed_at IS NULL AND NOT deadline.is_blocked AND NOT deadline.is_provisional
  AND deadline.track = 'A' AND deadline.kind = 'EXPIRY' AND deadline.due < $1`;
/**
 * Keeps whoever else would act on these assets from it until the transaction ends. Those that somebody holds already (a
 * renewal that is being filed, another worker) are passed over, so it waits for nobody; the next look finds them.
 */
const CLAIM = `
  SELECT deadline.id FROM legal_deadline deadline JOIN asset ON asset.id = deadline.asset_id
  WHERE ${OVERDUE} AND asset.state = 'REGISTERED' AND asset.id <> ALL ($3)
  ORDER BY deadline.due LIMIT $2 FOR NO KEY UPDATE OF asset SKIP LOCKED`;
/** An asset leaves the register once, by whichever of its periods was over first. */
const STILL_OVERDUE = `
  SELECT DISTINCT ON (deadline.asset_id) deadline.asset_id AS "assetId", deadline.registration_id AS "registrationId",
    deadline.applicant_id AS "holderId", deadline.registry_id AS "registryId"
  FROM legal_deadline deadline WHERE deadline.id = ANY ($2) AND ${OVERDUE}
  ORDER BY deadline.asset_id, deadline.due`;

/** What runs out by itself: a registration that was not renewed is cancelled at its end (Art. 15). */
@Injectable()
export class ExpiryService {
  constructor(
    private readonly transactions: TransactionRunner,
    private readonly register: Register,
    private readonly auditLog: AuditLog,
    private readonly outbox: Outbox,
    private readonly clock: Clock,
  ) {}

  private readonly setAside = new SetAside(ExpiryService.name);

  /**
   * Lapses some of what is due, each once, however many workers run: together, or, where one of them cannot be lapsed,
   * each by itself and without that one.
   *
   * @returns how many
   */
  async lapseDue(): Promise<number> {
    try {
      return await this.transactions.run(SYSTEM, async (tx) => this.lapse(tx, await this.claim(tx, BATCH)));
    } catch {
      return this.lapseOneByOne();
    }
  }

  /** As many as a batch has. */
  private async lapseOneByOne(): Promise<number> {
    let lapsed = 0;
    for (let tried = 0; tried < BATCH; tried++) {
      let claimed: Lapse[] = [];
      try {
        await this.transactions.run(SYSTEM, async (tx) => {
          claimed = await this.claim(tx, 1);
          await this.lapse(tx, claimed);
        });
        if (claimed.length === 0) break;
        lapsed += 1;
      } catch (error) {
        const [stuck] = claimed;
        if (!stuck) throw error;
        this.setAside.add(stuck.assetId, error, this.clock.now());
      }
    }
    return lapsed;
  }

  /** All of them or none. @returns how many */
  private async lapse(tx: Transaction, lapses: readonly Lapse[]): Promise<number> {
    if (lapses.length === 0) return 0;
    await this.register.lapse(tx, lapses);
    await this.auditLog.appendAll(
      tx,
      lapses.map(({ assetId, registrationId }) => ({
        action: 'LAPSE_REGISTRATION',
        outcome: 'DONE',
        code: null,
        subjectId: assetId,
        body: { registrationId },
      })),
    );
    await this.outbox.appendAll(
      tx,
      lapses.map(({ assetId, registrationId, holderId, registryId }) => ({
        type: 'registration.lapsed',
        subjectId: assetId,
        data: { registrationId },
        partyIds: [holderId, registryId],
      })),
    );
    return lapses.length;
  }

  private async claim(tx: Transaction, most: number): Promise<Lapse[]> {
    const now = this.clock.now();
    const today = legalDayOf(now);
    const claimed: { id: string }[] = await tx.query(CLAIM, [today, most, this.setAside.at(now)]);
    if (claimed.length === 0) return [];
    // Between being found and being locked, a renewal may have been filed, or another worker may have come first.
    return tx.query(STILL_OVERDUE, [today, claimed.map(({ id }) => id)]);
  }
}
