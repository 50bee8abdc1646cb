import { Args, Mutation, Parent, Query, ResolveField, Resolver } from '@nestjs/graphql';

import { type LegalDeadline, LegalDeadlineObject, LegalDeadlineService, SamePerson } from '#libs/asset';
import { ClientIdReused, NotAPerson } from '#libs/audit';
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

import type { CorrectionAnswer } from './correction-answer.entity.ts';
import {
  CorrectionAnswerNotCurrent,
  CorrectionDataNotFound,
  CorrectionEvidenceNotFound,
  CorrectionExtensionNotPossible,
  CorrectionRequestNotFound,
  CorrectionRequestNotInState,
  CorrectionVersionUnfit,
} from './correction-request.errors.ts';
import {
  AnswerCorrectionRequestInput,
  ExtendCorrectionRequestInput,
  FileCorrectionRequestInput,
  ForwardCorrectionRequestInput,
  PrepareCorrectionAnswerInput,
  WithdrawCorrectionRequestInput,
} from './correction-request.input.ts';
import {
  CorrectionAnswerObject,
  CorrectionEvidenceObject,
  CorrectionRequestConnection,
  CorrectionRequestObject,
} from './correction-request.object.ts';
import { CorrectionRequestService, CorrectionSide } from './correction-request.service.ts';
import { CorrectionRequestState } from './correction-state.ts';

const always = [InvalidInput, ClientIdReused, NotAPerson];
const ofAct = [...always, CorrectionRequestNotFound, CorrectionRequestNotInState];
const resultOf = (name: string, refusals: Parameters<typeof declareResult>[2]) =>
  declareResult(name, CorrectionRequestObject, refusals);
const FileCorrectionRequestResult = resultOf('FileCorrectionRequestResult', [
  ...always,
  CorrectionDataNotFound,
  CorrectionEvidenceNotFound,
]);
const ForwardCorrectionRequestResult = resultOf('ForwardCorrectionRequestResult', [
  ...ofAct,
  CorrectionDataNotFound,
]);
const PrepareCorrectionAnswerResult = resultOf('PrepareCorrectionAnswerResult', [
  ...ofAct,
  CorrectionVersionUnfit,
]);
const AnswerCorrectionRequestResult = resultOf('AnswerCorrectionRequestResult', [
  ...ofAct,
  CorrectionAnswerNotCurrent,
  SamePerson,
]);
const ExtendCorrectionRequestResult = resultOf('ExtendCorrectionRequestResult', [
  ...ofAct,
  CorrectionExtensionNotPossible,
]);
const WithdrawCorrectionRequestResult = resultOf('WithdrawCorrectionRequestResult', ofAct);

type ShownCorrectionEvidence = Readonly<Record<'uploadId' | 'sha256', string>>;

/** Persons and parties that public data may be about. */
const ASKERS = [
  ...[Role.DATA_SUBJECT, Role.INSTITUTION_USER, Role.OPERATOR],
  ...[Role.DATA_SPECIALIST, Role.CHIEF_DATA_REPRESENTATIVE],
];

@Resolver(() => CorrectionRequestObject)
export class CorrectionRequestResolver {
  constructor(
    private readonly requests: CorrectionRequestService,
    private readonly deadlines: LegalDeadlineService,
  ) {}

  private readonly deadlinesByRequest: BatchRead<readonly LegalDeadline[]> = async (ids, actor) => {
    const found = await this.deadlines.findOf(actor, ids);
    return ids.map((id) => found.filter(({ matterId }) => matterId === id));
  };

  private readonly evidenceByRequest: BatchRead<readonly ShownCorrectionEvidence[]> = async (ids, actor) => {
    const found = await this.requests.evidenceOf(actor, ids);
    return ids.map((id) =>
      found
        .filter(({ requestId }) => requestId === id)
        .map(({ uploadId, sha256 }) => ({ uploadId, sha256: sha256.toString('hex') })),
    );
  };

  private readonly answersByRequest: BatchRead<readonly CorrectionAnswer[]> = async (ids, actor) => {
    const found = await this.requests.answersOf(actor, ids);
    return ids.map((id) => found.filter(({ requestId }) => requestId === id));
  };

  @AllowedToSignedIn()
  @Query(() => CorrectionRequestObject, {
    nullable: true,
    description: '更正申请: one that your party has filed, or was sent; a regulator sees everybody’s',
  })
  correctionRequest(@CurrentActor() actor: Actor, @Args('id', { type: () => GraphQLUuid }) id: string) {
    return this.requests.find(actor, id);
  }

  @AllowedToSignedIn()
  @Query(() => CorrectionRequestConnection, {
    name: 'correctionRequests',
    description:
      '更正申请: those that your party has filed, or was sent, oldest first; a regulator sees everybody’s',
  })
  async listRequests(
    @CurrentActor() actor: Actor,
    @Args() { first, after }: PageArgs,
    @Args('as', {
      type: () => CorrectionSide,
      nullable: true,
      description: 'Your party’s side; null: all you may see',
    })
    side: CorrectionSide | null,
    @Args('state', { type: () => CorrectionRequestState, nullable: true, description: 'In this state only' })
    state: CorrectionRequestState | null,
    @Args('isOverdue', {
      type: () => Boolean,
      defaultValue: false,
      description: '逾期: only those whose time to forward or to answer is over',
    })
    isOverdue: boolean,
  ) {
    const afterId = idAfter(after);
    const filter = { side: side ?? null, state: state ?? null, isOverdue, first, afterId };
    return pageOf(await this.requests.list(actor, filter), first, ({ id }) => [id]);
  }

