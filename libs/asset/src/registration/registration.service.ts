import { Injectable } from '@nestjs/common';
import { In, Not, IsNull } from 'typeorm';
import type { QueryDeepPartialEntity } from 'typeorm';

import { type AuditActor, CommandRunner } from '#libs/audit';
import { constraintOf, isUniqueViolation, type Transaction } from '#libs/database';
import { DatasetService } from '#libs/dataset';
import {
  addDays,
  Clock,
  InvalidInput,
  invariant,
  type JsonObject,
  type LegalDay,
  legalDayOf,
  newId,
  startOfLegalDay,
  workingDaysAfter,
} from '#libs/foundation';
import { Outbox } from '#libs/outbox';
import { PartyKind, PartyService } from '#libs/party';
import { ClassificationService } from '#libs/quality';

import { Asset, AssetState } from '../asset.entity.ts';
import {
  AssetExists,
  AssetNotInRegister,
  DatasetNotRegistrable,
  DataUnderTitle,
  EvidenceNotDeposited,
  MaterialsMissing,
  ObjectionOpen,
  ProductsLackFields,
  PublicityNotOver,
  PublicityProvisional,
  RegistrationNotFound,
  RegistrationNotInState,
  RegisteredAnew,
  RegistrationUnderWay,
  RenewalNotOpen,
  SamePerson,
} from '../asset.errors.ts';
import { AssetService } from '../asset.service.ts';
import { validUntilOf } from '../certificate/certificate-document.ts';
import { CertificateIssuer } from '../certificate/certificate-issuer.ts';
import { CORRECTION, CorrectionProposalState } from '../correction/correction-act.ts';
import { CorrectionProposal } from '../correction/correction-proposal.entity.ts';
import { DelegationService } from '../delegation/delegation.service.ts';
import { type Evidence, EvidenceService } from '../evidence/evidence.service.ts';
import { FILING_DAYS } from '../deadline/counted-days.ts';
import { LegalDeadlineService } from '../deadline/legal-deadline.service.ts';
import { WorkingCalendarService } from '../deadline/working-calendar.service.ts';
import { type Materials, missingMaterials } from './materials.ts';
import { Objection, ObjectionState } from '../objection/objection.entity.ts';
import { OverlapService } from '../overlap/overlap.service.ts';
import { RegisterHistory } from '../register/register-history.ts';
import { Register, renewableFrom } from '../register/register.ts';
import {
  ENDED,
  EVENT_OF,
  isAllowed,
  NOT_OF_ORDERED,
  type RegistrationAct,
  TRACK_A,
} from './registration-act.ts';
import { GROUNDS, RegistrationGround, RegistrationState, RegistrationType } from './registration-state.ts';
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
  /** When it was delivered under authorised operation (Art. 9); null: it was not. */
  readonly deliveredOn?: LegalDay | null;
}

