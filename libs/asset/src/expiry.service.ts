import { Injectable } from '@nestjs/common';

import { AuditLog } from '#libs/audit';
import { SYSTEM, type Transaction, TransactionRunner } from '#libs/database';
import { Clock, legalDayOf } from '#libs/foundation';

import { AssetState } from './asset.entity.ts';
import { DeadlineKind, LegalDeadline } from './legal-deadline.entity.ts';
import { Register } from './register.ts';

/** How many are looked for at a time. */
const BATCH = 100;

/** What runs out by itself: a registration that was not renewed is cancelled at its end (Art. 15). */
@Injectable()
export class ExpiryService {
  constructor(
    private readonly transactions: TransactionRunner,
    private readonly register: Register,
    private readonly auditLog: AuditLog,
    private readonly clock: Clock,
  ) {}

  /** Lapses some of what is due, each in a transaction of its own and once, however many workers run. @returns how many */
  async lapseDue(): Promise<number> {
    const due = await this.transactions.run(SYSTEM, (tx) => this.due(tx).limit(BATCH).getMany());
    let lapsed = 0;
    for (const { id, assetId, registrationId } of due)
      if (await this.lapse(id, assetId, registrationId)) lapsed += 1;
    return lapsed;
  }

  private lapse(deadlineId: string, assetId: string, registrationId: string): Promise<boolean> {
    return this.transactions.run(SYSTEM, async (tx) => {
      const asset = await this.register.lock(tx, assetId);
      if (asset?.state !== AssetState.REGISTERED) return false;
      // Since it was looked for, a renewal may have been filed, or another worker may have come first.
      const isStillDue = await this.due(tx).andWhere('id = :deadlineId', { deadlineId }).getExists();
      if (!isStillDue) return false;
      await this.register.remove(tx, assetId, AssetState.LAPSED, null);
      await this.auditLog.append(tx, null, {
        action: 'LAPSE_REGISTRATION',
        outcome: 'DONE',
        code: null,
        subjectId: assetId,
        body: { registrationId },
      });
      return true;
    });
  }

  private due(tx: Transaction) {
    return tx
      .createQueryBuilder(LegalDeadline, 'deadline')
      .where('closed_at IS NULL AND NOT is_blocked')
      .andWhere('kind = :kind AND due < :today', {
        kind: DeadlineKind.EXPIRY,
        today: legalDayOf(this.clock.now()),
      })
      .orderBy('due');
  }
}
