import { Injectable } from '@nestjs/common';

import { keyIdOf, signingInputOf, STATUS_LIST_SIZE } from '#libs/credential';
import type { Transaction } from '#libs/database';
import { DatasetService } from '#libs/dataset';
import { Clock, invariant, type LegalDay, legalDayOf, newId } from '#libs/foundation';
import { KeyRing } from '#libs/keys';
import { ExchangeService, PartyService } from '#libs/party';

import type { Asset } from './asset.entity.ts';
import { certificateDocument, queryCodeOf } from './certificate-document.ts';
import { Certificate } from './certificate.entity.ts';
import type { Registration } from './registration.entity.ts';

/** Makes certificates: W3C Verifiable Credentials (VC 2.0), signed as JOSE. */
@Injectable()
export class CertificateIssuer {
  constructor(
    private readonly datasets: DatasetService,
    private readonly parties: PartyService,
    private readonly exchange: ExchangeService,
    private readonly keys: KeyRing,
    private readonly clock: Clock,
  ) {}

  /** In the transaction that registers; `validUntil` is exclusive. */
  async issue(
    tx: Transaction,
    registration: Registration,
    asset: Asset,
    validFrom: LegalDay,
    validUntil: LegalDay,
  ): Promise<void> {
    const now = this.clock.now();
    const codedOn = legalDayOf(now);
    const [counted]: { serial: number; status: string }[] = await tx.query(
      `INSERT INTO registration_serial (month, serial) VALUES ($1, 1)
       ON CONFLICT (month) DO UPDATE SET serial = registration_serial.serial + 1
       RETURNING serial, nextval('certificate_status_index') AS status`,
      [codedOn.slice(0, 7)],
    );
    const holder = await this.parties.findIn(tx, registration.applicantId);
    const registry = await this.parties.findIn(tx, registration.registryId);
    const version = await this.datasets.versionIn(tx, asset.datasetVersionId);
    const exchange = await this.exchange.findIn(tx);
    invariant(
      counted && version && holder && registry,
      'A registration has an asset, its data and its parties',
    );
    const id = newId();
    const queryCode = queryCodeOf(codedOn, counted.serial);
    const statusIndex = Number(counted.status);
    const document = certificateDocument({
      id,
      queryCode,
      registration,
      asset,
      holder,
      registry,
      dataSha256: version.fileSha256.toString('hex'),
      validFrom,
      validUntil,
      issuedAt: now,
      statusList: `https://${exchange?.logOrigin ?? 'localhost'}/status-lists/${Math.floor(statusIndex / STATUS_LIST_SIZE)}`,
      statusIndex: statusIndex % STATUS_LIST_SIZE,
    });
    const key = this.keys.signing('CERTIFICATE');
    const keyId = keyIdOf(key.publicKey);
    await tx.insert(Certificate, {
      id,
      registrationId: registration.id,
      assetId: asset.id,
      holderId: registration.applicantId,
      queryCode,
      validFrom,
      validUntil,
      document,
      signature: key.sign(signingInputOf(document, keyId)),
      keyId,
      issuedAt: now,
      statusIndex,
    });
  }
}
