import { createHash } from 'node:crypto';

import { Injectable } from '@nestjs/common';
import { In, IsNull, MoreThan, Not } from 'typeorm';
import type { QueryDeepPartialEntity } from 'typeorm';

import {
  AssetService,
  DatasetNotRegistrable,
  type Evidence,
  EvidenceService,
  EvidenceSubject,
  LegalDeadlineService,
  Objection,
  ObjectionNotFound,
  ObjectionOpen,
  ObjectionState,
  OverlapService,
  PublicityNotOver,
  PublicityProvisional,
  RegisteredAnew,
  SamePerson,
  Track,
} from '#libs/asset';
import { type AuditActor, CommandRunner } from '#libs/audit';
import {
  isUniqueViolation,
  type SecurityContext,
  sqlStateOf,
  type Transaction,
  TransactionRunner,
} from '#libs/database';
import { DatasetService } from '#libs/dataset';
import {
  addDays,
  canonicalJson,
  Clock,
  InvalidInput,
  invariant,
  type JsonObject,
  legalDayOf,
  newId,
} from '#libs/foundation';
import { Outbox } from '#libs/outbox';
import { PartyKind, PartyService } from '#libs/party';
import { ClassificationService } from '#libs/quality';

import {
  type AnnexForm,
  checkForm,
  checkLevel,
  checkRegistrable,
  checkShares,
  DataClass,
  needsProofOfRights,
  type RightShare,
} from './annex-form.ts';
import {
  isPropertyRightActAllowed,
  PROPERTY_RIGHT_ENDED,
  type PropertyRightAct,
  TRACK_B,
} from './property-right-act.ts';
import { PropertyRightIssuer } from './property-right-issuer.ts';
import { PropertyRightRegistration } from './property-right-registration.entity.ts';
import { PropertyRightState, PropertyRightType, type RefusalGround } from './property-right-state.ts';
import {
  AcceptedBySilence,
  CurePeriodOver,
  ExaminationNotExtendable,
  FilersNotJoined,
  NothingToJoin,
  PropertyRightNotFound,
  PropertyRightNotInState,
  PropertyRightRenewalNotOpen,
  PropertyRightUnderWay,
  RegistryOwnData,
  TitleExists,
  TitleNotFound,
  TrackACodeNeeded,
} from './property-right.errors.ts';
import { RegistrationFiler } from './registration-filer.entity.ts';
import { TitleRegister } from './title-register.ts';
import { checkChange, checkTransfer, hasSameShares, renewalWindowOf, validUntilOf } from './title-rules.ts';
import { Title, TitleState } from './title.entity.ts';

const LAW = '国数综政策〔2026〕35号';
const NOTICE = `${LAW} Art. 24: five working days`;
const FOREIGN_KEY_VIOLATION = '23503';

export interface NewPropertyRight {
  readonly datasetVersionId: string;
  readonly registryId: string;
  readonly form: AnnexForm;
  readonly evidence: readonly Evidence[];
}

/** What a follow-up says anew; each type takes what it is about and nothing else. */
export interface FollowUpContent {
  /** CHANGE only. */
  readonly form: AnnexForm | null;
  /** TRANSFER only: who has which right afterwards. */
  readonly rights: readonly RightShare[] | null;
  /** RENEWAL only. */
  readonly validYears: number | null;
}

export interface PropertyRightFollowUp extends FollowUpContent {
  readonly assetId: string;
  readonly type: PropertyRightType;
  readonly evidence: readonly Evidence[];
}

export interface Amendment extends FollowUpContent {
  readonly registrationId: string;
  /** Null: what was shown before stays. */
  readonly evidence: readonly Evidence[] | null;
}

export interface Examination {
  readonly registrationId: string;
  readonly act: 'PUBLICIZE' | 'WAIVE_PUBLICITY' | 'REFUSE' | 'CANCEL';
  readonly reason: string | null;
  /** Of a refusal, Art. 22. */
  readonly ground: RefusalGround | null;
  /** 备注 for the certificate, Art. 23. */
  readonly remarks: string | null;
}

type Decision = QueryDeepPartialEntity<PropertyRightRegistration>;

/** A follow-up takes up what the register says; an initial registration has no such thing. */
const TAKES: Readonly<Record<PropertyRightType, keyof FollowUpContent | null>> = {
  INITIAL: 'form',
  CHANGE: 'form',
  TRANSFER: 'rights',
  RENEWAL: 'validYears',
  CANCELLATION: null,
};

const told = (evidence: readonly Evidence[] | null) => evidence?.map((piece) => ({ ...piece })) ?? null;

