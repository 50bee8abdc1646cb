import { Args, Mutation, Parent, Query, ResolveField, Resolver } from '@nestjs/graphql';

import {
  AssetService,
  CertificateObject,
  type CertificateWithEnd,
  DatasetNotRegistrable,
  EvidenceNotDeposited,
  EvidenceService,
  type LegalDeadline,
  LegalDeadlineObject,
  LegalDeadlineService,
  type LikelyOverlap,
  LikelyOverlapObject,
  ObjectionNotFound,
  ObjectionObject,
  ObjectionOpen,
  ObjectionService,
  type OverlapExplanation,
  OverlapExplanationObject,
  OverlapNotExplained,
  OverlapService,
  PublicityNotOver,
  PublicityProvisional,
  RegisteredAnew,
  SamePerson,
  shownCertificate,
  type ShownEvidence,
  ShownEvidenceObject,
} from '#libs/asset';
import { ClientIdReused } from '#libs/audit';
import { InvalidInput } from '#libs/foundation';
import {
  type Actor,
  AllowedTo,
  AllowedToSignedIn,
  type BatchRead,
  CurrentActor,
  CurrentRequest,
  declareResult,
  GraphQLUuid,
  idAfter,
  loadOne,
  PageArgs,
  pageOf,
  type RequestContext,
  Role,
} from '#libs/graphql';

import type { PropertyRightRegistration } from './property-right-registration.entity.ts';
import { PropertyRightState, PropertyRightType } from './property-right-state.ts';
import {
  AcceptedBySilence,
  AgencyCodeMissing,
  AgencyCodeTaken,
  CertificateSerialsExhausted,
  CurePeriodOver,
  ExaminationNotExtendable,
  FilersNotJoined,
  NotRegistrable,
  NothingToJoin,
  PropertyRightNotFound,
  PropertyRightNotInState,
  PropertyRightRenewalNotOpen,
  PropertyRightUnderWay,
  RegistryOwnData,
  RightsNotAllowed,
  RightsNotChangeable,
  RightsNotTransferable,
  TitleEncumbered,
  TitleExists,
  TitleNotFound,
  TrackACodeNeeded,
} from './property-right.errors.ts';
import {
  AmendPropertyRightInput,
  AssignAgencyCodeInput,
  DecidePropertyRightAcceptanceInput,
  DecidePropertyRightObjectionInput,
  ExaminationOutcome,
  ExaminePropertyRightInput,
  ExtendExaminationInput,
  JoinPropertyRightInput,
  PreparePropertyRightFollowUpInput,
  PreparePropertyRightInput,
  PropertyRightAcceptance,
  PropertyRightActInput,
  PropertyRightReasonInput,
  SupplementPropertyRightInput,
} from './property-right.input.ts';
import {
  PropertyRightRegistrationConnection,
  PropertyRightRegistrationObject,
  RegistrationFilerObject,
  RegistryAgencyObject,
} from './property-right.object.ts';
import { PropertyRightIssuer } from './property-right-issuer.ts';
import { type Examination, filingSha256Of, PropertyRightService } from './property-right.service.ts';
import type { RegistrationFiler } from './registration-filer.entity.ts';

const of = (name: string, refusals: Parameters<typeof declareResult>[2]) =>
  declareResult(name, PropertyRightRegistrationObject, [InvalidInput, ClientIdReused, ...refusals]);
const FOUND = [PropertyRightNotFound, PropertyRightNotInState];

