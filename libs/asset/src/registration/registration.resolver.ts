import { Args, Mutation, Parent, Query, ResolveField, Resolver } from '@nestjs/graphql';

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
  inOrderOf,
  loadOne,
  PageArgs,
  pageOf,
  type RequestContext,
  Role,
} from '#libs/graphql';
import { DataLevelForbids } from '#libs/quality';

import {
  AssetExists,
  AssetNotInRegister,
  DatasetNotRegistrable,
  DataUnderTitle,
  EvidenceNotDeposited,
  MaterialsMissing,
  NotDelegated,
  ObjectionOpen,
  OverlapNotExplained,
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
import {
  AcceptanceDecision,
  AmendRegistrationInput,
  DecideAcceptanceInput,
  PrepareFollowUpRegistrationInput,
  PrepareRegistrationInput,
  RegistrationActInput,
  ReviewDecision,
  ReviewRegistrationInput,
  RevokeRegistrationInput,
  WithdrawRegistrationInput,
} from '../asset.input.ts';
import {
  AssetObject,
  LegalDeadlineObject,
  RegistrationConnection,
  RegistrationObject,
  ShownEvidenceObject,
} from '../asset.object.ts';
import { AssetService } from '../asset.service.ts';
import type { CorrectionProposal } from '../correction/correction-proposal.entity.ts';
import { CorrectionProposalObject } from '../correction/correction.object.ts';
import { CorrectionService } from '../correction/correction.service.ts';
import { EvidenceService, type ShownEvidence } from '../evidence/evidence.service.ts';
import type { LegalDeadline } from '../deadline/legal-deadline.entity.ts';
import { LegalDeadlineService } from '../deadline/legal-deadline.service.ts';
import { RegistrationState, RegistrationType } from './registration-state.ts';
import type { Registration } from './registration.entity.ts';
import { type AcceptanceAct, RegistrationService, type ReviewAct } from './registration.service.ts';

const always = [InvalidInput, ClientIdReused];
const ofAct = [...always, RegistrationNotFound, RegistrationNotInState];
const PrepareRegistrationResult = declareResult('PrepareRegistrationResult', RegistrationObject, [
  ...always,
  DatasetNotRegistrable,
  AssetExists,
]);
const PrepareFollowUpRegistrationResult = declareResult(
  'PrepareFollowUpRegistrationResult',
  RegistrationObject,
  [...always, AssetNotInRegister, RegistrationUnderWay, DatasetNotRegistrable, AssetExists],
);
const AmendRegistrationResult = declareResult('AmendRegistrationResult', RegistrationObject, [
  ...ofAct,
  SamePerson,
]);
const SubmitRegistrationResult = declareResult('SubmitRegistrationResult', RegistrationObject, [
  ...ofAct,
  NotDelegated,
  SamePerson,
  MaterialsMissing,
  EvidenceNotDeposited,
  RenewalNotOpen,
  AssetNotInRegister,
  RegisteredAnew,
  RegistrationUnderWay,
  ProductsLackFields,
  DataLevelForbids,
]);
const WithdrawRegistrationResult = declareResult('WithdrawRegistrationResult', RegistrationObject, [
  ...ofAct,
  NotDelegated,
  SamePerson,
]);
const DecideAcceptanceResult = declareResult('DecideAcceptanceResult', RegistrationObject, [
  ...ofAct,
  SamePerson,
  OverlapNotExplained,
]);
const ReviewRegistrationResult = declareResult('ReviewRegistrationResult', RegistrationObject, [
  ...ofAct,
  SamePerson,
  AssetNotInRegister,
]);
const CodeRegistrationResult = declareResult('CodeRegistrationResult', RegistrationObject, [
  ...ofAct,
  PublicityNotOver,
  PublicityProvisional,
  ObjectionOpen,
  AssetNotInRegister,
  ...[ProductsLackFields, DataUnderTitle, AssetExists, DataLevelForbids],
]);
const RevokeRegistrationResult = declareResult('RevokeRegistrationResult', AssetObject, [
  ...always,
  AssetNotInRegister,
]);

const ACCEPTANCE_ACTS: Readonly<Record<AcceptanceDecision, AcceptanceAct>> = {
  ACCEPTED: 'ACCEPT',
  RETURNED: 'RETURN',
  NOT_ACCEPTED: 'NOT_ACCEPT',
};
const REVIEW_ACTS: Readonly<Record<ReviewDecision, ReviewAct>> = {
  PUBLICIZED: 'PUBLICIZE',
  CANCELLED: 'CANCEL',
  REFUSED: 'REFUSE',
};

@Resolver(() => RegistrationObject)
export class RegistrationResolver {
  constructor(
    private readonly assets: AssetService,
    private readonly registrations: RegistrationService,
    private readonly deadlines: LegalDeadlineService,
    private readonly evidence: EvidenceService,
    private readonly corrections: CorrectionService,
  ) {}

  private readonly deadlinesByRegistration: BatchRead<readonly LegalDeadline[]> = async (ids, actor) => {
    const found = await this.deadlines.findOf(actor, ids);
    return ids.map((id) => found.filter(({ registrationId }) => registrationId === id));
  };

  private readonly evidenceByRegistration: BatchRead<readonly ShownEvidence[]> = async (ids, actor) => {
    const found = await this.evidence.of(actor, ids);
    return ids.map((id) => found.filter(({ registrationId }) => registrationId === id));
  };

  private readonly proposalsById: BatchRead<CorrectionProposal> = async (ids, actor) =>
    inOrderOf(ids, await this.corrections.findAll(actor, ids), ({ id }) => id);

  @AllowedToSignedIn()
  @Query(() => RegistrationObject, {
    nullable: true,
    description: 'A registration your party has filed, or has to decide on',
  })
  registration(@CurrentActor() actor: Actor, @Args('id', { type: () => GraphQLUuid }) id: string) {
    return this.assets.findRegistration(actor, id);
  }

  @AllowedToSignedIn()
  @Query(() => RegistrationConnection, {
    name: 'registrations',
    description: 'The registrations your party has filed, or has to decide on, oldest first',
  })
  async listRegistrations(
    @CurrentActor() actor: Actor,
    @Args() { first, after }: PageArgs,
    @Args('state', { type: () => RegistrationState, nullable: true, description: 'In this state only' })
    state: RegistrationState | null,
    @Args('type', { type: () => RegistrationType, nullable: true, description: 'Of this type only' })
    type: RegistrationType | null,
    @Args('assetId', { type: () => GraphQLUuid, nullable: true, description: 'About this asset only' })
    assetId: string | null,
  ) {
    const of = { state: state ?? null, type: type ?? null, assetId: assetId ?? null };
    const found = await this.assets.listRegistrations(actor, { ...of, first, afterId: idAfter(after) });
    return pageOf(found, first, ({ id }) => [id]);
  }

  @ResolveField('deadlines', () => [LegalDeadlineObject], {
    description: 'Its legal periods, those under way and those that are over, in order',
  })
  deadlinesOf(@Parent() { id }: RegistrationObject, @CurrentRequest() request: RequestContext) {
    return loadOne(request, this.deadlinesByRegistration, id);
  }

  @ResolveField('evidence', () => [ShownEvidenceObject], { description: 'The deposited evidence it shows' })
  evidenceOf(@Parent() { id }: RegistrationObject, @CurrentRequest() request: RequestContext) {
    return loadOne(request, this.evidenceByRegistration, id);
  }

  @ResolveField(() => CorrectionProposalObject, {
    nullable: true,
    description:
      'Of a correction that somebody else has proposed: by whom, why, and the consent or the proof',
  })
  proposal(@Parent() { proposalId }: Registration, @CurrentRequest() request: RequestContext) {
    return proposalId && loadOne(request, this.proposalsById, proposalId);
  }

  @AllowedTo(Role.DATA_SPECIALIST)
  @Mutation(() => PrepareRegistrationResult, { description: 'Prepares a first registration (Art. 9)' })
  prepareRegistration(
    @CurrentActor() actor: Actor,
    @Args('input')
    { clientId, ...input }: PrepareRegistrationInput,
  ) {
    const deliveredOn = input.deliveredOn ?? null;
    const done = this.registrations.prepare(actor, clientId, { ...input, deliveredOn });
    return this.after(actor, done);
  }

  @AllowedTo(Role.DATA_SPECIALIST)
  @Mutation(() => PrepareFollowUpRegistrationResult, {
    description: 'Prepares a change, correction, renewal or cancellation of what is registered (Art. 9, 15)',
  })
  prepareFollowUpRegistration(
    @CurrentActor() actor: Actor,
    @Args('input')
    {
      clientId,
      assetId,
      type,
      ground,
      name,
      overview,
      datasetVersionId,
      materials,
      evidence,
    }: PrepareFollowUpRegistrationInput,
  ) {
    const done = this.registrations.prepareFollowUp(actor, clientId, {
      assetId,
      type,
      ground: ground ?? null,
      name: name ?? null,
      overview: overview ?? null,
      datasetVersionId: datasetVersionId ?? null,
      materials,
      evidence,
    });
    return this.after(actor, done);
  }

  @AllowedTo(Role.DATA_SPECIALIST)
  @Mutation(() => AmendRegistrationResult, {
    description: 'Writes a draft, or what was returned, anew',
  })
  amendRegistration(
    @CurrentActor() actor: Actor,
    @Args('input') { clientId, registrationId, name, overview, materials, evidence }: AmendRegistrationInput,
  ) {
    const content = { name, overview, materials, evidence: evidence ?? null };
    const done = this.registrations.amend(actor, clientId, registrationId, content);
    return this.after(actor, done);
  }

  // A specialist may hold a delegation: the service asks for it.
  @AllowedTo(Role.CHIEF_DATA_REPRESENTATIVE, Role.DATA_SPECIALIST)
  @Mutation(() => SubmitRegistrationResult, {
    description: 'Submits a registration; by a chief or its delegate, somebody else than who prepared it',
  })
  submitRegistration(
    @CurrentActor() actor: Actor,
    @Args('input') { clientId, registrationId }: RegistrationActInput,
  ) {
    const done = this.registrations.submit(actor, clientId, registrationId);
    return this.after(actor, done);
  }

  @AllowedTo(Role.CHIEF_DATA_REPRESENTATIVE, Role.DATA_SPECIALIST)
  @Mutation(() => WithdrawRegistrationResult, {
    description: 'Lets go of an application that is not coded yet; by a chief or its delegate',
  })
  withdrawRegistration(
    @CurrentActor() actor: Actor,
    @Args('input') { clientId, registrationId, reason }: WithdrawRegistrationInput,
  ) {
    const done = this.registrations.withdraw(actor, clientId, registrationId, reason);
    return this.after(actor, done);
  }

  @AllowedTo(Role.REGISTRY_OFFICER)
  @Mutation(() => DecideAcceptanceResult, {
    description: 'Accepts, returns or does not accept (Art. 10)',
  })
  decideAcceptance(
    @CurrentActor() actor: Actor,
    @Args('input') { clientId, registrationId, decision, reason }: DecideAcceptanceInput,
  ) {
    const done = this.withReason(decision !== AcceptanceDecision.ACCEPTED, reason, (given) =>
      this.registrations.decideAcceptance(actor, clientId, registrationId, ACCEPTANCE_ACTS[decision], given),
    );
    return this.after(actor, done);
  }

  @AllowedTo(Role.REVIEWER)
  @Mutation(() => ReviewRegistrationResult, {
    description:
      'Form review (Art. 11), by somebody else than who accepted; a pass begins the public notice, or cancels',
  })
  reviewRegistration(
    @CurrentActor() actor: Actor,
    @Args('input') { clientId, registrationId, decision, reason }: ReviewRegistrationInput,
  ) {
    const done = this.withReason(decision === ReviewDecision.REFUSED, reason, (given) =>
      this.registrations.review(actor, clientId, registrationId, REVIEW_ACTS[decision], given),
    );
    return this.after(actor, done);
  }

  @AllowedTo(Role.REGISTRY_OFFICER)
  @Mutation(() => CodeRegistrationResult, {
    description: 'Gives query code and certificate after the public notice (Art. 13)',
  })
  codeRegistration(
    @CurrentActor() actor: Actor,
    @Args('input') { clientId, registrationId }: RegistrationActInput,
  ) {
    const done = this.registrations.code(actor, clientId, registrationId);
    return this.after(actor, done);
  }

  @AllowedTo(Role.REVIEWER)
  @Mutation(() => RevokeRegistrationResult, {
    description:
      '撤销: takes an asset out of the register as a sanction (Art. 20); what is offered of it ends at once',
  })
  revokeRegistration(
    @CurrentActor() actor: Actor,
    @Args('input') { clientId, assetId, reason }: RevokeRegistrationInput,
  ) {
    const done = this.registrations.revoke(actor, clientId, assetId, reason);
    return done.then((id) => this.assets.find(actor, id));
  }

  private async after(actor: Actor, done: Promise<string>) {
    return this.assets.findRegistration(actor, await done);
  }

  private async withReason(
    isNeeded: boolean,
    reason: string | null | undefined,
    act: (reason: string | null) => Promise<string>,
  ): Promise<string> {
    if (isNeeded && !reason) throw new InvalidInput('reason', 'is needed for this decision');
    return act(reason ?? null);
  }
}
