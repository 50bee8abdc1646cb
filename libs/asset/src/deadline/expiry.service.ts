import { Injectable } from '@nestjs/common';

import { AuditLog } from '#libs/audit';
import { SYSTEM, TransactionRunner } from '#libs/database';
import { invariant } from '#libs/foundation';
import { Outbox } from '#libs/outbox';

import { AssetState } from '../asset.entity.ts';
import { DeadlineKind } from './legal-deadline.entity.ts';
import { LegalDeadlineService } from './legal-deadline.service.ts';
import { Register } from '../register/register.ts';
import { Track } from '../track.ts';

/** How many are looked for at a time. */
const BATCH = 100;

/** What runs out by itself: a registration that was not renewed is cancelled at its end (Art. 15). */
@Injectable()
export class ExpiryService {
  constructor(
    private readonly transactions: TransactionRunner,
    private readonly register: Register,
    private readonly deadlines: LegalDeadlineService,
    private readonly auditLog: AuditLog,
    private readonly outbox: Outbox,
  ) {}

  /** Lapses some of what is due, each in a transaction of its own and once, however many workers run. @returns how many */
  async lapseDue(): Promise<number> {
    const due = await this.transactions.run(SYSTEM, (tx) =>
      this.deadlines.overdue(tx, Track.A, DeadlineKind.EXPIRY, BATCH),
    );
    let lapsed = 0;
    for (const { id, assetId, registrationId, registryId } of due) {
      invariant(assetId && registrationId, 'What expires is registered');
      if (await this.lapse(id, assetId, registrationId, registryId)) lapsed += 1;
    }
    return lapsed;
  }

  private lapse(
    deadlineId: string,
    assetId: string,
    registrationId: string,
    registryId: string,
  ): Promise<boolean> {
    return this.transactions.run(SYSTEM, async (tx) => {
      const asset = await this.register.lock(tx, assetId);
      if (asset?.state !== AssetState.REGISTERED) return false;
      // Since it was looked for, a renewal may have been filed, or another worker may have come first.
      const expiry = DeadlineKind.EXPIRY;
      if (!(await this.deadlines.isStillOverdue(tx, Track.A, expiry, deadlineId))) return false;
      await this.register.remove(tx, assetId, AssetState.LAPSED, { registrationId, by: null, reason: null });
      await this.auditLog.append(tx, null, {
        action: 'LAPSE_REGISTRATION',
        outcome: 'DONE',
        code: null,
        subjectId: assetId,
        body: { registrationId },
      });
      const partyIds = [asset.providerId, registryId];
      const data = { registrationId };
      await this.outbox.append(tx, { type: 'registration.lapsed', subjectId: assetId, data, partyIds });
      return true;
    });
  }
}