/** The legal acts on track B. Each takes the lock of the application, then that of the title. */
@Injectable()
export class PropertyRightService {
  constructor(
    private readonly commands: CommandRunner,
    private readonly transactions: TransactionRunner,
    private readonly datasets: DatasetService,
    private readonly parties: PartyService,
    private readonly assets: AssetService,
    private readonly titles: TitleRegister,
    private readonly issuer: PropertyRightIssuer,
    private readonly deadlines: LegalDeadlineService,
    private readonly evidence: EvidenceService,
    private readonly overlaps: OverlapService,
    private readonly classifications: ClassificationService,
    private readonly outbox: Outbox,
    private readonly clock: Clock,
  ) {}

  /** An initial registration, as a draft. @throws InvalidInput, DatasetNotRegistrable, RegistryOwnData, TitleExists */
  prepare(actor: AuditActor, clientId: string, input: NewPropertyRight): Promise<string> {
    const content = { ...input, form: jsonOf(input.form), evidence: told(input.evidence) };
    return this.commands.run(actor, { clientId, action: 'PREPARE_PROPERTY_RIGHT', content }, async (tx) => {
      const { form, registryId, evidence } = input;
      checkForm(form);
      const version = await this.datasets.versionIn(tx, input.datasetVersionId);
      if (version?.state !== 'CONFIRMED' || version.providerId !== actor.partyId)
        throw new DatasetNotRegistrable();
      const registry = await this.parties.findIn(tx, registryId);
      if (registry?.kind !== PartyKind.REGISTRY)
        throw new InvalidInput('registryId', 'is no registry of this exchange');
      const { name, overview } = form;
      const { id: assetId } = await this.assets.ensureIn(tx, version, { name, overview });
      if (await tx.existsBy(Title, { assetId, state: TitleState.REGISTERED })) throw new TitleExists();
      const type = PropertyRightType.INITIAL;
      return { subjectId: await this.draft(tx, actor, { assetId, type, registryId, form }, evidence) };
    });
  }

  /**
   * A transfer, change, renewal or cancellation, as a draft.
   *
   * @throws InvalidInput, TitleNotFound, PropertyRightUnderWay, RightsNotTransferable, RightsNotChangeable
   */
  prepareFollowUp(actor: AuditActor, clientId: string, input: PropertyRightFollowUp): Promise<string> {
    const content = { ...saidOf(input), assetId: input.assetId, type: input.type };
    return this.commands.run(
      actor,
      { clientId, action: 'PREPARE_PROPERTY_RIGHT_FOLLOW_UP', content },
      async (tx) => {
        const { assetId, type, evidence } = input;
        if (type === PropertyRightType.INITIAL)
          throw new InvalidInput('type', 'an initial registration is prepared from a dataset version');
        const title = await tx.findOneBy(Title, { assetId });
        if (title?.state !== TitleState.REGISTERED || !title.holderIds.includes(actor.partyId ?? ''))
          throw new TitleNotFound();
        const form = await this.followUpForm(tx, type, title, input);
        const { registryId } = title;
        return { subjectId: await this.draft(tx, actor, { assetId, type, registryId, form }, evidence) };
      },
    );
  }

  /**
   * Rewrites a draft, or what was returned, by somebody who has not submitted it; who files together agrees anew.
   *
   * @throws as prepare, PropertyRightNotInState, SamePerson
   */
  amend(actor: AuditActor, clientId: string, input: Amendment): Promise<string> {
    const { registrationId, evidence } = input;
    return this.act(actor, clientId, registrationId, 'AMEND', saidOf(input), async (registration, tx) => {
      if (registration.submittedBy === actor.id) throw new SamePerson('submitted a registration');
      const { assetId, type } = registration;
      const title = await tx.findOneBy(Title, { assetId });
      if (type !== PropertyRightType.INITIAL && !title?.holderIds.includes(registration.applicantId))
        throw new TitleNotFound();
      const form = await this.followUpForm(tx, type, title, input);
      await this.askFilers(tx, registration, form, title);
      if (evidence) await this.evidence.bind(tx, registration, evidence);
      const { name, overview } = form;
      return { form, name, overview, preparedBy: actor.id, preparedAt: this.clock.now() };
    });
  }

