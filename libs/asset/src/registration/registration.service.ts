import { Injectable } from '@nestjs/common';
import { In, IsNull, Not } from 'typeorm';
import type { QueryDeepPartialEntity } from 'typeorm';

import { type AuditActor, CommandRunner } from '#libs/audit';
import { isUniqueViolation, type Transaction } from '#libs/database';
import { DatasetService } from '#libs/dataset';
import {
  addDays,
  Clock,
  InvalidInput,
  invariant,
  type JsonObject,
  legalDayOf,
  newId,
  startOfLegalDay,
} from '#libs/foundation';
import { PartyKind, PartyService } from '#libs/party';

import { Asset, AssetState } from '../asset.entity.ts';
import {
  AssetExists,
  AssetNotInRegister,
  DatasetNotRegistrable,
  MaterialsMissing,
  ObjectionOpen,
  PublicityNotOver,
  RegistrationNotFound,
  RegistrationNotInState,
  RegistrationUnderWay,
  RenewalNotOpen,
  SamePerson,
} from '../asset.errors.ts';
import { validUntilOf } from '../certificate/certificate-document.ts';
import { CertificateIssuer } from '../certificate/certificate-issuer.ts';
import { type Evidence, EvidenceService } from '../evidence/evidence.service.ts';
import { LegalDeadlineService } from '../deadline/legal-deadline.service.ts';
import { type Materials, missingMaterials } from './materials.ts';
import { Objection, ObjectionState } from '../objection/objection.entity.ts';
import { OverlapService } from '../overlap/overlap.service.ts';
import { RegisterHistory } from '../register/register-history.ts';
import { Register, renewableFrom } from '../register/register.ts';
import { ENDED, isAllowed, type RegistrationAct, TRACK_A } from './registration-act.ts';
import {
  GROUNDS,
  type RegistrationGround,
  RegistrationState,
  RegistrationType,
} from './registration-state.ts';
import { Registration } from './registration.entity.ts';
import { Track } from '../track.ts';

export interface RegistrationContent {
  readonly name: string;
  readonly overview: string;
  readonly materials: Materials;
  /** Null: what was shown before stays. */
  readonly evidence: readonly Evidence[] | null;
}

export interface NewRegistration extends RegistrationContent {
  readonly datasetVersionId: string;
  readonly registryId: string;
}

export interface FollowUpRegistration {
  readonly assetId: string;
  readonly type: RegistrationType;
  readonly ground: RegistrationGround | null;
  /** Null: as registered. */
  readonly name: string | null;
  readonly overview: string | null;
  readonly materials: Materials;
  readonly evidence: readonly Evidence[];
}

export type AcceptanceAct = 'ACCEPT' | 'RETURN' | 'NOT_ACCEPT';
export type ReviewAct = 'PUBLICIZE' | 'CANCEL' | 'REFUSE';

/** Which types say what the register shall be told; a renewal or a cancellation is of what it says. */
const REWORDING: ReadonlySet<RegistrationType> = new Set([
  RegistrationType.FIRST,
  RegistrationType.CHANGE,
  RegistrationType.CORRECTION,
]);

function mustKeep(
  registered: Pick<Registration, 'type' | 'name' | 'overview'>,
  told: Pick<Registration, 'name' | 'overview'>,
): void {
  for (const field of ['name', 'overview'] as const)
    if (told[field] !== registered[field])
      throw new InvalidInput(field, `is not changed by ${registered.type}`);
}

const told = (evidence: readonly Evidence[] | null) => evidence?.map((piece) => ({ ...piece })) ?? null;

type Decision = QueryDeepPartialEntity<Registration>;

/** The legal acts on track A. Each takes the lock of the application, then that of the asset. */
@Injectable()
export class RegistrationService {
  constructor(
    private readonly commands: CommandRunner,
    private readonly datasets: DatasetService,
    private readonly parties: PartyService,
    private readonly register: Register,
    private readonly issuer: CertificateIssuer,
    private readonly deadlines: LegalDeadlineService,
    private readonly evidence: EvidenceService,
    private readonly history: RegisterHistory,
    private readonly overlaps: OverlapService,
    private readonly clock: Clock,
  ) {}

