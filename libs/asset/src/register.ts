import { Injectable } from '@nestjs/common';

import type { Transaction } from '#libs/database';
import { addDays, Clock, type LegalDay } from '#libs/foundation';

import { Asset, AssetState } from './asset.entity.ts';
import { CertificateEnd } from './certificate-end.entity.ts';
import { Certificate } from './certificate.entity.ts';
import { LegalDeadlineService } from './legal-deadline.service.ts';

/** A renewal is filed within this many days before the last day (Art. 15). */
const RENEWAL_DAYS = 60;

export const renewableFrom = (lastDay: LegalDay): LegalDay => addDays(lastDay, -RENEWAL_DAYS);

/** What the register says of an asset: read and ended here, inside the transactions of the acts, under the asset's lock. */
@Injectable()
export class Register {
  constructor(
    private readonly deadlines: LegalDeadlineService,
    private readonly clock: Clock,
  ) {}

  /** Whoever writes about an asset holds this first, after the lock of the application. */
  lock(tx: Transaction, assetId: string): Promise<Asset | null> {
    return tx.findOne(Asset, { where: { id: assetId }, lock: { mode: 'for_no_key_update' } });
  }

  /** Takes an asset out of the register, with its certificates; what was offered and granted of it ends with it. */
  async remove(
    tx: Transaction,
    assetId: string,
    state: AssetState.CANCELLED | AssetState.LAPSED | AssetState.REVOKED,
    reason: string | null,
  ): Promise<void> {
    // A certificate that has run out needs no end.
    if (state !== AssetState.LAPSED)
      for (const { id } of await this.inForce(tx, assetId)) await this.end(tx, id, state, reason);
    await this.deadlines.closeValidity(tx, assetId);
    await tx.update(Asset, { id: assetId }, { state, endedAt: this.clock.now() });
  }

  /** The days on which an asset's renewal can be filed; null: it has no certificate. */
  async renewalWindow(tx: Transaction, assetId: string): Promise<{ first: LegalDay; last: LegalDay } | null> {
    const until = (await this.inForce(tx, assetId)).at(-1)?.validUntil;
    if (!until) return null;
    const last = addDays(until, -1);
    return { first: renewableFrom(last), last };
  }

  /** Certificates that were not ended, by their days; they may have run out. */
  inForce(tx: Transaction, assetId: string): Promise<Certificate[]> {
    return tx
      .createQueryBuilder(Certificate, 'certificate')
      .where('asset_id = :assetId', { assetId })
      .andWhere('NOT EXISTS (SELECT FROM certificate_end ended WHERE ended.certificate_id = certificate.id)')
      .orderBy('valid_until')
      .getMany();
  }

  /** Ends a certificate before its time. */
  async end(
    tx: Transaction,
    certificateId: string,
    cause: CertificateEnd['cause'],
    reason: string | null,
  ): Promise<void> {
    await tx.insert(CertificateEnd, { certificateId, endedAt: this.clock.now(), cause, reason });
  }
}