export interface FollowUpRegistration {
  readonly assetId: string;
  readonly type: RegistrationType;
  readonly ground: RegistrationGround | null;
  /** Of a change of the data: a newer version of the same dataset; null: the data stay. */
  readonly datasetVersionId: string | null;
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
    private readonly assets: AssetService,
    private readonly register: Register,
    private readonly issuer: CertificateIssuer,
    private readonly deadlines: LegalDeadlineService,
    private readonly evidence: EvidenceService,
    private readonly history: RegisterHistory,
    private readonly calendar: WorkingCalendarService,
    private readonly delegations: DelegationService,
    private readonly outbox: Outbox,
    private readonly overlaps: OverlapService,
    private readonly classifications: ClassificationService,
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
      const asset = await this.assets.ensureIn(tx, version, { name, overview });
      if (asset.state !== AssetState.UNREGISTERED) throw new AssetExists();
      const draft = { assetId: asset.id, type: RegistrationType.FIRST, registryId, ground: null };
      const content = { name, overview, materials, ...(await this.filingOf(tx, input.deliveredOn ?? null)) };
      const id = await this.draft(tx, actor, { ...draft, ...content }, evidence ?? [], new AssetExists());
      return { subjectId: id };
    });
  }

  /**
   * A change, correction, renewal or cancellation, as a draft.
   *
   * @throws InvalidInput, AssetNotInRegister, RegistrationUnderWay, DatasetNotRegistrable, AssetExists
   */
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
      const { datasetVersionId } = input;
      if (datasetVersionId !== null) await this.mustSucceed(tx, asset, datasetVersionId, { type, ground });
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
        datasetVersionId,
      };
      const id = await this.draft(tx, actor, draft, input.evidence, new RegistrationUnderWay());
      return { subjectId: id };
    });
  }

  /**
   * Rewrites a draft, or what was returned; whoever does it has prepared it, and has not submitted it before. What was
   * proposed and consented to keeps its words.
   *
   * @throws RegistrationNotFound, RegistrationNotInState, SamePerson, InvalidInput
   */
  amend(
    actor: AuditActor,
    clientId: string,
    registrationId: string,
    content: RegistrationContent,
  ): Promise<string> {
    const { name, overview, materials, evidence } = content;
    const said = { name, overview, materials: { ...materials }, evidence: told(evidence) };
    return this.act(actor, clientId, registrationId, 'AMEND', said, async (registration, tx) => {
      if (registration.submittedBy === actor.id) throw new SamePerson('submitted a registration');
      if (evidence) await this.evidence.bind(tx, registration, evidence);
      if (registration.proposalId !== null) mustKeep(registration, { name, overview });
      else if (!REWORDING.has(registration.type)) {
        const asset = await tx.findOneByOrFail(Asset, { id: registration.assetId });
        mustKeep({ type: registration.type, name: asset.name, overview: asset.overview }, { name, overview });
      }
      return { name, overview, materials, preparedBy: actor.id, preparedAt: this.clock.now() };
    });
  }

  /**
   * By somebody else of the applicant than who prepared it: a chief, or its delegate, who has never written on it.
   *
   * @throws RegistrationNotFound, RegistrationNotInState, NotDelegated, SamePerson, MaterialsMissing,
   * EvidenceNotDeposited, RenewalNotOpen, AssetNotInRegister, RegisteredAnew, RegistrationUnderWay, ProductsLackFields,
   * DataLevelForbids
   */
  submit(actor: AuditActor, clientId: string, registrationId: string): Promise<string> {
    return this.act(actor, clientId, registrationId, 'SUBMIT', {}, async (registration, tx) => {
      const mandate = await this.mandateOf(tx, actor, registration);
      if (registration.preparedBy === actor.id) throw new SamePerson('prepared a registration');
      await this.checkComplete(tx, registration);
      await this.refuseCore(tx, registration);
      const now = this.clock.now();
      if (registration.type !== RegistrationType.FIRST) {
        // Nobody takes the asset out of the register until this is committed.
        const [asset]: { state: AssetState }[] = await tx.query('SELECT asset_hold($1) AS state', [
          registration.assetId,
        ]);
        if (asset?.state !== AssetState.REGISTERED) throw new AssetNotInRegister();
        await this.refuseOutdated(tx, registration);
      }
      if (registration.datasetVersionId !== null) await this.checkNewData(tx, registration);
      if (registration.type === RegistrationType.RENEWAL) {
        const window = await this.register.renewalWindow(tx, registration.assetId);
        const today = legalDayOf(now);
        invariant(window, 'A registered asset has a certificate');
        // What was filed in time may be completed later, however often it was returned.
        const isFiled = registration.submittedAt !== null;
        if (!isFiled && (today < window.first || today > window.last))
          throw new RenewalNotOpen(window.first, window.last);
        await this.deadlines.blockExpiry(tx, Track.A, registration.assetId, true);
      }
      await this.deadlines.start(tx, registration, 'ACCEPTANCE');
      return {
        ...{ submittedBy: actor.id, submittedAt: now, reason: null },
        ...{ onBehalfOf: mandate?.delegatorId ?? null, delegationId: mandate?.delegationId ?? null },
        filedOn: registration.filedOn ?? legalDayOf(now),
      };
    });
  }

  /**
   * Lets go of an application that is not coded yet, by a chief or its delegate. A correction that was consented to is
   * declined by it.
   *
   * @throws RegistrationNotFound, RegistrationNotInState, NotDelegated, SamePerson
   */
  withdraw(actor: AuditActor, clientId: string, registrationId: string, reason: string): Promise<string> {
    return this.act(actor, clientId, registrationId, 'WITHDRAW', { reason }, async (registration, tx) => {
      const mandate = await this.mandateOf(tx, actor, registration);
      const now = this.clock.now();
      const { from, to } = CORRECTION.TAKE_BACK;
      if (registration.proposalId !== null)
        await tx.update(
          CorrectionProposal,
          { id: registration.proposalId, state: In([...from]) },
          { state: CorrectionProposalState[to], answeredBy: actor.id, answeredAt: now, answer: reason },
        );
      const withdrawalDelegationId = mandate?.delegationId ?? null;
      return { reason, withdrawnBy: actor.id, withdrawnAt: now, withdrawalDelegationId };
    });
  }

  /**
   * The application that a proposed correction leads to, submitted: with the holder's consent by its chief, or ordered
   * by the registry. It is what is registered but for what the proposal corrects. In the transaction of the proposal,
   * with the asset held in the register.
   *
   * @throws RegistrationUnderWay
   */
  async fileCorrection(
    tx: Transaction,
    actor: AuditActor,
    proposal: CorrectionProposal,
    isOrdered: boolean,
  ): Promise<void> {
    const { id: proposalId, assetId, holderId: applicantId, registryId } = proposal;
    const asset = await tx.findOneByOrFail(Asset, { id: assetId });
    const coded = await this.lastCoded(tx, assetId);
    const id = newId();
    const now = this.clock.now();
    const said = { name: proposal.name ?? asset.name, overview: proposal.overview ?? asset.overview };
    const filed = { id, track: Track.A, assetId, applicantId, registryId };
    const prepared = { preparedBy: proposal.proposedBy, preparedAt: proposal.proposedAt };
    const submitted = { submittedBy: actor.id, submittedAt: now, filedOn: legalDayOf(now) };
    const kind = { type: RegistrationType.CORRECTION, state: RegistrationState.SUBMITTED };
    const { materials } = coded;
    try {
      await tx.insert(Registration, {
        ...{ ...filed, ...kind, ...said, materials },
        ...{ ...prepared, ...submitted, proposalId, isOrdered },
      });
    } catch (error) {
      if (isUniqueViolation(error, 'registration_one_open_per_asset')) throw new RegistrationUnderWay();
      throw error;
    }
    await this.deadlines.start(tx, filed, 'ACCEPTANCE');
  }

  /**
   * Accepts, returns with one list of what is missing, or does not accept (Art. 10).
   *
   * @throws RegistrationNotFound, RegistrationNotInState, SamePerson, OverlapNotExplained
   */
  decideAcceptance(
    actor: AuditActor,
    clientId: string,
    registrationId: string,
    act: AcceptanceAct,
    reason: string | null,
  ): Promise<string> {
    return this.act(actor, clientId, registrationId, act, { reason }, async (registration, tx) => {
      if (registration.submittedBy === actor.id) throw new SamePerson('ordered a correction');
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
      if (registration.submittedBy === actor.id) throw new SamePerson('ordered a correction');
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
   * @throws RegistrationNotFound, RegistrationNotInState, PublicityNotOver, PublicityProvisional, ObjectionOpen,
   * AssetNotInRegister, DataLevelForbids, and as moveData
   */
  code(actor: AuditActor, clientId: string, registrationId: string): Promise<string> {
    return this.act(actor, clientId, registrationId, 'CODE', {}, async (registration, tx) => {
      const { publicityUntil, assetId, type } = registration;
      const now = this.clock.now();
      invariant(publicityUntil, 'A publicized registration has an end of publicity');
      if (legalDayOf(now) <= publicityUntil) throw new PublicityNotOver(publicityUntil);
      if (await this.deadlines.isNoticeProvisional(tx, registrationId))
        throw new PublicityProvisional(publicityUntil);
      if (await tx.existsBy(Objection, { registrationId, state: ObjectionState.OPEN }))
        throw new ObjectionOpen();
      await this.refuseCore(tx, registration);
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
      const registryId = actor.partyId ?? '';
      const open: { id: string; applicantId: string; type: RegistrationType }[] = await tx.query(
        `SELECT registration_id AS id, applicant AS "applicantId", registration_type AS type
         FROM registration_terminate($1, $2)`,
        [assetId, reason],
      );
      const registered = await tx.existsBy(Registration, {
        track: Track.A,
        assetId,
        registryId,
        state: RegistrationState.CODED,
      });
      if (!registered) throw new AssetNotInRegister();
      const { providerId } = await this.lockRegistered(tx, assetId);
      for (const { id, applicantId, type } of open) {
        await this.deadlines.closeOf(tx, id);
        await this.endObjections(tx, id);
        const data = { assetId, type, state: RegistrationState.TERMINATED };
        const partyIds = [applicantId, registryId];
        await this.outbox.append(tx, { type: 'registration.terminated', subjectId: id, data, partyIds });
      }
      const cause = { registrationId: null, by: actor.id, reason };
      await this.register.remove(tx, assetId, AssetState.REVOKED, cause);
      const partyIds = [providerId, registryId];
      await this.outbox.append(tx, { type: 'registration.revoked', subjectId: assetId, data: {}, partyIds });
      return { subjectId: assetId };
    });
  }

  /**
   * Decides an objection; upheld, it ends the application (Art. 13).
   *
   * @returns the objection's id
   * @throws RegistrationNotFound, RegistrationNotInState, SamePerson
   */
  async decideObjection(
    actor: AuditActor,
    clientId: string,
    objection: { readonly id: string; readonly registrationId: string; readonly objectorId: string },
    isUpheld: boolean,
    reason: string,
  ): Promise<void> {
    const act = isUpheld ? 'UPHOLD_OBJECTION' : 'DISMISS_OBJECTION';
    const told = { objectionId: objection.id, reason };
    await this.act(actor, clientId, objection.registrationId, act, told, async (registration, tx) => {
      if (registration.submittedBy === actor.id) throw new SamePerson('ordered a correction');
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
      const { id: registrationId, applicantId, registryId } = registration;
      const type = isUpheld ? 'objection.upheld' : 'objection.dismissed';
      const partyIds = [applicantId, registryId, objection.objectorId];
      await this.outbox.append(tx, { type, subjectId: objection.id, data: { registrationId }, partyIds });
      return isUpheld ? { reason } : {};
    });
  }

  /** Makes the application what the register says, with a certificate (Art. 13, 15). */
  private async enter(
    tx: Transaction,
    actor: AuditActor,
    registration: Registration,
    registered: Asset,
  ): Promise<void> {
    const { id: assetId } = registered;
    const asset =
      registration.datasetVersionId === null
        ? registered
        : await this.moveData(tx, assetId, registration.datasetVersionId);
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

  /** @throws RegisteredAnew */
  private async refuseOutdated(tx: Transaction, { assetId, preparedAt }: Registration): Promise<void> {
    const { decidedAt } = await this.lastCoded(tx, assetId);
    if (decidedAt && decidedAt >= preparedAt) throw new RegisteredAnew();
  }

  private lastCoded(tx: Transaction, assetId: string): Promise<Registration> {
    return tx.findOneOrFail(Registration, {
      where: { track: Track.A, assetId, state: RegistrationState.CODED },
      order: { decidedAt: 'DESC' },
    });
  }

  /** Puts another version behind the asset and its products. @throws ProductsLackFields, DataUnderTitle, AssetExists */
  private async moveData(tx: Transaction, assetId: string, datasetVersionId: string): Promise<Asset> {
    try {
      const misfits: { product: string; fields: string[] }[] = await tx.query(
        'SELECT product_name AS product, fields FROM asset_move($1, $2, $3)',
        [assetId, datasetVersionId, this.clock.now()],
      );
      if (misfits.length > 0) throw new ProductsLackFields(misfits);
    } catch (error) {
      if (isUniqueViolation(error, 'asset_dataset_version_unique')) throw new AssetExists();
      if (constraintOf(error) === 'asset_data_not_under_title') throw new DataUnderTitle();
      throw error;
    }
    return tx.findOneByOrFail(Asset, { id: assetId });
  }

  /** All that is missing in one list (Art. 10): materials, and the file where there are new data. @throws MaterialsMissing, EvidenceNotDeposited */
  private async checkComplete(tx: Transaction, registration: Registration): Promise<void> {
    const { id, type, assetId, materials } = registration;
    let { datasetVersionId } = registration;
    if (type === RegistrationType.FIRST)
      ({ datasetVersionId } = await tx.findOneByOrFail(Asset, { id: assetId }));
    const unshown: string[] = [];
    if (datasetVersionId !== null) {
      const version = await this.datasets.versionIn(tx, datasetVersionId);
      invariant(version, 'What is applied for is of a dataset version');
      unshown.push(...(await this.evidence.missing(tx, id, version.fileSha256)));
    }
    const missing = missingMaterials(materials);
    if (missing.length > 0)
      throw new MaterialsMissing([...missing, ...unshown.map((subject) => `存证（${subject}）`)]);
    if (unshown.length > 0) throw new EvidenceNotDeposited(unshown);
  }

  /** What goes on to be offered of the new data. @throws ProductsLackFields */
  private async checkNewData(
    tx: Transaction,
    { assetId, datasetVersionId }: Pick<Registration, 'assetId' | 'datasetVersionId'>,
  ): Promise<void> {
    const misfits: { product: string; fields: string[] }[] = await tx.query(
      `SELECT product_name AS product, fields FROM product_misfits($1, $2, $3) WHERE is_offered ORDER BY product_id`,
      [assetId, datasetVersionId, this.clock.now()],
    );
    if (misfits.length > 0) throw new ProductsLackFields(misfits);
  }

  /** A change of the data is to a newer version of the same dataset, of which no asset is yet. @throws InvalidInput, DatasetNotRegistrable, AssetExists */
  private async mustSucceed(
    tx: Transaction,
    asset: Asset,
    datasetVersionId: string,
    { type, ground }: Pick<Registration, 'type' | 'ground'>,
  ): Promise<void> {
    if (type !== RegistrationType.CHANGE || ground !== RegistrationGround.RESOURCE)
      throw new InvalidInput('datasetVersionId', 'is for a change on the ground RESOURCE');
    const before = await this.datasets.versionIn(tx, asset.datasetVersionId);
    const after = await this.datasets.versionIn(tx, datasetVersionId);
    if (after?.state !== 'CONFIRMED' || after.providerId !== asset.providerId)
      throw new DatasetNotRegistrable();
    if (after.datasetId !== before?.datasetId || after.number <= before.number)
      throw new InvalidInput('datasetVersionId', 'must be a newer version of the same dataset');
    if (await tx.existsBy(Asset, { datasetVersionId })) throw new AssetExists();
  }

  /** Until when it is to be filed (Art. 9); that it is late is no ground to refuse it. @throws InvalidInput */
  private async filingOf(
    tx: Transaction,
    deliveredOn: LegalDay | null,
  ): Promise<Pick<Registration, 'deliveredOn' | 'filingDue' | 'isFilingDueProvisional'>> {
    if (deliveredOn === null) return { deliveredOn, filingDue: null, isFilingDueProvisional: null };
    if (deliveredOn > legalDayOf(this.clock.now()))
      throw new InvalidInput('deliveredOn', 'must not be in the future');
    const calendar = await this.calendar.readIn(tx);
    const { due, provisional } = workingDaysAfter(deliveredOn, FILING_DAYS, calendar);
    return { deliveredOn, filingDue: due, isFilingDueProvisional: provisional };
  }

  /** By what the actor does a chief's act; a delegate never for what it has written on. @throws NotDelegated, SamePerson */
  private async mandateOf(tx: Transaction, actor: AuditActor, { assetId, preparers }: Registration) {
    const mandate = await this.delegations.mandateOf(tx, actor, assetId);
    if (mandate && preparers.includes(actor.id)) throw new SamePerson('prepared a registration');
    return mandate;
  }

  /** Core data do not come into the register, nor stay for another term (ours). @throws DataLevelForbids */
  private async refuseCore(tx: Transaction, registration: Registration): Promise<void> {
    const { assetId, type, datasetVersionId } = registration;
    const isAnew = type === RegistrationType.FIRST || type === RegistrationType.RENEWAL;
    if (!isAnew && datasetVersionId === null) return;
    const asset = await tx.findOneByOrFail(Asset, { id: assetId });
    const versionId = datasetVersionId ?? asset.datasetVersionId;
    await this.classifications.mustBeRegistrable(tx, versionId, 'registrationId');
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
    > &
      Partial<
        Pick<Registration, 'datasetVersionId' | 'deliveredOn' | 'filingDue' | 'isFilingDueProvisional'>
      >,
    evidence: readonly Evidence[],
    underWay: AssetExists | RegistrationUnderWay,
  ): Promise<string> {
    const id = newId();
    const applicantId = actor.partyId;
    invariant(applicantId, 'An applicant is a party');
    const state = RegistrationState.DRAFT;
    const prepared = { preparedBy: actor.id, preparedAt: this.clock.now() };
    const { assetId } = draft;
    if (await tx.existsBy(Registration, { track: Track.A, assetId, state: Not(In([...ENDED, state])) }))
      throw underWay;
    try {
      await tx.insert(Registration, { id, track: Track.A, applicantId, state, ...draft, ...prepared });
    } catch (error) {
      if (isUniqueViolation(error, 'registration_one_draft_per_applicant')) throw underWay;
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
      if (!isAllowed(act, state, type) || (registration.isOrdered && NOT_OF_ORDERED.has(act)))
        throw new RegistrationNotInState(act, type, state, rule);
      if (to) await this.deadlines.closeOf(tx, registrationId);
      const change = await decide(registration, tx);
      if (Object.keys(change).length > 0 || to)
        try {
          const moved = { ...change, ...(to && { state: RegistrationState[to] }) };
          await tx.update(Registration, { id: registrationId }, moved);
        } catch (error) {
          if (isUniqueViolation(error, 'registration_one_open_per_asset')) throw new RegistrationUnderWay();
          throw error;
        }
      if (to && ENDED.includes(RegistrationState[to])) {
        await this.endObjections(tx, registrationId);
        // A renewal that came to nothing does not hold off the end any more.
        if (type === RegistrationType.RENEWAL && to !== 'CODED')
          await this.deadlines.blockExpiry(tx, Track.A, assetId, false);
      }
      const event = EVENT_OF[act];
      // What was not submitted yet is the applicant's own.
      const partyIds =
        state === RegistrationState.DRAFT && act !== 'SUBMIT' ? [applicantId] : [applicantId, registryId];
      const data = { assetId, type, state: to ?? state };
      if (event) await this.outbox.append(tx, { type: event, subjectId: registrationId, data, partyIds });
      const { delegationId, withdrawalDelegationId } = change as Partial<Registration>;
      const delegation = delegationId ?? withdrawalDelegationId;
      return { subjectId: registrationId, note: { to: to ?? state, ...(delegation && { delegation }) } };
    });
  }
}