  /** A first registration, as a draft. @throws InvalidInput, DatasetNotRegistrable, AssetExists */
  prepare(actor: AuditActor, clientId: string, input: NewRegistration): Promise<string> {
    const content = { ...input, materials: { ...input.materials }, evidence: told(input.evidence) };
    return this.commands.run(actor, { clientId, action: 'PREPARE_REGISTRATION', content }, async (tx) => {
      const version = await this.datasets.versionIn(tx, input.datasetVersionId);
      if (version?.state !== 'CONFIRMED' || version.providerId !== actor.partyId)
        throw new DatasetNotRegistrable();
      const registry = await this.parties.findIn(tx, input.registryId);
      if (registry?.kind !== PartyKind.REGISTRY)
        throw new InvalidInput('registryId', 'is no registry of this exchange');
      const { name, overview, materials, evidence, registryId } = input;
      // After an application that came to nothing, the next one is about the same asset.
      await tx.query(
        `INSERT INTO asset (id, dataset_version_id, provider_id, name, overview, state, created_at)
         VALUES ($1, $2, $3, $4, $5, 'UNREGISTERED', $6) ON CONFLICT (dataset_version_id) DO NOTHING`,
        [newId(), version.id, version.providerId, name, overview, this.clock.now()],
      );
      const asset = await tx.findOneByOrFail(Asset, { datasetVersionId: version.id });
      if (asset.state !== AssetState.UNREGISTERED) throw new AssetExists();
      const draft = { assetId: asset.id, type: RegistrationType.FIRST, registryId, ground: null };
      const content = { name, overview, materials };
      const id = await this.draft(tx, actor, { ...draft, ...content }, evidence ?? [], new AssetExists());
      return { subjectId: id };
    });
  }

  /** A change, correction, renewal or cancellation, as a draft. @throws InvalidInput, AssetNotInRegister, RegistrationUnderWay */
  prepareFollowUp(actor: AuditActor, clientId: string, input: FollowUpRegistration): Promise<string> {
    const content = { ...input, materials: { ...input.materials }, evidence: told(input.evidence) };
    return this.commands.run(actor, { clientId, action: 'PREPARE_FOLLOW_UP', content }, async (tx) => {
      const { type, ground } = input;
      const grounds = GROUNDS[type];
      if (type === RegistrationType.FIRST)
        throw new InvalidInput('type', 'a first registration is prepared from a dataset version');
      if (ground === null ? grounds.length > 0 : !grounds.includes(ground))
        throw new InvalidInput('ground', `must be ${grounds.join(', ') || 'left out'} for ${type}`);
      const asset = await tx.findOneBy(Asset, { id: input.assetId });
      if (asset?.state !== AssetState.REGISTERED || asset.providerId !== actor.partyId)
        throw new AssetNotInRegister();
      const { name, overview } = {
        name: input.name ?? asset.name,
        overview: input.overview ?? asset.overview,
      };
      if (!REWORDING.has(type))
        mustKeep({ type, name: asset.name, overview: asset.overview }, { name, overview });
      const first = await tx.findOneByOrFail(Registration, {
        track: Track.A,
        assetId: asset.id,
        type: RegistrationType.FIRST,
        state: RegistrationState.CODED,
      });
      const draft = {
        assetId: asset.id,
        type,
        ground,
        registryId: first.registryId,
        name,
        overview,
        materials: input.materials,
      };
      const id = await this.draft(tx, actor, draft, input.evidence, new RegistrationUnderWay());
      return { subjectId: id };
    });
  }

  /** Rewrites a draft, or what was returned; whoever does it has prepared it. @throws RegistrationNotFound, RegistrationNotInState, InvalidInput */
  amend(
    actor: AuditActor,
    clientId: string,
    registrationId: string,
    content: RegistrationContent,
  ): Promise<string> {
    const { name, overview, materials, evidence } = content;
    const said = { name, overview, materials: { ...materials }, evidence: told(evidence) };
    return this.act(actor, clientId, registrationId, 'AMEND', said, async (registration, tx) => {
      if (evidence) await this.evidence.bind(tx, registration, evidence);
      if (!REWORDING.has(registration.type)) mustKeep(registration, { name, overview });
      return { name, overview, materials, preparedBy: actor.id, preparedAt: this.clock.now() };
    });
  }