  /** Agrees to file an application together with its applicant, exactly as it stands (Art. 14, 34). @throws NothingToJoin */
  join(
    actor: AuditActor,
    clientId: string,
    input: { readonly registrationId: string; readonly filingSha256: string },
  ): Promise<string> {
    const command = { clientId, action: 'JOIN_PROPERTY_RIGHT', content: { ...input } };
    return this.commands.run(actor, command, async (tx) => {
      const { registrationId, filingSha256 } = input;
      const filer = await tx.findOne(RegistrationFiler, {
        where: { registrationId, partyId: actor.partyId ?? '', joinedAt: IsNull() },
        lock: { mode: 'for_no_key_update' },
      });
      // Whoever has rewritten it meanwhile has replaced this row.
      if (filer?.formSha256.toString('hex') !== filingSha256) throw new NothingToJoin();
      await tx.update(
        RegistrationFiler,
        { registrationId, partyId: filer.partyId },
        { joinedBy: actor.id, joinedAt: this.clock.now() },
      );
      const event = { type: 'property-right.joined', subjectId: registrationId } as const;
      const data = { partyId: filer.partyId };
      await this.outbox.append(tx, { ...event, data, partyIds: [filer.applicantId] });
      return { subjectId: registrationId, note: { filingSha256 } };
    });
  }

  /**
   * By somebody else of the applicant than who prepared it, when all who file together have agreed.
   *
   * @throws PropertyRightNotFound, PropertyRightNotInState, SamePerson, CurePeriodOver, FilersNotJoined, NotRegistrable,
   *   RightsNotAllowed, TrackACodeNeeded, EvidenceNotDeposited, TitleNotFound, TitleExists, TitleEncumbered,
   *   RegisteredAnew, PropertyRightUnderWay, PropertyRightRenewalNotOpen
   */
  submit(actor: AuditActor, clientId: string, registrationId: string): Promise<string> {
    return this.act(actor, clientId, registrationId, 'SUBMIT', {}, async (registration, tx) => {
      const { assetId, type, form } = registration;
      if (registration.preparedBy === actor.id) throw new SamePerson('prepared a registration');
      await this.refuseUncured(tx, registrationId);
      await this.refuseUnjoined(tx, registrationId);
      checkRegistrable(form);
      const asset = await this.assets.findIn(tx, assetId);
      await this.refuseLowerLevel(tx, registration, asset);
      const isInitial = type === PropertyRightType.INITIAL;
      if (type !== PropertyRightType.CANCELLATION) await this.refuseUncoded(tx, form, assetId);
      const proofs = needsProofOfRights(form) ? [EvidenceSubject.RIGHTS] : [];
      if (isInitial) {
        invariant(asset, 'An initial registration is of the applicant’s asset');
        if (await tx.existsBy(Title, { assetId, state: TitleState.REGISTERED })) throw new TitleExists();
        const version = await this.datasets.versionIn(tx, asset.datasetVersionId);
        invariant(version, 'An asset is of a dataset version');
        const needed = [EvidenceSubject.LAWFUL_SOURCE, ...proofs];
        await this.evidence.check(tx, registrationId, version.fileSha256, needed);
      } else {
        await this.titles.hold(tx, assetId);
        await this.refuseEncumbered(tx, registration);
        // Who files together, and what is taken over, is told by what was registered then.
        const { decidedAt } = (await this.lastCertified(tx, assetId)) ?? {};
        if (!decidedAt || decidedAt >= registration.preparedAt) throw new RegisteredAnew();
        if (type === PropertyRightType.CHANGE) await this.checkNewBasis(tx, registration, proofs);
        if (type === PropertyRightType.TRANSFER)
          await this.evidence.check(tx, registrationId, null, [EvidenceSubject.RIGHTS]);
      }
      const now = this.clock.now();
      if (type === PropertyRightType.RENEWAL) await this.checkRenewal(tx, registration, now);
      await this.deadlines.closeKind(tx, registrationId, 'CURE');
      await this.deadlines.start(tx, registration, 'ACCEPTANCE');
      return { submittedBy: actor.id, submittedAt: now, reason: null };
    });
  }

  /** Lets go of an application that is not certified yet. @throws PropertyRightNotFound, PropertyRightNotInState */
  withdraw(actor: AuditActor, clientId: string, registrationId: string, reason: string): Promise<string> {
    return this.act(actor, clientId, registrationId, 'WITHDRAW', { reason }, () => ({ reason }));
  }

  /**
   * Accepts, returns with one list of what is missing and a time to complete it, or does not accept (Art. 17). After the
   * third working day there is nothing left to decide: silence has accepted it.
   *
   * @throws PropertyRightNotFound, PropertyRightNotInState, AcceptedBySilence, OverlapNotExplained
   */
  decideAcceptance(
    actor: AuditActor,
    clientId: string,
    registrationId: string,
    act: 'ACCEPT' | 'RETURN' | 'NOT_ACCEPT',
    reason: string | null,
  ): Promise<string> {
    return this.act(actor, clientId, registrationId, act, { reason }, async (registration, tx) => {
      const running = await this.deadlines.running(tx, registrationId, 'ACCEPTANCE');
      invariant(running, 'What is submitted has an acceptance period');
      if (!running.isProvisional && legalDayOf(this.clock.now()) > running.due)
        throw new AcceptedBySilence(running.due);
      await this.deadlines.closeKind(tx, registrationId, 'ACCEPTANCE');
      if (act === 'RETURN') await this.deadlines.start(tx, registration, 'CURE');
      if (act !== 'ACCEPT') return { reason };
      await this.overlaps.mustBeExplained(tx, actor, registration, reason);
      await this.deadlines.start(tx, registration, 'EXAMINATION');
      return { acceptedBy: actor.id, acceptedAt: this.clock.now(), reason: null };
    });
  }