const PreparePropertyRightResult = of('PreparePropertyRightResult', [
  ...[DatasetNotRegistrable, RegistryOwnData, TitleExists, PropertyRightUnderWay],
]);
const PreparePropertyRightFollowUpResult = of('PreparePropertyRightFollowUpResult', [
  ...[TitleNotFound, PropertyRightUnderWay, RegistryOwnData, RightsNotTransferable, RightsNotChangeable],
]);
const AmendPropertyRightResult = of('AmendPropertyRightResult', [
  ...[...FOUND, SamePerson, TitleNotFound, RegistryOwnData, RightsNotTransferable, RightsNotChangeable],
]);
const JoinPropertyRightResult = of('JoinPropertyRightResult', [NothingToJoin]);
const SubmitPropertyRightResult = of('SubmitPropertyRightResult', [
  ...[...FOUND, SamePerson, CurePeriodOver, FilersNotJoined, NotRegistrable, RightsNotAllowed],
  ...[TrackACodeNeeded, EvidenceNotDeposited, TitleNotFound, TitleExists, RegisteredAnew],
  ...[TitleEncumbered, PropertyRightUnderWay, PropertyRightRenewalNotOpen],
]);
const WithdrawPropertyRightResult = of('WithdrawPropertyRightResult', FOUND);
const DecidePropertyRightAcceptanceResult = of('DecidePropertyRightAcceptanceResult', [
  ...[...FOUND, AcceptedBySilence, OverlapNotExplained],
]);
const RequestPropertyRightSupplementResult = of('RequestPropertyRightSupplementResult', FOUND);
const SupplementPropertyRightResult = of('SupplementPropertyRightResult', [...FOUND, CurePeriodOver]);
const ExtendExaminationResult = of('ExtendExaminationResult', [...FOUND, ExaminationNotExtendable]);
const ExaminePropertyRightResult = of('ExaminePropertyRightResult', [
  ...[...FOUND, SamePerson, TitleNotFound, TitleEncumbered],
]);
const CertifyPropertyRightResult = of('CertifyPropertyRightResult', [
  ...[...FOUND, SamePerson, PublicityNotOver, PublicityProvisional, ObjectionOpen],
  ...[TitleExists, TitleNotFound, TitleEncumbered],
  ...[TrackACodeNeeded, NotRegistrable, AgencyCodeMissing, CertificateSerialsExhausted],
]);
const DecidePropertyRightObjectionResult = declareResult(
  'DecidePropertyRightObjectionResult',
  ObjectionObject,
  [InvalidInput, ClientIdReused, ObjectionNotFound, ...FOUND],
);
const AssignAgencyCodeResult = declareResult('AssignAgencyCodeResult', RegistryAgencyObject, [
  InvalidInput,
  ClientIdReused,
  AgencyCodeTaken,
]);

const ACCEPTANCE_ACTS = { ACCEPTED: 'ACCEPT', RETURNED: 'RETURN', NOT_ACCEPTED: 'NOT_ACCEPT' } as const;
const EXAMINATION_ACTS: Readonly<Record<ExaminationOutcome, Examination['act']>> = {
  PUBLICIZED: 'PUBLICIZE',
  PUBLICITY_WAIVED: 'WAIVE_PUBLICITY',
  CANCELLED: 'CANCEL',
  REFUSED: 'REFUSE',
};
/** Who prepares for a party that holds rights, and who files for it: two people of it. */
const PREPARERS = [Role.DATA_SPECIALIST, Role.INSTITUTION_USER, Role.OPERATOR];
const SUBMITTERS = [Role.CHIEF_DATA_REPRESENTATIVE, Role.INSTITUTION_USER, Role.OPERATOR];

@Resolver(() => PropertyRightRegistrationObject)
export class PropertyRightResolver {
  constructor(
    private readonly rights: PropertyRightService,
    private readonly issuer: PropertyRightIssuer,
    private readonly assets: AssetService,
    private readonly deadlines: LegalDeadlineService,
    private readonly evidence: EvidenceService,
    private readonly objections: ObjectionService,
    private readonly overlaps: OverlapService,
  ) {}

  private readonly deadlinesOf: BatchRead<readonly LegalDeadline[]> = async (ids, actor) => {
    const found = await this.deadlines.findOf(actor, ids);
    return ids.map((id) => found.filter(({ registrationId }) => registrationId === id));
  };
  private readonly evidenceOf: BatchRead<readonly ShownEvidence[]> = async (ids, actor) => {
    const found = await this.evidence.of(actor, ids);
    return ids.map((id) => found.filter(({ registrationId }) => registrationId === id));
  };
  private readonly filersOf: BatchRead<readonly RegistrationFiler[]> = async (ids, actor) => {
    const found = await this.rights.filersOf(actor, ids);
    return ids.map((id) => found.filter(({ registrationId }) => registrationId === id));
  };
  private readonly overlapsOf: BatchRead<readonly LikelyOverlap[]> = (ids, actor) =>
    this.overlaps.likelyOf(actor, ids);
  private readonly explanationsOf: BatchRead<readonly OverlapExplanation[]> = async (ids, actor) => {
    const found = await this.overlaps.explanationsOf(actor, ids);
    return ids.map((id) => found.filter(({ registrationId }) => registrationId === id));
  };
  private readonly certificateOf: BatchRead<CertificateWithEnd> = async (ids) => {
    const found = await this.assets.certificatesByRegistration(ids);
    return ids.map((id) => found.find(({ registrationId }) => registrationId === id) ?? null);
  };

