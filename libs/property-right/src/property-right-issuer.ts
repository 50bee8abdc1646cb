import { Injectable } from '@nestjs/common';

import { type AuditActor, CommandRunner } from '#libs/audit';
import { type Asset, Certificate, CredentialSealer, Track } from '#libs/asset';
import {
  constraintOf,
  isUniqueViolation,
  type SecurityContext,
  type Transaction,
  TransactionRunner,
} from '#libs/database';
import { DatasetService } from '#libs/dataset';
import { Clock, InvalidInput, invariant, type LegalDay, legalDayOf, newId } from '#libs/foundation';
import { Outbox } from '#libs/outbox';
import { PartyKind, PartyService } from '#libs/party';

import { certificateCodeOf, propertyRightDocument } from './property-right-document.ts';
import type { PropertyRightRegistration } from './property-right-registration.entity.ts';
import { AgencyCodeMissing, AgencyCodeTaken, CertificateSerialsExhausted } from './property-right.errors.ts';
import { RegistryAgency } from './registry-agency.entity.ts';

/** Gives certificates of property rights their codes and seals them (Art. 27, Annex 6). */
@Injectable()
export class PropertyRightIssuer {
  constructor(
    private readonly commands: CommandRunner,
    private readonly transactions: TransactionRunner,
    private readonly datasets: DatasetService,
    private readonly parties: PartyService,
    private readonly sealer: CredentialSealer,
    private readonly outbox: Outbox,
    private readonly clock: Clock,
  ) {}

  /** Which digits of the code are a registry's, for good. @throws InvalidInput, AgencyCodeTaken */
  assignAgency(
    actor: AuditActor,
    clientId: string,
    input: { readonly registryId: string; readonly region: string; readonly agency: string },
  ): Promise<string> {
    const command = { clientId, action: 'ASSIGN_AGENCY_CODE', content: { ...input } };
    return this.commands.run(actor, command, async (tx) => {
      const { registryId, region, agency } = input;
      const registry = await this.parties.findIn(tx, registryId);
      if (registry?.kind !== PartyKind.REGISTRY)
        throw new InvalidInput('registryId', 'is no registry of this exchange');
      try {
        await tx.insert(RegistryAgency, {
          partyId: registryId,
          region,
          agency,
          assignedBy: actor.id,
          assignedAt: this.clock.now(),
        });
      } catch (error) {
        if (isUniqueViolation(error)) throw new AgencyCodeTaken();
        throw error;
      }
      return { subjectId: registryId, note: { region, agency } };
    });
  }

  findAgency(context: SecurityContext, registryId: string): Promise<RegistryAgency | null> {
    return this.transactions.run(context, (tx) => tx.findOneBy(RegistryAgency, { partyId: registryId }));
  }

  /**
   * In the transaction that registers, so that a serial of a certificate that came to nothing is given out again;
   * `validUntil` is exclusive.
   *
   * @returns the code
   * @throws AgencyCodeMissing, CertificateSerialsExhausted
   */
  async issue(
    tx: Transaction,
    registration: PropertyRightRegistration,
    asset: Asset,
    validFrom: LegalDay,
    validUntil: LegalDay,
  ): Promise<string> {
    const { form, registryId } = registration;
    const now = this.clock.now();
    const agency = await tx.findOneBy(RegistryAgency, { partyId: registryId });
    if (!agency) throw new AgencyCodeMissing();
    const day = legalDayOf(now);
    const serial = await this.nextSerial(tx, agency, day.slice(0, 7));
    const holderIds = form.rights.map(({ holderId }) => holderId);
    const known = await this.parties.findAllIn(tx, [...holderIds, registryId]);
    const holders = new Map(known.map((party) => [party.id, party]));
    const registry = holders.get(registryId);
    const version = await this.datasets.versionIn(tx, asset.datasetVersionId);
    const [holderId] = holderIds;
    invariant(version && registry && holderId, 'A registration has its data, its registry and a holder');
    const id = newId();
    const code = certificateCodeOf(agency, day, serial);
    const terms = { id, code, registration, form, registry, holders, validFrom, validUntil, issuedAt: now };
    const dataSha256 = version.fileSha256.toString('hex');
    await tx.insert(Certificate, {
      ...(await this.sealer.seal(tx, (status) => propertyRightDocument({ ...terms, dataSha256, ...status }))),
      id,
      track: Track.B,
      registrationId: registration.id,
      assetId: asset.id,
      holderId,
      queryCode: code,
      validFrom,
      validUntil,
      issuedAt: now,
    });
    const data = { registrationId: registration.id, assetId: asset.id, queryCode: code };
    const partyIds = [...holderIds, registryId];
    await this.outbox.append(tx, { type: 'certificate.issued', subjectId: id, data, partyIds });
    return code;
  }

  /** Whoever comes second waits for the first to commit or to roll back: neither gaps nor doubles. */
  private async nextSerial(
    tx: Transaction,
    { region, agency }: RegistryAgency,
    month: string,
  ): Promise<number> {
    try {
      const [counted]: { serial: number }[] = await tx.query(
        `INSERT INTO certificate_serial (region, agency, month, serial) VALUES ($1, $2, $3, 1)
         ON CONFLICT (region, agency, month) DO UPDATE SET serial = certificate_serial.serial + 1
         RETURNING serial`,
        [region, agency, month],
      );
      invariant(counted, 'A serial was counted');
      return counted.serial;
    } catch (error) {
      if (constraintOf(error) === 'certificate_serial_capacity') throw new CertificateSerialsExhausted(month);
      throw error;
    }
  }
}