  /** Asks for more; the examination waits meanwhile (Art. 18, 28). @throws PropertyRightNotFound, PropertyRightNotInState */
  requestSupplement(
    actor: AuditActor,
    clientId: string,
    registrationId: string,
    reason: string,
  ): Promise<string> {
    return this.act(
      actor,
      clientId,
      registrationId,
      'REQUEST_SUPPLEMENT',
      { reason },
      async (registration, tx) => {
        const running = await this.examination(tx, registrationId);
        const { beginsOn } = running;
        const workingDays = await this.deadlines.daysLeftOf(tx, running);
        await this.deadlines.recount(tx, running.id, { beginsOn, workingDays, isBlocked: true });
        await this.deadlines.start(tx, registration, 'CURE');
        return { reason };
      },
    );
  }

  /** Shows more, in time; the examination goes on today. @throws as amend, CurePeriodOver */
  supplement(
    actor: AuditActor,
    clientId: string,
    registrationId: string,
    evidence: readonly Evidence[],
  ): Promise<string> {
    const said = { evidence: told(evidence) };
    return this.act(actor, clientId, registrationId, 'SUPPLEMENT', said, async (registration, tx) => {
      await this.refuseUncured(tx, registrationId);
      await this.evidence.add(tx, registration, evidence);
      await this.deadlines.closeKind(tx, registrationId, 'CURE');
      await this.goOn(tx, registrationId, legalDayOf(this.clock.now()));
      return { reason: null };
    });
  }

  /** Makes the examination longer, once, by ten working days at most (Art. 28). @throws ExaminationNotExtendable */
  extend(
    actor: AuditActor,
    clientId: string,
    input: { readonly registrationId: string; readonly workingDays: number; readonly reason: string },
  ): Promise<string> {
    const { registrationId, workingDays, reason } = input;
    const said = { workingDays, reason };
    return this.act(actor, clientId, registrationId, 'EXTEND', said, async (registration, tx) => {
      if (registration.extensionDays !== null)
        throw new ExaminationNotExtendable('The examination was extended before');
      const running = await this.examination(tx, registrationId);
      const isOver =
        !running.isProvisional && !running.isBlocked && running.due < legalDayOf(this.clock.now());
      if (isOver) throw new ExaminationNotExtendable(`The examination was to end on ${running.due}`);
      const { beginsOn, isBlocked } = running;
      invariant(running.workingDays !== null, 'An examination is counted in working days');
      const longer = { beginsOn, workingDays: running.workingDays + workingDays, isBlocked };
      await this.deadlines.recount(tx, running.id, longer);
      return { extensionDays: workingDays, extensionReason: reason };
    });
  }

  /**
   * Examines accuracy, source and clarity of rights (Art. 18): a pass begins the public notice today or waives it for a
   * reason (Art. 24); or cancels, as applied for; or refuses (Art. 22). By somebody else than who accepted.
   *
   * @throws PropertyRightNotFound, PropertyRightNotInState, SamePerson, TitleNotFound, TitleEncumbered
   */
  examine(actor: AuditActor, clientId: string, input: Examination): Promise<string> {
    const { registrationId, act, reason, ground, remarks } = input;
    const said = { reason, ground, remarks };
    return this.act(actor, clientId, registrationId, act, said, async (registration, tx) => {
      if (registration.acceptedBy === actor.id) throw new SamePerson('accepted a registration');
      const now = this.clock.now();
      const reviewed = { reviewedBy: actor.id, reviewedAt: now, ...(remarks !== null && { remarks }) };
      if (act === 'REFUSE') return { ...reviewed, reason, refusalGround: ground };
      if (act === 'WAIVE_PUBLICITY') return { ...reviewed, waiverReason: reason };
      if (act === 'PUBLICIZE') {
        const running = await this.examination(tx, registrationId);
        const workingDays = await this.deadlines.daysLeftOf(tx, running);
        const publicityUntil = await this.deadlines.start(tx, registration, 'PUBLICITY');
        // Notice is not counted (Art. 28).
        await this.deadlines.recount(tx, running.id, { beginsOn: publicityUntil, workingDays });
        return { ...reviewed, publicityFrom: legalDayOf(now), publicityUntil };
      }
      const title = await this.titles.lockRegistered(tx, registration.assetId);
      await this.titles.refuseEncumbered(tx, registration.assetId);
      await this.titles.end(tx, title, TitleState.CANCELLED, { registrationId, by: actor.id, reason });
      return { ...reviewed, reason, decidedBy: actor.id, decidedAt: now };
    });
  }