  /**
   * By somebody else of the applicant than who prepared it.
   *
   * @throws RegistrationNotFound, RegistrationNotInState, SamePerson, MaterialsMissing, RenewalNotOpen, AssetNotInRegister
   */
  submit(actor: AuditActor, clientId: string, registrationId: string): Promise<string> {
    return this.act(actor, clientId, registrationId, 'SUBMIT', {}, async (registration, tx) => {
      if (registration.preparedBy === actor.id) throw new SamePerson('prepared a registration');
      const missing = missingMaterials(registration.materials);
      if (missing.length > 0) throw new MaterialsMissing(missing);
      const now = this.clock.now();
      if (registration.type === RegistrationType.FIRST) {
        const asset = await tx.findOneByOrFail(Asset, { id: registration.assetId });
        const version = await this.datasets.versionIn(tx, asset.datasetVersionId);
        invariant(version, 'An asset is of a dataset version');
        await this.evidence.check(tx, registrationId, version.fileSha256);
      } else {
        // Nobody takes the asset out of the register until this is committed.
        const [asset]: { state: AssetState }[] = await tx.query('SELECT asset_hold($1) AS state', [
          registration.assetId,
        ]);
        if (asset?.state !== AssetState.REGISTERED) throw new AssetNotInRegister();
      }
      if (registration.type === RegistrationType.RENEWAL) {
        const window = await this.register.renewalWindow(tx, registration.assetId);
        const today = legalDayOf(now);
        invariant(window, 'A registered asset has a certificate');
        // What was filed in time may be completed later.
        const filed = registration.submittedAt ? legalDayOf(registration.submittedAt) : today;
        if (filed < window.first || filed > window.last) throw new RenewalNotOpen(window.first, window.last);
        await this.deadlines.blockExpiry(tx, Track.A, registration.assetId, true);
      }
      await this.deadlines.start(tx, registration, 'ACCEPTANCE');
      return { submittedBy: actor.id, submittedAt: now, reason: null };
    });
  }

  /** Lets go of an application that is not coded yet. @throws RegistrationNotFound, RegistrationNotInState */
  withdraw(actor: AuditActor, clientId: string, registrationId: string, reason: string): Promise<string> {
    return this.act(actor, clientId, registrationId, 'WITHDRAW', { reason }, () => ({ reason }));
  }

  /** Accepts, returns with one list of what is missing, or does not accept (Art. 10). @throws as withdraw, OverlapNotExplained */
  decideAcceptance(
    actor: AuditActor,
    clientId: string,
    registrationId: string,
    act: AcceptanceAct,
    reason: string | null,
  ): Promise<string> {
    return this.act(actor, clientId, registrationId, act, { reason }, async (registration, tx) => {
      if (act !== 'ACCEPT') return { reason };
      await this.overlaps.mustBeExplained(tx, actor, registration, reason);
      const isCancellation = registration.type === RegistrationType.CANCELLATION;
      await this.deadlines.start(tx, registration, isCancellation ? 'CANCELLATION' : 'REVIEW');
      return { acceptedBy: actor.id, acceptedAt: this.clock.now(), reason: null };
    });
  }

  /**
   * Passes the form review, which begins the publicity today, or cancels, or refuses (Art. 9, 11–12); by somebody else
   * than who accepted.
   *
   * @throws RegistrationNotFound, RegistrationNotInState, SamePerson
   */
  review(
    actor: AuditActor,
    clientId: string,
    registrationId: string,
    act: ReviewAct,
    reason: string | null,
  ): Promise<string> {
    return this.act(actor, clientId, registrationId, act, { reason }, async (registration, tx) => {
      if (registration.acceptedBy === actor.id) throw new SamePerson('accepted a registration');
      const now = this.clock.now();
      const reviewed = { reviewedBy: actor.id, reviewedAt: now, reason };
      if (act === 'PUBLICIZE') {
        const publicityUntil = await this.deadlines.start(tx, registration, 'PUBLICITY');
        return { ...reviewed, publicityFrom: legalDayOf(now), publicityUntil };
      }
      if (act === 'REFUSE') return reviewed;
      await this.lockRegistered(tx, registration.assetId);
      const cause = { registrationId, by: actor.id, reason: registration.ground };
      await this.register.remove(tx, registration.assetId, AssetState.CANCELLED, cause);
      return { ...reviewed, decidedBy: actor.id, decidedAt: now };
    });
  }