  @ResolveField('deadlines', () => [LegalDeadlineObject], {
    description: 'Its legal periods, those under way and those that are over, in order',
  })
  deadlinesOf(@Parent() { id }: CorrectionRequestObject, @CurrentRequest() request: RequestContext) {
    return loadOne(request, this.deadlinesByRequest, id);
  }

  @ResolveField('isOverdue', () => Boolean, {
    description: '逾期: it has not been forwarded, or answered, and the last day for that is over',
  })
  async isOverdueOf(@Parent() { id }: CorrectionRequestObject, @CurrentRequest() request: RequestContext) {
    return this.requests.isOverdue((await loadOne(request, this.deadlinesByRequest, id)) ?? []);
  }

  @ResolveField('evidence', () => [CorrectionEvidenceObject], { description: '证明材料: the files it shows' })
  evidenceOf(@Parent() { id }: CorrectionRequestObject, @CurrentRequest() request: RequestContext) {
    return loadOne(request, this.evidenceByRequest, id);
  }

  @ResolveField('answers', () => [CorrectionAnswerObject], {
    description: '答复: the answer that was given; to the holding body also those it has prepared, in order',
  })
  answersOf(@Parent() { id }: CorrectionRequestObject, @CurrentRequest() request: RequestContext) {
    return loadOne(request, this.answersByRequest, id);
  }

  @AllowedTo(...ASKERS)
  @Mutation(() => FileCorrectionRequestResult, {
    description:
      '提出更正申请: asks the body that holds public data about you to correct them, or the data bureau (令299号 Art. 17)',
  })
  fileCorrectionRequest(
    @CurrentActor() actor: Actor,
    @Args('input') { clientId, datasetId, assetId, ...input }: FileCorrectionRequestInput,
  ) {
    const done = this.requests.file(actor, clientId, {
      ...input,
      datasetId: datasetId ?? null,
      assetId: assetId ?? null,
    });
    return this.after(actor, done);
  }

  @AllowedTo(Role.REGULATOR)
  @Mutation(() => ForwardCorrectionRequestResult, {
    description:
      '转交更正申请: the bureau that was asked sends it to the holding body, within 2 working days (令299号 Art. 17)',
  })
  forwardCorrectionRequest(
    @CurrentActor() actor: Actor,
    @Args('input') { clientId, correctionRequestId, holdingBodyId }: ForwardCorrectionRequestInput,
  ) {
    const done = this.requests.forward(actor, clientId, correctionRequestId, holdingBodyId);
    return this.after(actor, done);
  }

  @AllowedTo(Role.DATA_SPECIALIST)
  @Mutation(() => PrepareCorrectionAnswerResult, {
    description: '拟定答复: prepares the holding body’s answer, or another one instead of it',
  })
  prepareCorrectionAnswer(
    @CurrentActor() actor: Actor,
    @Args('input')
    { clientId, correctionRequestId, outcome, explanation, datasetVersionId }: PrepareCorrectionAnswerInput,
  ) {
    const answer = { outcome, explanation, datasetVersionId: datasetVersionId ?? null };
    const done = this.requests.prepareAnswer(actor, clientId, correctionRequestId, answer);
    return this.after(actor, done);
  }

  @AllowedTo(Role.CHIEF_DATA_REPRESENTATIVE)
  @Mutation(() => AnswerCorrectionRequestResult, {
    description:
      '答复更正申请: gives the prepared answer, within 5 working days of receipt (令299号 Art. 17); by somebody else than who prepared it',
  })
  answerCorrectionRequest(
    @CurrentActor() actor: Actor,
    @Args('input') { clientId, correctionRequestId, answerNumber }: AnswerCorrectionRequestInput,
  ) {
    const done = this.requests.answer(actor, clientId, correctionRequestId, answerNumber);
    return this.after(actor, done);
  }

  @AllowedTo(Role.CHIEF_DATA_REPRESENTATIVE)
  @Mutation(() => ExtendCorrectionRequestResult, {
    description:
      '延长答复期限: once, before the 5 working days are over, to 10 in all; the asker reads why (令299号 Art. 17)',
  })
  extendCorrectionRequest(
    @CurrentActor() actor: Actor,
    @Args('input') { clientId, correctionRequestId, reason }: ExtendCorrectionRequestInput,
  ) {
    const done = this.requests.extend(actor, clientId, correctionRequestId, reason);
    return this.after(actor, done);
  }

  @AllowedTo(...ASKERS)
  @Mutation(() => WithdrawCorrectionRequestResult, {
    description: '撤回更正申请: lets go of a request that is not answered yet',
  })
  withdrawCorrectionRequest(
    @CurrentActor() actor: Actor,
    @Args('input') { clientId, correctionRequestId }: WithdrawCorrectionRequestInput,
  ) {
    const done = this.requests.withdraw(actor, clientId, correctionRequestId);
    return this.after(actor, done);
  }

  private async after(actor: Actor, done: Promise<string>) {
    return this.requests.find(actor, await done);
  }
}
