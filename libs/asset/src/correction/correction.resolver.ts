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
  idAfter,
  loadOne,
  PageArgs,
  pageOf,
  type RequestContext,
  Role,
} from '#libs/graphql';

import {
  AnswerNotOverdue,
  AssetNotInRegister,
  CorrectionNotPossible,
  CorrectionProposalNotFound,
  CorrectionProposalNotInState,
  EvidenceNotFound,
  RegistrationUnderWay,
} from '../asset.errors.ts';
import { RegistrationObject } from '../asset.object.ts';
import type { Registration } from '../registration/registration.entity.ts';
import { CorrectionProposalState } from './correction-act.ts';
import type { CorrectionProposalEvidence } from './correction-proposal-evidence.entity.ts';
import {
  AnswerCorrectionProposalInput,
  BringCorrectionToRegistryInput,
  CorrectionProposalEvidenceObject,
  CorrectionProposalConnection,
  CorrectionProposalObject,
  DecideCorrectionInput,
  ProposeCorrectionInput,
  WithdrawCorrectionProposalInput,
} from './correction.object.ts';
import { CorrectionService } from './correction.service.ts';

const always = [InvalidInput, ClientIdReused];
const ofAct = [...always, CorrectionProposalNotFound, CorrectionProposalNotInState];
const ofFiling = [...ofAct, AssetNotInRegister, RegistrationUnderWay];
const ProposeCorrectionResult = declareResult('ProposeCorrectionResult', CorrectionProposalObject, [
  ...always,
  EvidenceNotFound,
  CorrectionNotPossible,
]);
const AnswerCorrectionProposalResult = declareResult(
  'AnswerCorrectionProposalResult',
  CorrectionProposalObject,
  ofFiling,
);
const BringCorrectionToRegistryResult = declareResult(
  'BringCorrectionToRegistryResult',
  CorrectionProposalObject,
  [...ofAct, AnswerNotOverdue, EvidenceNotFound, CorrectionNotPossible],
);
const DecideCorrectionResult = declareResult('DecideCorrectionResult', CorrectionProposalObject, ofFiling);
const WithdrawCorrectionProposalResult = declareResult(
  'WithdrawCorrectionProposalResult',
  CorrectionProposalObject,
  ofAct,
);

/** The same who may object (Art. 12): anybody who is known by name and is not of the registry. */
const INTERESTED = [
  ...[Role.DATA_SPECIALIST, Role.CHIEF_DATA_REPRESENTATIVE, Role.INSTITUTION_USER],
  ...[Role.OPERATOR, Role.DATA_SUBJECT],
];

@Resolver(() => CorrectionProposalObject)
export class CorrectionResolver {
  constructor(private readonly corrections: CorrectionService) {}

  private readonly evidenceByProposal: BatchRead<readonly CorrectionProposalEvidence[]> = async (
    ids,
    actor,
  ) => {
    const found = await this.corrections.evidenceOf(actor, ids);
    return ids.map((id) => found.filter(({ proposalId }) => proposalId === id));
  };

  private readonly applicationsByProposal: BatchRead<readonly Registration[]> = async (ids, actor) => {
    const found = await this.corrections.applicationsOf(actor, ids);
    return ids.map((id) => found.filter(({ proposalId }) => proposalId === id));
  };

  @AllowedToSignedIn()
  @Query(() => CorrectionProposalConnection, {
    name: 'correctionProposals',
    description: 'The corrections your party has proposed, is asked about or has to decide, oldest first',
  })
  async listProposals(
    @CurrentActor() actor: Actor,
    @Args() { first, after }: PageArgs,
    @Args('state', { type: () => CorrectionProposalState, nullable: true, description: 'In this state only' })
    state: CorrectionProposalState | null,
  ) {
    const afterId = idAfter(after);
    const found = await this.corrections.list(actor, { state: state ?? null, first, afterId });
    return pageOf(found, first, ({ id }) => [id]);
  }

  @ResolveField('evidence', () => [CorrectionProposalEvidenceObject], {
    description: 'The files it rests on',
  })
  evidenceOf(@Parent() { id }: CorrectionProposalObject, @CurrentRequest() request: RequestContext) {
    return loadOne(request, this.evidenceByProposal, id);
  }

  @ResolveField('registrations', () => [RegistrationObject], {
    description: 'The applications that have come of it, as far as you may see them',
  })
  registrationsOf(@Parent() { id }: CorrectionProposalObject, @CurrentRequest() request: RequestContext) {
    return loadOne(request, this.applicationsByProposal, id);
  }

  @AllowedTo(...INTERESTED)
  @Mutation(() => ProposeCorrectionResult, {
    description: '更正: proposes to correct what another party has registered, with evidence (Art. 9)',
  })
  proposeCorrection(
    @CurrentActor() actor: Actor,
    @Args('input')
    { clientId, assetId, name, overview, grounds, evidenceUploadIds }: ProposeCorrectionInput,
  ) {
    const input = { assetId, name: name ?? null, overview: overview ?? null, grounds, evidenceUploadIds };
    return this.after(actor, this.corrections.propose(actor, clientId, input));
  }

  @AllowedTo(Role.CHIEF_DATA_REPRESENTATIVE)
  @Mutation(() => AnswerCorrectionProposalResult, {
    description: 'Consents in writing, which submits the correction, or declines with reasons',
  })
  answerCorrectionProposal(
    @CurrentActor() actor: Actor,
    @Args('input') { clientId, proposalId, isConsented, answer }: AnswerCorrectionProposalInput,
  ) {
    const done = this.corrections.answer(actor, clientId, proposalId, isConsented, answer);
    return this.after(actor, done);
  }

  @AllowedTo(...INTERESTED)
  @Mutation(() => BringCorrectionToRegistryResult, {
    description: 'Puts a proposal that was declined, or not answered in time, before the registry with proof',
  })
  bringCorrectionToRegistry(
    @CurrentActor() actor: Actor,
    @Args('input') { clientId, proposalId, proof, evidenceUploadIds }: BringCorrectionToRegistryInput,
  ) {
    const done = this.corrections.bring(actor, clientId, proposalId, { proof, evidenceUploadIds });
    return this.after(actor, done);
  }

  @AllowedTo(Role.REVIEWER)
  @Mutation(() => DecideCorrectionResult, {
    description: 'Orders a correction on proof, or dismisses the proposal, with reasons',
  })
  decideCorrection(
    @CurrentActor() actor: Actor,
    @Args('input') { clientId, proposalId, isOrdered, reason }: DecideCorrectionInput,
  ) {
    const done = this.corrections.decide(actor, clientId, proposalId, isOrdered, reason);
    return this.after(actor, done);
  }

  @AllowedTo(...INTERESTED)
  @Mutation(() => WithdrawCorrectionProposalResult, {
    description: 'Lets go of a proposal of your party',
  })
  withdrawCorrectionProposal(
    @CurrentActor() actor: Actor,
    @Args('input') { clientId, proposalId }: WithdrawCorrectionProposalInput,
  ) {
    const done = this.corrections.withdraw(actor, clientId, proposalId);
    return this.after(actor, done);
  }

  private async after(actor: Actor, done: Promise<string>) {
    return this.corrections.find(actor, await done);
  }
}