  /**
   * Deposits what was examined, which completes the registration, and issues its certificate (Art. 26–27).
   *
   * @throws PropertyRightNotFound, PropertyRightNotInState, SamePerson, PublicityNotOver, PublicityProvisional, ObjectionOpen,
   *   TitleExists, TitleNotFound, TitleEncumbered, TrackACodeNeeded, AgencyCodeMissing, CertificateSerialsExhausted
   */
  certify(actor: AuditActor, clientId: string, registrationId: string): Promise<string> {
    return this.act(actor, clientId, registrationId, 'CERTIFY', {}, async (registration, tx) => {
      const { assetId, type, form, publicityUntil } = registration;
      // Elsewhere another has accepted it; one officer alone registers nothing (ours).
      if (registration.isAcceptedBySilence && registration.reviewedBy === actor.id)
        throw new SamePerson('examined what silence has accepted');
      const now = this.clock.now();
      const today = legalDayOf(now);
      if (publicityUntil !== null && today <= publicityUntil)
        throw new PublicityNotOver(publicityUntil, NOTICE);
      if (publicityUntil !== null && (await this.deadlines.isNoticeProvisional(tx, registrationId)))
        throw new PublicityProvisional(publicityUntil, NOTICE);
      if (await tx.existsBy(Objection, { registrationId, state: ObjectionState.OPEN }))
        throw new ObjectionOpen(`${LAW} Art. 25`);
      // Nobody takes it out of the register of public data resources until this is committed.
      const asset = await this.assets.holdIn(tx, assetId);
      invariant(asset, 'A registration is of an asset');
      await this.refuseLowerLevel(tx, registration, asset);
      const isInitial = type === PropertyRightType.INITIAL;
      const title = isInitial
        ? await this.titles.lock(tx, assetId)
        : await this.titles.lockRegistered(tx, assetId);
      if (isInitial && title?.state === TitleState.REGISTERED) throw new TitleExists();
      await this.refuseUncoded(tx, form, assetId);
      if (!isInitial) await this.refuseEncumbered(tx, registration);
      const isNewTerm = isInitial || type === PropertyRightType.RENEWAL;
      // A renewed term begins the day after the old one has ended, whenever it is decided.
      const from = type === PropertyRightType.RENEWAL && title ? title.validUntil : today;
      const until = isNewTerm || !title ? validUntilOf(from, form.validYears) : title.validUntil;
      if (!isNewTerm) await this.titles.supersede(tx, assetId);
      const code = await this.issuer.issue(tx, registration, asset, from, until);
      await this.titles.enter(tx, registration, title, { from, until, code, by: actor.id });
      return { decidedBy: actor.id, decidedAt: now };
    });
  }

  /**
   * Decides an objection to what is on public notice, within ten working days (Art. 25); upheld, it ends the application.
   *
   * @returns the objection's id
   * @throws ObjectionNotFound, PropertyRightNotFound, PropertyRightNotInState
   */
  async decideObjection(
    actor: AuditActor,
    clientId: string,
    input: { readonly objectionId: string; readonly isUpheld: boolean; readonly reason: string },
  ): Promise<string> {
    const { objectionId, isUpheld, reason } = input;
    const found = await this.transactions.run(actor, (tx) =>
      tx.findOneBy(Objection, { id: objectionId, isLater: false }),
    );
    if (found?.registryId !== actor.partyId) throw new ObjectionNotFound();
    const { registrationId } = found;
    const act = isUpheld ? 'UPHOLD_OBJECTION' : 'DISMISS_OBJECTION';
    await this.act(
      actor,
      clientId,
      registrationId,
      act,
      { objectionId, reason },
      async (registration, tx) => {
        const now = this.clock.now();
        const { affected } = await tx.update(
          Objection,
          { id: objectionId, state: ObjectionState.OPEN },
          {
            state: isUpheld ? ObjectionState.UPHELD : ObjectionState.DISMISSED,
            decidedBy: actor.id,
            decidedAt: now,
            decisionReason: reason,
          },
        );
        // Somebody was faster.
        if (affected !== 1) throw new ObjectionNotFound();
        await this.deadlines.close(tx, objectionId);
        if (isUpheld) return { reason };
        const { publicityUntil } = registration;
        invariant(publicityUntil, 'What is on public notice has a last day');
        const today = legalDayOf(now);
        // Neither the notice nor objections are counted (Art. 28).
        if (!(await tx.existsBy(Objection, { registrationId, state: ObjectionState.OPEN })))
          await this.goOn(tx, registrationId, publicityUntil > today ? publicityUntil : today);
        return {};
      },
    );
    return objectionId;
  }

