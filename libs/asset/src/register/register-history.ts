import { Injectable } from '@nestjs/common';
import { In } from 'typeorm';

import { type SecurityContext, type Transaction, TransactionRunner } from '#libs/database';
import { canonicalJson, Clock, type JsonObject, type JsonValue } from '#libs/foundation';

import { RegisterEntry } from './register-entry.entity.ts';
import type { Track } from '../track.ts';

export interface Difference {
  readonly field: string;
  /** Canonical JSON; null: it was not there. */
  readonly before: string | null;
  /** Canonical JSON; null: it is not there any more. */
  readonly after: string | null;
}

export type EntryWithDifferences = RegisterEntry & { readonly differences: readonly Difference[] };

/** Everything the register has ever said, by valid time and by record time. */
@Injectable()
export class RegisterHistory {
  constructor(
    private readonly transactions: TransactionRunner,
    private readonly clock: Clock,
  ) {}

  /** The next state; under the lock of the asset or of the title. */
  async append(
    tx: Transaction,
    entry: Pick<RegisterEntry, 'assetId' | 'track' | 'registrationId' | 'act' | 'facts' | 'reason'> & {
      readonly by: string | null;
      readonly effectiveFrom: Date;
    },
  ): Promise<void> {
    const { assetId, track, registrationId, act, facts, effectiveFrom, by, reason } = entry;
    await tx.query(
      `INSERT INTO register_entry (asset_id, track, number, registration_id, act, facts, effective_from, recorded_at,
                                   recorded_by, reason)
       SELECT $1, $2, coalesce(max(number), 0) + 1, $3, $4, $5::jsonb, $6, $7, $8, $9
       FROM register_entry WHERE asset_id = $1 AND track = $2`,
      [
        ...[assetId, track, registrationId, act, facts && canonicalJson(facts)],
        ...[effectiveFrom, this.clock.now(), by, reason],
      ],
    );
  }

  /** The last state of what has run out, on track A, under the locks of the assets. */
  async appendLapses(
    tx: Transaction,
    lapses: readonly { readonly assetId: string; readonly registrationId: string }[],
  ): Promise<void> {
    // Whenever it is noticed, what has run out ended with its last day.
    await tx.query(
      `INSERT INTO register_entry (asset_id, track, number, registration_id, act, effective_from, recorded_at)
       SELECT lapse.asset_id, 'A', coalesce(last.number, 0) + 1, lapse.registration_id, 'LAPSE',
              coalesce(term.until::timestamp AT TIME ZONE 'Asia/Shanghai', $3), $3
       FROM unnest($1::uuid[], $2::uuid[]) AS lapse (asset_id, registration_id)
       LEFT JOIN LATERAL (SELECT max(number) AS number FROM register_entry
                          WHERE asset_id = lapse.asset_id AND track = 'A') AS last ON true
       LEFT JOIN LATERAL (SELECT max(valid_until) AS until FROM certificate
                          WHERE track = 'A' AND asset_id = lapse.asset_id AND NOT EXISTS (
                            SELECT FROM certificate_end WHERE certificate_id = certificate.id)) AS term ON true`,
      [
        lapses.map(({ assetId }) => assetId),
        lapses.map(({ registrationId }) => registrationId),
        this.clock.now(),
      ],
    );
  }

  /** All states of an asset in a register, oldest first, each with what it changed. */
  list(context: SecurityContext, assetId: string, track: Track): Promise<EntryWithDifferences[]> {
    return this.transactions.run(context, async (tx) => {
      const entries = await tx.find(RegisterEntry, { where: { assetId, track }, order: { number: 'ASC' } });
      return entries.map((entry, i) =>
        Object.assign(entry, { differences: differencesOf(entries[i - 1]?.facts ?? {}, entry.facts ?? {}) }),
      );
    });
  }

  /** All states of these assets in a register, oldest first. */
  ofAll(context: SecurityContext, assetIds: readonly string[], track: Track): Promise<RegisterEntry[]> {
    return this.transactions.run(context, (tx) =>
      tx.find(RegisterEntry, {
        where: { assetId: In(assetIds), track },
        order: { assetId: 'ASC', number: 'ASC' },
      }),
    );
  }

  /** What was in force at `effectiveAt`, as the register knew it at `recordedAt`; null: nothing. */
  asOf(
    context: SecurityContext,
    { assetId, track }: { readonly assetId: string; readonly track: Track },
    { effectiveAt, recordedAt }: { readonly effectiveAt: Date; readonly recordedAt: Date },
  ): Promise<RegisterEntry | null> {
    return this.transactions.run(context, (tx) =>
      tx
        .createQueryBuilder(RegisterEntry, 'entry')
        .where('asset_id = :assetId AND track = :track', { assetId, track })
        .andWhere('effective_from <= :effectiveAt AND recorded_at <= :recordedAt', {
          effectiveAt,
          recordedAt,
        })
        // What was recorded later counts, for the time it is about.
        .orderBy('number', 'DESC')
        .limit(1)
        .getOne(),
    );
  }
}

/** Field by field, in the order of their names. */
export function differencesOf(before: JsonObject, after: JsonObject): Difference[] {
  const shown = (value: JsonValue | undefined) => (value === undefined ? null : canonicalJson(value));
  return [...new Set([...Object.keys(before), ...Object.keys(after)])]
    .sort()
    .map((field) => ({ field, before: shown(before[field]), after: shown(after[field]) }))
    .filter((difference) => difference.before !== difference.after);
}