  /**
   * Gives the query code and the signed certificate once the publicity is over and no objection is open (Art. 13).
   *
   * @throws RegistrationNotFound, RegistrationNotInState, PublicityNotOver, ObjectionOpen, AssetNotInRegister
   */
  code(actor: AuditActor, clientId: string, registrationId: string): Promise<string> {
    return this.act(actor, clientId, registrationId, 'CODE', {}, async (registration, tx) => {
      const { publicityUntil, assetId, type } = registration;
      const now = this.clock.now();
      invariant(publicityUntil, 'A publicized registration has an end of publicity');
      if (legalDayOf(now) <= publicityUntil) throw new PublicityNotOver(publicityUntil);
      if (await tx.existsBy(Objection, { registrationId, state: ObjectionState.OPEN }))
        throw new ObjectionOpen();
      const isFirst = type === RegistrationType.FIRST;
      const asset = isFirst ? await this.register.lock(tx, assetId) : await this.lockRegistered(tx, assetId);
      invariant(asset, 'A registration is of an asset');
      await this.enter(tx, actor, registration, asset);
      return { decidedBy: actor.id, decidedAt: now };
    });
  }

  /**
   * Revokes what is registered, for concealment, false materials, tampering or misuse (Art. 20). An application about
   * the same asset ends with it.
   *
   * @returns the asset's id
   * @throws AssetNotInRegister
   */
  revoke(actor: AuditActor, clientId: string, assetId: string, reason: string): Promise<string> {
    const command = { clientId, action: 'REVOKE_REGISTRATION', content: { assetId, reason } };
    return this.commands.run(actor, command, async (tx) => {
      const open = await tx.find(Registration, {
        where: { track: Track.A, assetId, state: Not(In([...ENDED])) },
        lock: { mode: 'for_no_key_update' },
      });
      const registered = await tx.existsBy(Registration, {
        track: Track.A,
        assetId,
        registryId: actor.partyId ?? '',
        state: RegistrationState.CODED,
      });
      if (!registered) throw new AssetNotInRegister();
      await this.lockRegistered(tx, assetId);
      for (const { id } of open) {
        await this.deadlines.closeOf(tx, id);
        await this.endObjections(tx, id);
        await tx.update(Registration, { id }, { state: RegistrationState.TERMINATED, reason });
      }
      const cause = { registrationId: null, by: actor.id, reason };
      await this.register.remove(tx, assetId, AssetState.REVOKED, cause);
      return { subjectId: assetId };
    });
  }

  /**
   * Decides an objection; upheld, it ends the application (Art. 13).
   *
   * @returns the objection's id
   * @throws RegistrationNotFound, RegistrationNotInState
   */
  async decideObjection(
    actor: AuditActor,
    clientId: string,
    objection: { readonly id: string; readonly registrationId: string },
    isUpheld: boolean,
    reason: string,
  ): Promise<void> {
    const act = isUpheld ? 'UPHOLD_OBJECTION' : 'DISMISS_OBJECTION';
    const told = { objectionId: objection.id, reason };
    await this.act(actor, clientId, objection.registrationId, act, told, async (_, tx) => {
      const now = this.clock.now();
      const decided = { decidedBy: actor.id, decidedAt: now, decisionReason: reason };
      const state = isUpheld ? ObjectionState.UPHELD : ObjectionState.DISMISSED;
      const { affected } = await tx.update(
        Objection,
        { id: objection.id, state: ObjectionState.OPEN },
        { ...decided, state },
      );
      // Somebody was faster.
      if (affected !== 1) throw new RegistrationNotFound();
      await this.deadlines.close(tx, objection.id);
      return isUpheld ? { reason } : {};
    });
  }

