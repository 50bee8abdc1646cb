import { Injectable } from '@nestjs/common';

import type { Transaction } from '#libs/database';
import { DatasetService } from '#libs/dataset';
import { Clock, invariant, type LegalDay, legalDayOf, newId } from '#libs/foundation';
import { Outbox } from '#libs/outbox';
import { PartyService } from '#libs/party';

import type { Asset } from '../asset.entity.ts';
import { certificateDocument, queryCodeOf } from './certificate-document.ts';
import { Certificate } from './certificate.entity.ts';
import { CredentialSealer } from './credential-sealer.ts';
import type { Registration } from '../registration/registration.entity.ts';
import { Track } from '../track.ts';

/** Makes certificates: W3C Verifiable Credentials (VC 2.0), signed as JOSE. */
@Injectable()
export class CertificateIssuer {
  constructor(
    private readonly datasets: DatasetService,
    private readonly parties: PartyService,
    private readonly sealer: CredentialSealer,
    private readonly outbox: Outbox,
    private readonly clock: Clock,
  ) {}

  /** In the transaction that registers; `validUntil` is exclusive. @returns the query code */
  async issue(
    tx: Transaction,
    registration: Registration,
    asset: Asset,
    validFrom: LegalDay,
    validUntil: LegalDay,
  ): Promise<string> {
    const now = this.clock.now();
    const codedOn = legalDayOf(now);
    const [counted]: { serial: number }[] = await tx.query(
      `INSERT INTO registration_serial (month, serial) VALUES ($1, 1)
       ON CONFLICT (month) DO UPDATE SET serial = registration_serial.serial + 1
       RETURNING serial`,
      [codedOn.slice(0, 7)],
    );
    const holder = await this.parties.findIn(tx, registration.applicantId);
    const registry = await this.parties.findIn(tx, registration.registryId);
    const version = await this.datasets.versionIn(tx, asset.datasetVersionId);
    invariant(
      counted && version && holder && registry,
      'A registration has an asset, its data and its parties',
    );
    const id = newId();
    const queryCode = queryCodeOf(codedOn, counted.serial);
    const terms = {
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
    };
    await tx.insert(Certificate, {
      ...(await this.sealer.seal(tx, (status) => certificateDocument({ ...terms, ...status }))),
      id,
      track: Track.A,
      registrationId: registration.id,
      assetId: asset.id,
      holderId: registration.applicantId,
      queryCode,
      validFrom,
      validUntil,
      issuedAt: now,
    });
    const data = { registrationId: registration.id, assetId: asset.id, queryCode };
    const partyIds = [registration.applicantId, registration.registryId];
    await this.outbox.append(tx, { type: 'certificate.issued', subjectId: id, data, partyIds });
    return queryCode;
  }
}