  @AllowedToSignedIn()
  @Query(() => PropertyRightRegistrationObject, {
    nullable: true,
    description: 'A property right application your party files, joins or has to decide on',
  })
  propertyRightRegistration(
    @CurrentActor() actor: Actor,
    @Args('id', { type: () => GraphQLUuid }) id: string,
  ) {
    return this.rights.find(actor, id);
  }

  @AllowedToSignedIn()
  @Query(() => PropertyRightRegistrationConnection, {
    name: 'propertyRightRegistrations',
    description: 'The property right applications your party files, joins or has to decide on, oldest first',
  })
  async listRegistrations(
    @CurrentActor() actor: Actor,
    @Args() { first, after }: PageArgs,
    @Args('state', { type: () => PropertyRightState, nullable: true, description: 'In this state only' })
    state: PropertyRightState | null,
    @Args('type', { type: () => PropertyRightType, nullable: true, description: 'Of this type only' })
    type: PropertyRightType | null,
  ) {
    const page = { state: state ?? null, type: type ?? null, first, afterId: idAfter(after) };
    return pageOf(await this.rights.list(actor, page), first, ({ id }) => [id]);
  }

  @ResolveField(() => [LegalDeadlineObject], {
    name: 'deadlines',
    description: 'Its legal periods, those under way and those that are over, in order',
  })
  shownDeadlines(@Parent() { id }: PropertyRightRegistration, @CurrentRequest() request: RequestContext) {
    return loadOne(request, this.deadlinesOf, id);
  }

  @ResolveField(() => [ShownEvidenceObject], {
    name: 'evidence',
    description: 'The deposited evidence it shows',
  })
  shownEvidence(@Parent() { id }: PropertyRightRegistration, @CurrentRequest() request: RequestContext) {
    return loadOne(request, this.evidenceOf, id);
  }

  @ResolveField(() => [RegistrationFilerObject], {
    name: 'filers',
    description: 'Who has to file together with the applicant: everybody else with a right, before or after',
  })
  shownFilers(@Parent() { id }: PropertyRightRegistration, @CurrentRequest() request: RequestContext) {
    return loadOne(request, this.filersOf, id);
  }

  @ResolveField(() => String, {
    description: 'SHA-256, hex, over what is applied for; who joins names it, so that it agrees to just this',
  })
  filingSha256(@Parent() registration: PropertyRightRegistration) {
    return filingSha256Of(registration).toString('hex');
  }

  @ResolveField(() => CertificateObject, { nullable: true, description: 'What came of it' })
  async certificate(@Parent() { id }: PropertyRightRegistration, @CurrentRequest() request: RequestContext) {
    const certificate = await loadOne(request, this.certificateOf, id);
    return certificate && shownCertificate(certificate);
  }

  @ResolveField(() => [LikelyOverlapObject], {
    nullable: true,
    description:
      'What it may be a duplicate of, the likeliest first; null for all but the registry that decides, and the regulator',
  })
  likelyOverlaps(@Parent() { id }: PropertyRightRegistration, @CurrentRequest() request: RequestContext) {
    return loadOne(request, this.overlapsOf, id);
  }

  @ResolveField(() => [OverlapExplanationObject], {
    description:
      'Why it was accepted in spite of strong overlaps; empty for all but the registry and the regulator',
  })
  overlapExplanations(
    @Parent() { id }: PropertyRightRegistration,
    @CurrentRequest() request: RequestContext,
  ) {
    return loadOne(request, this.explanationsOf, id);
  }

