import { Injectable } from '@nestjs/common';

import type { Transaction } from '#libs/database';
import { DatasetService } from '#libs/dataset';
import { addDays, Clock, invariant, type LegalDay, legalDayOf, newId } from '#libs/foundation';
import { KeyRing } from '#libs/keys';
import { PartyService } from '#libs/party';

import { Asset, AssetState } from './asset.entity.ts';
import { certificateDocument, keyIdOf, queryCodeOf, validUntilOf } from './certificate-document.ts';
import { CertificateEnd } from './certificate-end.entity.ts';
import { Certificate } from './certificate.entity.ts';
import { LegalDeadlineService } from './legal-deadline.service.ts';
import { RegistrationType } from './registration-state.ts';
import type { Registration } from './registration.entity.ts';

/** A renewal is filed within this many days before the last day (Art. 15). */
const RENEWAL_DAYS = 60;

/** What the register says: written by the acts of the registry, inside their transactions, under the asset's lock. */
@Injectable()
export class Register {
  constructor(
    private readonly datasets: DatasetService,
    private readonly parties: PartyService,
    private readonly deadlines: LegalDeadlineService,
    private readonly keys: KeyRing,
    private readonly clock: Clock,
  ) {}

  /** Whoever writes about an asset holds this first, after the lock of the application. */
  lock(tx: Transaction, assetId: string): Promise<Asset | null> {
    return tx.findOne(Asset, { where: { id: assetId }, lock: { mode: 'for_no_key_update' } });
  }

  /** Makes the application what the register says, with a certificate (Art. 13, 15). */
  async enter(tx: Transaction, registration: Registration, asset: Asset): Promise<void> {
    const { id: assetId } = asset;
    const today = legalDayOf(this.clock.now());
    const inForce = await this.inForce(tx, assetId);
    const lastUntil = inForce.at(-1)?.validUntil;
    if (registration.type === RegistrationType.FIRST || registration.type === RegistrationType.RENEWAL) {
      // A renewed term begins the day after the old one has ended, whenever it is decided.
      const validFrom = lastUntil ?? today;
      const validUntil = validUntilOf(validFrom);
      await this.issue(tx, registration, asset, validFrom, validUntil);
      await this.deadlines.closeValidity(tx, assetId);
      const last = addDays(validUntil, -1);
      const renewableFrom = addDays(last, -RENEWAL_DAYS);
      await this.deadlines.startValidity(tx, registration, { from: validFrom, renewableFrom, last });
    } else {
      invariant(lastUntil, 'A registered asset has a certificate');
      for (const certificate of inForce) await this.end(tx, certificate.id, 'SUPERSEDED', null);
      await this.issue(tx, registration, asset, today, lastUntil);
    }
    const { name, overview } = registration;
    await tx.update(Asset, { id: assetId }, { state: AssetState.REGISTERED, name, overview });
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
    return { first: addDays(last, -RENEWAL_DAYS), last };
  }

  /** Certificates that were not ended, by their days; they may have run out. */
  private inForce(tx: Transaction, assetId: string): Promise<Certificate[]> {
    return tx
      .createQueryBuilder(Certificate, 'certificate')
      .where('asset_id = :assetId', { assetId })
      .andWhere('NOT EXISTS (SELECT FROM certificate_end ended WHERE ended.certificate_id = certificate.id)')
      .orderBy('valid_until')
      .getMany();
  }

  private async end(
    tx: Transaction,
    certificateId: string,
    cause: CertificateEnd['cause'],
    reason: string | null,
  ): Promise<void> {
    await tx.insert(CertificateEnd, { certificateId, endedAt: this.clock.now(), cause, reason });
  }

  private async issue(
    tx: Transaction,
    registration: Registration,
    asset: Asset,
    validFrom: LegalDay,
    validUntil: LegalDay,
  ): Promise<void> {
    const now = this.clock.now();
    const codedOn = legalDayOf(now);
    const [counted]: { serial: number }[] = await tx.query(
      `INSERT INTO registration_serial (month, serial) VALUES ($1, 1)
       ON CONFLICT (month) DO UPDATE SET serial = registration_serial.serial + 1 RETURNING serial`,
      [codedOn.slice(0, 7)],
    );
    const holder = await this.parties.findIn(tx, registration.applicantId);
    const version = await this.datasets.versionIn(tx, asset.datasetVersionId);
    invariant(counted && version && holder, 'A registration has an asset, its data and a holder');
    const queryCode = queryCodeOf(codedOn, counted.serial);
    const document = certificateDocument({
      queryCode,
      registration,
      asset,
      holder,
      dataSha256: version.fileSha256.toString('hex'),
      validFrom,
      validUntil,
      issuedAt: now,
    });
    const key = this.keys.signing('CERTIFICATE');
    await tx.insert(Certificate, {
      id: newId(),
      registrationId: registration.id,
      assetId: asset.id,
      holderId: registration.applicantId,
      queryCode,
      validFrom,
      validUntil,
      document,
      signature: key.sign(Buffer.from(document)),
      keyId: keyIdOf(key.publicKey),
      issuedAt: now,
    });
  }
}