  find(context: SecurityContext, id: string): Promise<PropertyRightRegistration | null> {
    return this.transactions.run(context, (tx) =>
      tx.findOneBy(PropertyRightRegistration, { id, track: Track.B }),
    );
  }

  list(
    context: SecurityContext,
    page: {
      readonly state: PropertyRightState | null;
      readonly type: PropertyRightType | null;
      readonly first: number;
      readonly afterId: string | null;
    },
  ): Promise<PropertyRightRegistration[]> {
    const { state, type, first, afterId } = page;
    return this.transactions.run(context, (tx) =>
      tx.find(PropertyRightRegistration, {
        where: {
          track: Track.B,
          ...(state && { state }),
          ...(type && { type }),
          ...(afterId !== null && { id: MoreThan(afterId) }),
        },
        order: { id: 'ASC' },
        take: first + 1,
      }),
    );
  }

  /** Who files these applications together with their applicants. */
  filersOf(context: SecurityContext, registrationIds: readonly string[]): Promise<RegistrationFiler[]> {
    return this.transactions.run(context, (tx) =>
      tx.find(RegistrationFiler, {
        where: { registrationId: In(registrationIds) },
        order: { registrationId: 'ASC', partyId: 'ASC' },
      }),
    );
  }

  /** What the application would have the register say: said anew, or taken over from what is registered. */
  private async followUpForm(
    tx: Transaction,
    type: PropertyRightType,
    title: Title | null,
    content: FollowUpContent,
  ): Promise<AnnexForm> {
    for (const field of ['form', 'rights', 'validYears'] as const)
      if (content[field] !== null && TAKES[type] !== field)
        throw new InvalidInput(field, `is not what a ${type} is about`);
    const takes = TAKES[type];
    if (takes !== null && content[takes] === null) throw new InvalidInput(takes, `is needed for ${type}`);
    const { form, rights, validYears } = content;
    if (form) {
      checkForm(form);
      if (type === PropertyRightType.CHANGE && title) {
        checkChange(title.rights, form.rights);
        const registered = await this.registeredForm(tx, title.assetId);
        if (form.validYears !== registered.validYears)
          throw new InvalidInput('form.validYears', 'is not changed by a change; a registration is renewed');
      }
      return form;
    }
    if (!title) throw new TitleNotFound();
    const registered = await this.registeredForm(tx, title.assetId);
    if (rights) {
      checkShares(rights, 'rights');
      checkTransfer(title.rights, rights);
      return { ...registered, rights };
    }
    return validYears === null ? registered : { ...registered, validYears };
  }

  private async registeredForm(tx: Transaction, assetId: string): Promise<AnnexForm> {
    const last = await this.lastCertified(tx, assetId);
    if (!last) throw new TitleNotFound();
    return last.form;
  }

  /** Null: for whom holds no right in it, there is none. */
  private lastCertified(tx: Transaction, assetId: string): Promise<PropertyRightRegistration | null> {
    return tx.findOne(PropertyRightRegistration, {
      where: { track: Track.B, assetId, state: PropertyRightState.CERTIFIED },
      order: { decidedAt: 'DESC' },
    });
  }

  private async draft(
    tx: Transaction,
    actor: AuditActor,
    draft: Pick<PropertyRightRegistration, 'assetId' | 'type' | 'registryId' | 'form'>,
    evidence: readonly Evidence[],
  ): Promise<string> {
    const id = newId();
    const applicantId = actor.partyId;
    invariant(applicantId, 'An applicant is a party');
    const { name, overview } = draft.form;
    const registration = {
      ...{ id, track: Track.B, applicantId, state: PropertyRightState.DRAFT, name, overview },
      ...{ preparedBy: actor.id, preparedAt: this.clock.now() },
      ...draft,
    };
    if (applicantId === draft.registryId) throw new RegistryOwnData('registryId');
    refuseOwnData(draft.registryId, draft.form);
    const state = Not(In([...PROPERTY_RIGHT_ENDED, PropertyRightState.DRAFT]));
    if (await tx.existsBy(PropertyRightRegistration, { track: Track.B, assetId: draft.assetId, state }))
      throw new PropertyRightUnderWay();
    try {
      await tx.insert(PropertyRightRegistration, registration);
    } catch (error) {
      if (isUniqueViolation(error, 'registration_one_draft_per_applicant')) throw new PropertyRightUnderWay();
      throw error;
    }
    const title = await tx.findOneBy(Title, { assetId: draft.assetId, state: TitleState.REGISTERED });
    await this.askFilers(tx, registration, draft.form, title);
    await this.evidence.bind(tx, registration, evidence);
    return id;
  }