  /** Makes the application what the register says, with a certificate (Art. 13, 15). */
  private async enter(
    tx: Transaction,
    actor: AuditActor,
    registration: Registration,
    asset: Asset,
  ): Promise<void> {
    const { id: assetId } = asset;
    const today = legalDayOf(this.clock.now());
    const inForce = await this.register.inForce(tx, Track.A, assetId);
    const lastUntil = inForce.at(-1)?.validUntil;
    const isNewTerm =
      registration.type === RegistrationType.FIRST || registration.type === RegistrationType.RENEWAL;
    // A renewed term begins the day after the old one has ended, whenever it is decided.
    const from = isNewTerm ? (lastUntil ?? today) : today;
    const validUntil = isNewTerm ? validUntilOf(from) : lastUntil;
    invariant(validUntil, 'A registered asset has a certificate');
    if (!isNewTerm) for (const { id } of inForce) await this.register.end(tx, id, 'SUPERSEDED', null);
    const code = await this.issuer.issue(tx, registration, asset, from, validUntil);
    if (isNewTerm) {
      await this.deadlines.closeValidity(tx, Track.A, assetId);
      const last = addDays(validUntil, -1);
      const window = { from, renewableFrom: renewableFrom(last), last };
      await this.deadlines.startValidity(tx, registration, window);
    }
    const { name, overview } = registration;
    await tx.update(Asset, { id: assetId }, { state: AssetState.REGISTERED, name, overview });
    const { providerId: holderId, datasetVersionId } = asset;
    await this.history.append(tx, {
      assetId,
      track: Track.A,
      registrationId: registration.id,
      act: registration.type,
      facts: { name, overview, holderId, datasetVersionId, validFrom: from, validUntil, code },
      effectiveFrom: startOfLegalDay(from),
      by: actor.id,
      reason: registration.ground,
    });
  }

  private async lockRegistered(tx: Transaction, assetId: string): Promise<Asset> {
    const asset = await this.register.lock(tx, assetId);
    if (asset?.state !== AssetState.REGISTERED) throw new AssetNotInRegister();
    return asset;
  }

  private async endObjections(tx: Transaction, registrationId: string): Promise<void> {
    await tx.update(
      Objection,
      { registrationId, state: ObjectionState.OPEN, decidedAt: IsNull() },
      { state: ObjectionState.MOOT, decidedAt: this.clock.now() },
    );
  }

  private async draft(
    tx: Transaction,
    actor: AuditActor,
    draft: Pick<
      Registration,
      'assetId' | 'type' | 'ground' | 'registryId' | 'name' | 'overview' | 'materials'
    >,
    evidence: readonly Evidence[],
    underWay: AssetExists | RegistrationUnderWay,
  ): Promise<string> {
    const id = newId();
    const applicantId = actor.partyId;
    invariant(applicantId, 'An applicant is a party');
    const state = RegistrationState.DRAFT;
    const prepared = { preparedBy: actor.id, preparedAt: this.clock.now() };
    try {
      await tx.insert(Registration, { id, track: Track.A, applicantId, state, ...draft, ...prepared });
    } catch (error) {
      if (isUniqueViolation(error, 'registration_one_open_per_asset')) throw underWay;
      throw error;
    }
    await this.evidence.bind(tx, { id, applicantId, registryId: draft.registryId }, evidence);
    return id;
  }

  private act(
    actor: AuditActor,
    clientId: string,
    registrationId: string,
    act: RegistrationAct,
    told: JsonObject,
    decide: (registration: Registration, tx: Transaction) => Decision | Promise<Decision>,
  ): Promise<string> {
    const { to, by, rule } = TRACK_A[act];
    const command = { clientId, action: `${act}_REGISTRATION`, content: { ...told, registrationId } };
    return this.commands.run(actor, command, async (tx) => {
      const registration = await tx.findOne(Registration, {
        where: { id: registrationId, track: Track.A },
        lock: { mode: 'for_no_key_update' },
      });
      if (!registration) throw new RegistrationNotFound();
      const { applicantId, registryId, state, type, assetId } = registration;
      if ((by === 'APPLICANT' ? applicantId : registryId) !== actor.partyId) throw new RegistrationNotFound();
      if (!isAllowed(act, state, type)) throw new RegistrationNotInState(act, type, state, rule);
      if (to) await this.deadlines.closeOf(tx, registrationId);
      const change = await decide(registration, tx);
      if (Object.keys(change).length > 0 || to)
        await tx.update(
          Registration,
          { id: registrationId },
          { ...change, ...(to && { state: RegistrationState[to] }) },
        );
      if (to && ENDED.includes(RegistrationState[to])) {
        await this.endObjections(tx, registrationId);
        // A renewal that came to nothing does not hold off the end any more.
        if (type === RegistrationType.RENEWAL && to !== 'CODED')
          await this.deadlines.blockExpiry(tx, Track.A, assetId, false);
      }
      return { subjectId: registrationId, note: { to: to ?? state } };
    });
  }
}