  @AllowedTo(...PREPARERS)
  @Mutation(() => PreparePropertyRightResult, {
    description:
      'Prepares an initial registration (初次登记) of the rights in a dataset version of your party',
  })
  preparePropertyRight(
    @CurrentActor() actor: Actor,
    @Args('input') { clientId, datasetVersionId, registryId, form, evidence }: PreparePropertyRightInput,
  ) {
    const input = { datasetVersionId, registryId, form, evidence };
    return this.after(actor, this.rights.prepare(actor, clientId, input));
  }

  @AllowedTo(...PREPARERS)
  @Mutation(() => PreparePropertyRightFollowUpResult, {
    description: 'Prepares a transfer, change, renewal or cancellation of registered rights (Art. 32–36)',
  })
  preparePropertyRightFollowUp(
    @CurrentActor() actor: Actor,
    @Args('input')
    { clientId, assetId, type, form, rights, validYears, evidence }: PreparePropertyRightFollowUpInput,
  ) {
    const input = { assetId, type, form, rights, validYears, evidence };
    const done = this.rights.prepareFollowUp(actor, clientId, input);
    return this.after(actor, done);
  }

  @AllowedTo(...PREPARERS)
  @Mutation(() => AmendPropertyRightResult, {
    description: 'Writes a draft, or what was returned, anew; who files together agrees anew',
  })
  amendPropertyRight(
    @CurrentActor() actor: Actor,
    @Args('input') { clientId, registrationId, form, rights, validYears, evidence }: AmendPropertyRightInput,
  ) {
    const input = { registrationId, form, rights, validYears, evidence };
    return this.after(actor, this.rights.amend(actor, clientId, input));
  }

  @AllowedTo(...SUBMITTERS, Role.DATA_SUBJECT)
  @Mutation(() => JoinPropertyRightResult, {
    description: 'Agrees, for your party, to file an application together with its applicant (Art. 14, 34)',
  })
  joinPropertyRight(
    @CurrentActor() actor: Actor,
    @Args('input') { clientId, registrationId, filingSha256 }: JoinPropertyRightInput,
  ) {
    const done = this.rights.join(actor, clientId, { registrationId, filingSha256 });
    return this.after(actor, done);
  }

  @AllowedTo(...SUBMITTERS)
  @Mutation(() => SubmitPropertyRightResult, {
    description: 'Submits an application; by somebody else than who prepared it',
  })
  submitPropertyRight(
    @CurrentActor() actor: Actor,
    @Args('input') { clientId, registrationId }: PropertyRightActInput,
  ) {
    const done = this.rights.submit(actor, clientId, registrationId);
    return this.after(actor, done);
  }

  @AllowedTo(...SUBMITTERS)
  @Mutation(() => WithdrawPropertyRightResult, {
    description: 'Lets go of an application that is not certified yet',
  })
  withdrawPropertyRight(
    @CurrentActor() actor: Actor,
    @Args('input') { clientId, registrationId, reason }: PropertyRightReasonInput,
  ) {
    const done = this.rights.withdraw(actor, clientId, registrationId, reason);
    return this.after(actor, done);
  }

  @AllowedTo(Role.REGISTRY_OFFICER)
  @Mutation(() => DecidePropertyRightAcceptanceResult, {
    description: 'Accepts, returns or does not accept, within three working days (Art. 17)',
  })
  decidePropertyRightAcceptance(
    @CurrentActor() actor: Actor,
    @Args('input') { clientId, registrationId, decision, reason }: DecidePropertyRightAcceptanceInput,
  ) {
    const isReasonNeeded = decision !== PropertyRightAcceptance.ACCEPTED;
    const done = withReason(isReasonNeeded, reason, () =>
      this.rights.decideAcceptance(actor, clientId, registrationId, ACCEPTANCE_ACTS[decision], reason),
    );
    return this.after(actor, done);
  }

