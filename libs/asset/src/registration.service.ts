import { Injectable } from '@nestjs/common';
import type { QueryDeepPartialEntity } from 'typeorm';

import { type AuditActor, CommandRunner } from '#libs/audit';
import { isUniqueViolation, type Transaction } from '#libs/database';
import { DatasetService } from '#libs/dataset';
import { Clock, InvalidInput, invariant, legalDayOf, newId, workingDaysAfter } from '#libs/foundation';
import { KeyRing } from '#libs/keys';
import { PartyKind, PartyService } from '#libs/party';

import { Asset } from './asset.entity.ts';
import {
  AssetExists,
  DatasetNotRegistrable,
  PublicityNotOver,
  RegistrationNotFound,
  RegistrationNotInState,
  SamePerson,
} from './asset.errors.ts';
import { certificateDocument, keyIdOf, queryCodeOf, validUntilOf } from './certificate-document.ts';
import { Certificate } from './certificate.entity.ts';
import { mayFollow, RegistrationState } from './registration-state.ts';
import { type Materials, Registration } from './registration.entity.ts';

// 发改数据规〔2025〕26号, working days: acceptance Art. 10, form review Art. 11, publicity Art. 12.
const ACCEPTANCE_DAYS = 3;
const REVIEW_DAYS = 20;
const PUBLICITY_DAYS = 10;

export interface NewRegistration {
  readonly datasetVersionId: string;
  readonly registryId: string;
  readonly name: string;
  readonly overview: string;
  readonly materials: Materials;
}

/** The legal acts of a first registration on track A. Each takes the lock of the registration's row first. */
@Injectable()
export class RegistrationService {
  constructor(
    private readonly commands: CommandRunner,
    private readonly datasets: DatasetService,
    private readonly parties: PartyService,
    private readonly keys: KeyRing,
    private readonly clock: Clock,
  ) {}

  /** @throws InvalidInput, DatasetNotRegistrable, AssetExists */
  prepare(actor: AuditActor, clientId: string, input: NewRegistration): Promise<string> {
    const content = { ...input, materials: { ...input.materials } };
    return this.commands.run(actor, { clientId, action: 'PREPARE_REGISTRATION', content }, async (tx) => {
      const version = await this.datasets.versionIn(tx, input.datasetVersionId);
      if (version?.state !== 'CONFIRMED' || version.providerId !== actor.partyId)
        throw new DatasetNotRegistrable();
      const registry = await this.parties.findIn(tx, input.registryId);
      if (registry?.kind !== PartyKind.REGISTRY)
        throw new InvalidInput('registryId', 'is no registry of this exchange');
      const assetId = newId();
      const id = newId();
      const now = this.clock.now();
      try {
        await tx.insert(Asset, {
          id: assetId,
          datasetVersionId: version.id,
          providerId: version.providerId,
          name: input.name,
          overview: input.overview,
          state: 'UNREGISTERED',
          createdAt: now,
        });
      } catch (error) {
        if (isUniqueViolation(error, 'asset_dataset_version_unique')) throw new AssetExists();
        throw error;
      }
      await tx.insert(Registration, {
        id,
        assetId,
        applicantId: version.providerId,
        registryId: input.registryId,
        type: 'FIRST',
        state: RegistrationState.DRAFT,
        materials: input.materials,
        preparedBy: actor.id,
        preparedAt: now,
      });
      return { subjectId: id };
    });
  }

  /** By somebody else of the applicant than who prepared it. @throws RegistrationNotFound, RegistrationNotInState, SamePerson */
  submit(actor: AuditActor, clientId: string, registrationId: string): Promise<string> {
    const to = RegistrationState.SUBMITTED;
    return this.act(actor, clientId, registrationId, 'SUBMIT_REGISTRATION', {}, to, (registration) => {
      if (registration.applicantId !== actor.partyId) throw new RegistrationNotFound();
      if (registration.preparedBy === actor.id) throw new SamePerson('prepared a registration');
      const now = this.clock.now();
      const acceptanceDue = workingDaysAfter(legalDayOf(now), ACCEPTANCE_DAYS).due;
      return { submittedBy: actor.id, submittedAt: now, acceptanceDue, reason: null };
    });
  }

