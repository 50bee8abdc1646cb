import type { Transaction } from '#libs/database';

import { UploadQuotaExceeded } from './dataset.errors.ts';

/** 1 TiB. Ours, unless the operator says otherwise. */
export const PARTY_BYTES = 1_099_511_627_776n;

/** How much one party may have here: its files, and those that are still to come, as large as they are to be. */
export class UploadQuota {
  constructor(private readonly most: bigint) {}

  /** Of two that are begun at once, one counts the other. @throws UploadQuotaExceeded */
  async mustHaveRoom(tx: Transaction, partyId: string, bytes: bigint): Promise<void> {
    await tx.query('SELECT pg_advisory_xact_lock(hashtextextended($1, 0))', [`uploads of ${partyId}`]);
    const [found]: { held: string }[] = await tx.query(
      `SELECT coalesce(sum(byte_size), 0) AS held
       FROM (SELECT byte_size FROM upload WHERE party_id = $1
             UNION ALL SELECT byte_size FROM partial_upload WHERE party_id = $1 AND upload_id IS NULL) AS file`,
      [partyId],
    );
    if (BigInt(found?.held ?? 0) + bytes > this.most) throw new UploadQuotaExceeded(this.most);
  }
}