  /** Everybody who holds a right, before or after, agrees to the application as it stands (Art. 14, 34). */
  private async askFilers(
    tx: Transaction,
    registration: Pick<PropertyRightRegistration, 'id' | 'applicantId' | 'registryId' | 'assetId' | 'type'>,
    form: AnnexForm,
    title: Title | null,
  ): Promise<void> {
    const { id: registrationId, applicantId, registryId, assetId, type } = registration;
    const after = form.rights.map(({ holderId }) => holderId);
    refuseOwnData(registryId, form);
    const others = [...new Set([...after, ...(title?.holderIds ?? [])])].filter((id) => id !== applicantId);
    await tx.delete(RegistrationFiler, { registrationId });
    const formSha256 = filingSha256Of({ assetId, type, form });
    const ask = others.map((partyId) => ({ registrationId, partyId, applicantId, registryId, formSha256 }));
    try {
      await tx.insert(RegistrationFiler, ask);
      if (others.length > 0) {
        const data = { assetId, type, filingSha256: formSha256.toString('hex') };
        const event = {
          type: 'property-right.joining-asked',
          subjectId: registrationId,
          data,
          partyIds: others,
        } as const;
        await this.outbox.append(tx, event);
      }
    } catch (error) {
      if (sqlStateOf(error) === FOREIGN_KEY_VIOLATION)
        throw new InvalidInput('rights', 'names a holder that is no party');
      throw error;
    }
  }

  private async refuseUnjoined(tx: Transaction, registrationId: string): Promise<void> {
    const missing = await tx.findBy(RegistrationFiler, { registrationId, joinedAt: IsNull() });
    if (missing.length === 0) return;
    const ids = missing.map(({ partyId }) => partyId);
    const known = await this.parties.findAllIn(tx, ids);
    throw new FilersNotJoined(ids.map((id) => known.find((party) => party.id === id)?.name ?? id));
  }

  private async refuseUncured(tx: Transaction, registrationId: string): Promise<void> {
    const cure = await this.deadlines.running(tx, registrationId, 'CURE');
    if (cure && !cure.isProvisional && legalDayOf(this.clock.now()) > cure.due)
      throw new CurePeriodOver(cure.due);
  }

  /** Data that are said to come from elsewhere than what is registered show it as new ones do. @throws EvidenceNotDeposited */
  private async checkNewBasis(
    tx: Transaction,
    { id, assetId, form }: PropertyRightRegistration,
    proofs: readonly EvidenceSubject[],
  ): Promise<void> {
    const { source, basis } = await this.registeredForm(tx, assetId);
    if (source === form.source && basis === form.basis) return;
    await this.evidence.check(tx, id, null, [EvidenceSubject.LAWFUL_SOURCE, ...proofs]);
  }

  /** By the confirmed level of the data, where it can be seen: the registry sees it always. @throws NotRegistrable */
  private async refuseLowerLevel(
    tx: Transaction,
    { type, form }: PropertyRightRegistration,
    asset: { readonly datasetVersionId: string } | null,
  ): Promise<void> {
    if (type === PropertyRightType.CANCELLATION || !asset) return;
    const confirmed = await this.classifications.levelIn(tx, asset.datasetVersionId);
    if (confirmed !== null) checkLevel(form.level, confirmed);
  }

  /** What comes from authorised operation has a valid code of track A first, whatever is registered of it (Art. 15). */
  private async refuseUncoded(tx: Transaction, form: AnnexForm, assetId: string): Promise<void> {
    if (form.dataClass !== DataClass.AUTHORISED_OPERATION) return;
    const until = await this.assets.certifiedUntil(tx, assetId);
    if (!until || until <= this.clock.now()) throw new TrackACodeNeeded();
  }

  /** A pledge or a freeze is of these rights, on these terms (Art. 23, 31). @throws TitleEncumbered */
  private async refuseEncumbered(
    tx: Transaction,
    { assetId, type, form }: PropertyRightRegistration,
  ): Promise<void> {
    if (type === PropertyRightType.RENEWAL) return;
    if (type === PropertyRightType.CHANGE) {
      const { rights } = await tx.findOneByOrFail(Title, { assetId });
      if (hasSameShares(rights, form.rights)) return;
    }
    await this.titles.refuseEncumbered(tx, assetId);
  }