  @AllowedTo(Role.REVIEWER)
  @Mutation(() => RequestPropertyRightSupplementResult, {
    description: 'Asks the applicant for more; the examination waits meanwhile (Art. 18, 28)',
  })
  requestPropertyRightSupplement(
    @CurrentActor() actor: Actor,
    @Args('input') { clientId, registrationId, reason }: PropertyRightReasonInput,
  ) {
    const done = this.rights.requestSupplement(actor, clientId, registrationId, reason);
    return this.after(actor, done);
  }

  @AllowedTo(...SUBMITTERS)
  @Mutation(() => SupplementPropertyRightResult, {
    description: 'Shows what the registry has asked for; the examination goes on',
  })
  supplementPropertyRight(
    @CurrentActor() actor: Actor,
    @Args('input') { clientId, registrationId, evidence }: SupplementPropertyRightInput,
  ) {
    const done = this.rights.supplement(actor, clientId, registrationId, evidence);
    return this.after(actor, done);
  }

  @AllowedTo(Role.REVIEWER)
  @Mutation(() => ExtendExaminationResult, {
    description: 'Makes an examination longer, once, by ten working days at most (Art. 28)',
  })
  extendExamination(
    @CurrentActor() actor: Actor,
    @Args('input') { clientId, registrationId, workingDays, reason }: ExtendExaminationInput,
  ) {
    const done = this.rights.extend(actor, clientId, { registrationId, workingDays, reason });
    return this.after(actor, done);
  }

  @AllowedTo(Role.REVIEWER)
  @Mutation(() => ExaminePropertyRightResult, {
    description: 'Examination (Art. 18–24), by somebody else than who accepted',
  })
  examinePropertyRight(
    @CurrentActor() actor: Actor,
    @Args('input') { clientId, registrationId, outcome, reason, ground, remarks }: ExaminePropertyRightInput,
  ) {
    const isRefusal = outcome === ExaminationOutcome.REFUSED;
    const isReasonNeeded = isRefusal || outcome === ExaminationOutcome.PUBLICITY_WAIVED;
    const done = withReason(isReasonNeeded, reason, async () => {
      if (isRefusal !== (ground !== null))
        throw new InvalidInput('ground', 'is needed for a refusal, and only there');
      const act = EXAMINATION_ACTS[outcome];
      return this.rights.examine(actor, clientId, { registrationId, act, reason, ground, remarks });
    });
    return this.after(actor, done);
  }

  @AllowedTo(Role.REGISTRY_OFFICER)
  @Mutation(() => CertifyPropertyRightResult, {
    description: '存证 and 颁证: completes the registration and issues the certificate (Art. 26–27)',
  })
  certifyPropertyRight(
    @CurrentActor() actor: Actor,
    @Args('input') { clientId, registrationId }: PropertyRightActInput,
  ) {
    const done = this.rights.certify(actor, clientId, registrationId);
    return this.after(actor, done);
  }

  @AllowedTo(Role.REVIEWER)
  @Mutation(() => DecidePropertyRightObjectionResult, {
    description:
      'Decides an objection, with reasons, within ten working days; upheld, it ends the application',
  })
  decidePropertyRightObjection(
    @CurrentActor() actor: Actor,
    @Args('input') { clientId, objectionId, isUpheld, reason }: DecidePropertyRightObjectionInput,
  ) {
    const done = this.rights.decideObjection(actor, clientId, { objectionId, isUpheld, reason });
    return done.then((id) => this.objections.find(actor, id));
  }

  @AllowedTo(Role.OPERATOR)
  @Mutation(() => AssignAgencyCodeResult, {
    description: 'Gives a registry its digits of the certificate code, for good (Annex 6)',
  })
  assignAgencyCode(
    @CurrentActor() actor: Actor,
    @Args('input') { clientId, registryId, region, agency }: AssignAgencyCodeInput,
  ) {
    const done = this.issuer.assignAgency(actor, clientId, { registryId, region, agency });
    return done.then((id) => this.issuer.findAgency(actor, id));
  }

  private async after(actor: Actor, done: Promise<string>) {
    return this.rights.find(actor, await done);
  }
}

async function withReason(
  isNeeded: boolean,
  reason: string | null,
  act: () => Promise<string>,
): Promise<string> {
  if (isNeeded && !reason) throw new InvalidInput('reason', 'is needed for this decision');
  return act();
}