  /** Accepts, returns with one list of what is missing, or does not accept (Art. 10). @throws as submit */
  decideAcceptance(
    actor: AuditActor,
    clientId: string,
    registrationId: string,
    to: RegistrationState.ACCEPTED | RegistrationState.RETURNED | RegistrationState.NOT_ACCEPTED,
    reason: string | null,
  ): Promise<string> {
    const content = { to, reason };
    return this.act(actor, clientId, registrationId, 'DECIDE_ACCEPTANCE', content, to, (registration) => {
      if (registration.registryId !== actor.partyId) throw new RegistrationNotFound();
      if (to !== RegistrationState.ACCEPTED) return { reason };
      const now = this.clock.now();
      const reviewDue = workingDaysAfter(legalDayOf(now), REVIEW_DAYS).due;
      return { acceptedBy: actor.id, acceptedAt: now, reviewDue, reason: null };
    });
  }

  /** Passes the form review, which begins the publicity today, or refuses (Art. 11–12). @throws as submit */
  review(
    actor: AuditActor,
    clientId: string,
    registrationId: string,
    to: RegistrationState.PUBLICIZED | RegistrationState.REFUSED,
    reason: string | null,
  ): Promise<string> {
    const content = { to, reason };
    return this.act(actor, clientId, registrationId, 'REVIEW_REGISTRATION', content, to, (registration) => {
      if (registration.registryId !== actor.partyId) throw new RegistrationNotFound();
      if (registration.acceptedBy === actor.id) throw new SamePerson('accepted a registration');
      const now = this.clock.now();
      const reviewed = { reviewedBy: actor.id, reviewedAt: now, reason };
      if (to === RegistrationState.REFUSED) return reviewed;
      const publicityFrom = legalDayOf(now);
      const publicityUntil = workingDaysAfter(publicityFrom, PUBLICITY_DAYS).due;
      return { ...reviewed, publicityFrom, publicityUntil };
    });
  }

  /** Gives the query code and the signed certificate once the publicity is over (Art. 13). @throws PublicityNotOver, as submit */
  code(actor: AuditActor, clientId: string, registrationId: string): Promise<string> {
    const to = RegistrationState.CODED;
    return this.act(
      actor,
      clientId,
      registrationId,
      'CODE_REGISTRATION',
      {},
      to,
      async (registration, tx) => {
        if (registration.registryId !== actor.partyId) throw new RegistrationNotFound();
        const now = this.clock.now();
        const today = legalDayOf(now);
        invariant(registration.publicityUntil, 'A publicized registration has an end of publicity');
        if (today <= registration.publicityUntil) throw new PublicityNotOver(registration.publicityUntil);
        await this.issueCertificate(tx, registration, now);
        await tx.update(Asset, { id: registration.assetId }, { state: 'REGISTERED' });
        return { decidedBy: actor.id, decidedAt: now };
      },
    );
  }

  private async issueCertificate(tx: Transaction, registration: Registration, now: Date): Promise<void> {
    const validFrom = legalDayOf(now);
    const [counted]: { serial: number }[] = await tx.query(
      `INSERT INTO registration_serial (month, serial) VALUES ($1, 1)
       ON CONFLICT (month) DO UPDATE SET serial = registration_serial.serial + 1 RETURNING serial`,
      [validFrom.slice(0, 7)],
    );
    const asset = await tx.findOneBy(Asset, { id: registration.assetId });
    const holder = await this.parties.findIn(tx, registration.applicantId);
    const version = asset && (await this.datasets.versionIn(tx, asset.datasetVersionId));
    invariant(counted && version && holder, 'A registration has an asset, its data and a holder');
    const queryCode = queryCodeOf(validFrom, counted.serial);
    const document = certificateDocument({
      queryCode,
      registration,
      asset,
      holder,
      dataSha256: version.fileSha256.toString('hex'),
      validFrom,
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
      validUntil: validUntilOf(validFrom),
      document,
      signature: key.sign(Buffer.from(document)),
      keyId: keyIdOf(key.publicKey),
      issuedAt: now,
    });
  }

  private act(
    actor: AuditActor,
    clientId: string,
    registrationId: string,
    action: string,
    content: Readonly<Record<string, string | null>>,
    to: RegistrationState,
    decide: (
      registration: Registration,
      tx: Transaction,
    ) => QueryDeepPartialEntity<Registration> | Promise<QueryDeepPartialEntity<Registration>>,
  ): Promise<string> {
    const command = { clientId, action, content: { ...content, registrationId } };
    return this.commands.run(actor, command, async (tx) => {
      const registration = await tx.findOne(Registration, {
        where: { id: registrationId },
        lock: { mode: 'for_no_key_update' },
      });
      if (!registration) throw new RegistrationNotFound();
      if (!mayFollow(registration.state, to)) throw new RegistrationNotInState(registration.state, to);
      const change = await decide(registration, tx);
      await tx.update(Registration, { id: registrationId }, { ...change, state: to });
      return { subjectId: registrationId, note: { to } };
    });
  }
}