  private async checkRenewal(
    tx: Transaction,
    { assetId, submittedAt }: PropertyRightRegistration,
    now: Date,
  ): Promise<void> {
    const title = await tx.findOneByOrFail(Title, { assetId });
    const window = renewalWindowOf(addDays(title.validUntil, -1));
    const today = legalDayOf(now);
    // What was filed in time may be completed later, however often it was returned.
    if (submittedAt === null && (today < window.first || today > window.last))
      throw new PropertyRightRenewalNotOpen(window.first, window.last);
    await this.deadlines.blockExpiry(tx, Track.B, assetId, true);
  }

  private async examination(tx: Transaction, registrationId: string) {
    const running = await this.deadlines.running(tx, registrationId, 'EXAMINATION');
    invariant(running, 'What is accepted is being examined');
    return running;
  }

  /** The examination goes on with the working days it had left. */
  private async goOn(tx: Transaction, registrationId: string, beginsOn: string): Promise<void> {
    const { id, workingDays } = await this.examination(tx, registrationId);
    invariant(workingDays !== null, 'An examination is counted in working days');
    await this.deadlines.recount(tx, id, { beginsOn, workingDays });
  }

  private act(
    actor: AuditActor,
    clientId: string,
    registrationId: string,
    act: PropertyRightAct,
    said: JsonObject,
    decide: (registration: PropertyRightRegistration, tx: Transaction) => Decision | Promise<Decision>,
  ): Promise<string> {
    const { to, by, rule } = TRACK_B[act];
    const command = { clientId, action: `${act}_PROPERTY_RIGHT`, content: { ...said, registrationId } };
    return this.commands.run(actor, command, async (tx) => {
      const registration = await tx.findOne(PropertyRightRegistration, {
        where: { id: registrationId, track: Track.B },
        lock: { mode: 'for_no_key_update' },
      });
      if (!registration) throw new PropertyRightNotFound();
      const { applicantId, registryId, state, type } = registration;
      if ((by === 'APPLICANT' ? applicantId : registryId) !== actor.partyId)
        throw new PropertyRightNotFound();
      if (!isPropertyRightActAllowed(act, state, type))
        throw new PropertyRightNotInState(act, type, state, rule);
      const change = await decide(registration, tx);
      if (Object.keys(change).length > 0 || to)
        try {
          const moved = { ...change, ...(to && { state: PropertyRightState[to] }) };
          await tx.update(PropertyRightRegistration, { id: registrationId }, moved);
        } catch (error) {
          if (isUniqueViolation(error, 'registration_one_open_per_asset')) throw new PropertyRightUnderWay();
          throw error;
        }
      if (to) await this.conclude(tx, registration, PropertyRightState[to]);
      await this.titles.tell(tx, registration, act);
      return { subjectId: registrationId, note: { to: to ?? state } };
    });
  }

  /** What goes with an end: no period runs any more, no objection is open. */
  private async conclude(
    tx: Transaction,
    { id: registrationId, assetId, type }: PropertyRightRegistration,
    to: PropertyRightState,
  ): Promise<void> {
    if (!PROPERTY_RIGHT_ENDED.includes(to)) return;
    await this.deadlines.closeOf(tx, registrationId);
    await tx.update(
      Objection,
      { registrationId, state: ObjectionState.OPEN, isLater: false },
      { state: ObjectionState.MOOT, decidedAt: this.clock.now() },
    );
    // A renewal that came to nothing does not hold off the end any more.
    if (type === PropertyRightType.RENEWAL && to !== PropertyRightState.CERTIFIED)
      await this.deadlines.blockExpiry(tx, Track.B, assetId, false);
  }
}

/** A registry holds no right in what it registers (Art. 10). @throws RegistryOwnData naming the share */
function refuseOwnData(registryId: string, form: AnnexForm): void {
  const own = form.rights.findIndex(({ holderId }) => holderId === registryId);
  if (own >= 0) throw new RegistryOwnData(`form.rights.${own}.holderId`);
}

/** SHA-256 of what is agreed to by those who file together. */
export function filingSha256Of({
  assetId,
  type,
  form,
}: Pick<PropertyRightRegistration, 'assetId' | 'type' | 'form'>): Buffer {
  return createHash('sha256')
    .update(canonicalJson({ assetId, type, form: jsonOf(form) }))
    .digest();
}

const jsonOf = (form: AnnexForm): JsonObject => JSON.parse(JSON.stringify(form)) as JsonObject;

const saidOf = ({
  form,
  rights,
  validYears,
  evidence,
}: FollowUpContent & { readonly evidence: readonly Evidence[] | null }): JsonObject => ({
  form: form && jsonOf(form),
  rights:
    rights &&
    rights.map(({ holderId, kinds, until, limits }) => ({ holderId, kinds: [...kinds], until, limits })),
  validYears,
  evidence: told(evidence),
});
