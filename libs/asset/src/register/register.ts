import { Injectable } from '@nestjs/common';

import { In } from 'typeorm';

import type { Transaction } from '#libs/database';
import { addDays, Clock, type LegalDay } from '#libs/foundation';

import { Asset, AssetState } from '../asset.entity.ts';
import { CertificateEnd } from '../certificate/certificate-end.entity.ts';
import { Certificate } from '../certificate/certificate.entity.ts';
import { LegalDeadlineService } from '../deadline/legal-deadline.service.ts';
import { RegisterHistory } from './register-history.ts';
import { Track } from '../track.ts';

/** A renewal is filed within this many days before the last day (Art. 15). */
const RENEWAL_DAYS = 60;

export const renewableFrom = (lastDay: LegalDay): LegalDay => addDays(lastDay, -RENEWAL_DAYS);

const END_ACTS = { CANCELLED: 'CANCELLATION', REVOKED: 'REVOCATION' } as const;

/** An asset whose certificate has run out, and the application that certificate came from. */
export interface Lapse {
  readonly assetId: string;
  readonly registrationId: string;
  readonly holderId: string;
  readonly registryId: string;
}

/** What the register says of an asset: read and ended here, inside the transactions of the acts, under the asset's lock. */
@Injectable()
export class Register {
  constructor(
    private readonly deadlines: LegalDeadlineService,
    private readonly history: RegisterHistory,
    private readonly clock: Clock,
  ) {}

  /** Whoever writes about an asset holds this first, after the lock of the application. */
  lock(tx: Transaction, assetId: string): Promise<Asset | null> {
    return tx.findOne(Asset, { where: { id: assetId }, lock: { mode: 'for_no_key_update' } });
  }

  /** Takes an asset out of the register before its time, with its certificates; what was offered and granted of it ends with it. */
  async remove(
    tx: Transaction,
    assetId: string,
    state: AssetState.CANCELLED | AssetState.REVOKED,
    cause: {
      readonly registrationId: string | null;
      readonly by: string | null;
      readonly reason: string | null;
    },
  ): Promise<void> {
    const now = this.clock.now();
    for (const { id } of await this.inForce(tx, Track.A, assetId))
      await this.end(tx, id, state, cause.reason);
    await this.deadlines.closeValidity(tx, Track.A, assetId);
    await tx.update(Asset, { id: assetId }, { state, endedAt: now });
    await this.history.append(tx, {
      ...cause,
      assetId,
      track: Track.A,
      act: END_ACTS[state],
      facts: null,
      effectiveFrom: now,
    });
  }

  /**
   * Takes what has run out out of the register, under the locks of the assets, each named once; what was offered and
   * granted of them ends with them. A certificate that has run out needs no end.
   */
  async lapse(tx: Transaction, lapses: readonly Lapse[]): Promise<void> {
    const assetIds = lapses.map(({ assetId }) => assetId);
    const now = this.clock.now();
    await this.deadlines.closeValidity(tx, Track.A, ...assetIds);
    await tx.update(Asset, { id: In(assetIds) }, { state: AssetState.LAPSED, endedAt: now });
    await this.history.appendLapses(tx, lapses);
  }

  /** The days on which an asset's renewal can be filed; null: it has no certificate. */
  async renewalWindow(tx: Transaction, assetId: string): Promise<{ first: LegalDay; last: LegalDay } | null> {
    const until = (await this.inForce(tx, Track.A, assetId)).at(-1)?.validUntil;
    if (!until) return null;
    const last = addDays(until, -1);
    return { first: renewableFrom(last), last };
  }

  /** Certificates that were not ended, by their days; they may have run out. */
  inForce(tx: Transaction, track: Track, assetId: string): Promise<Certificate[]> {
    return tx
      .createQueryBuilder(Certificate, 'certificate')
      .where('track = :track AND asset_id = :assetId', { track, assetId })
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
