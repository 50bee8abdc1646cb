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
  inOrderOf,
  loadOne,
  PageArgs,
  pageOf,
  type RequestContext,
  Role,
  idAfter,
} from '#libs/graphql';

import {
  AccessRequestDecided,
  AccessRequestNotFound,
  ConsentExists,
  ConsentNotFound,
  ListingNotFound,
  ReviewerIsRequester,
  UsageGrantUnknown,
} from './access.errors.ts';
import {
  FreezeUsageGrantInput,
  RecordConsentInput,
  RequestAccessInput,
  ReviewAccessRequestInput,
  WithdrawConsentInput,
} from './access.input.ts';
import {
  AccessRequestConnection,
  AccessRequestObject,
  ConsentObject,
  UsageGrantConnection,
  UsageGrantObject,
} from './access.object.ts';
import { AccessService } from './access.service.ts';
import type { UsageGrant } from './usage-grant.entity.ts';

const RequestAccessResult = declareResult('RequestAccessResult', AccessRequestObject, [
  InvalidInput,
  ClientIdReused,
  ListingNotFound,
]);
const ReviewAccessRequestResult = declareResult('ReviewAccessRequestResult', AccessRequestObject, [
  InvalidInput,
  ClientIdReused,
  AccessRequestNotFound,
  AccessRequestDecided,
  ReviewerIsRequester,
  ListingNotFound,
]);
const FreezeUsageGrantResult = declareResult('FreezeUsageGrantResult', UsageGrantObject, [
  InvalidInput,
  ClientIdReused,
  UsageGrantUnknown,
]);
const RecordConsentResult = declareResult('RecordConsentResult', ConsentObject, [
  InvalidInput,
  ClientIdReused,
  ConsentExists,
]);
const WithdrawConsentResult = declareResult('WithdrawConsentResult', ConsentObject, [
  InvalidInput,
  ClientIdReused,
  ConsentNotFound,
]);

@Resolver(() => AccessRequestObject)
export class AccessResolver {
  constructor(private readonly access: AccessService) {}

  private readonly grantsByRequest: BatchRead<UsageGrant> = async (ids, actor) =>
    inOrderOf(ids, await this.access.grantsOfRequests(actor, ids), ({ accessRequestId }) => accessRequestId);

  @AllowedToSignedIn()
  @Query(() => AccessRequestConnection, {
    name: 'accessRequests',
    description: 'The access requests of your party, or that it has to decide, oldest first',
  })
  async listRequests(
    @CurrentActor() actor: Actor,
    @Args() { first, after }: PageArgs,
    @Args('isOpen', { type: () => Boolean, nullable: true, description: 'True: only what is not decided' })
    isOpen: boolean | null,
  ) {
    const afterId = idAfter(after);
    const state = isOpen ? 'SUBMITTED' : null;
    return pageOf(await this.access.listRequests(actor, { state, first, afterId }), first, ({ id }) => [id]);
  }

  @ResolveField(() => UsageGrantObject, { nullable: true, description: 'What came of it, once approved' })
  usageGrant(@Parent() { id }: AccessRequestObject, @CurrentRequest() request: RequestContext) {
    return loadOne(request, this.grantsByRequest, id);
  }

  @AllowedToSignedIn()
  @Query(() => UsageGrantObject, {
    name: 'usageGrant',
    nullable: true,
    description: 'A usage grant of your party by its id',
  })
  findGrant(@CurrentActor() actor: Actor, @Args('id', { type: () => GraphQLUuid }) id: string) {
    return this.access.findGrant(actor, id);
  }

  @AllowedToSignedIn()
  @Query(() => UsageGrantConnection, {
    name: 'usageGrants',
    description: 'The usage grants you may see, oldest first',
  })
  async listGrants(@CurrentActor() actor: Actor, @Args() { first, after }: PageArgs) {
    const afterId = idAfter(after);
    return pageOf(await this.access.listGrants(actor, first, afterId), first, ({ id }) => [id]);
  }

  @AllowedTo(Role.INSTITUTION_USER)
  @Mutation(() => RequestAccessResult, { description: 'Asks to use a listed product' })
  requestAccess(@CurrentActor() actor: Actor, @Args('input') input: RequestAccessInput) {
    const { clientId, fields, ...rest } = input;
    const asked = this.access.request(actor, clientId, { ...rest, fields: fields ?? null });
    return asked.then((id) => this.access.findRequest(actor, id));
  }

  @AllowedTo(Role.CHIEF_DATA_REPRESENTATIVE, Role.OPERATOR)
  @Mutation(() => ReviewAccessRequestResult, { description: 'Approves or rejects an access request' })
  reviewAccessRequest(@CurrentActor() actor: Actor, @Args('input') input: ReviewAccessRequestInput) {
    const { clientId, accessRequestId, isApproved, reason } = input;
    const decided = this.access.review(actor, clientId, {
      accessRequestId,
      isApproved,
      reason: reason ?? null,
    });
    return decided.then((id) => this.access.findRequest(actor, id));
  }

  @AllowedTo(Role.OPERATOR, Role.REGULATOR)
  @Mutation(() => FreezeUsageGrantResult, { description: 'Stops or resumes a usage grant, at once' })
  freezeUsageGrant(
    @CurrentActor() actor: Actor,
    @Args('input') { clientId, usageGrantId, isFrozen }: FreezeUsageGrantInput,
  ) {
    const done = this.access.setFrozen(actor, clientId, usageGrantId, isFrozen);
    return done.then((id) => this.access.findGrant(actor, id));
  }

  @AllowedTo(Role.DATA_SUBJECT, Role.OPERATOR)
  @Mutation(() => RecordConsentResult, {
    description: 'Records a person’s separate consent (PIPL Art. 23, 29)',
  })
  recordConsent(@CurrentActor() actor: Actor, @Args('input') input: RecordConsentInput) {
    const { clientId, subject, evidenceSha256, ...rest } = input;
    const recorded = this.access.recordConsent(actor, clientId, {
      ...rest,
      subject: subject ?? null,
      evidenceSha256: evidenceSha256 ?? null,
    });
    return recorded.then((id) => this.access.findConsent(actor, id));
  }

  @AllowedTo(Role.DATA_SUBJECT, Role.OPERATOR)
  @Mutation(() => WithdrawConsentResult, { description: 'Withdraws a consent, at once' })
  withdrawConsent(
    @CurrentActor() actor: Actor,
    @Args('input') { clientId, consentId }: WithdrawConsentInput,
  ) {
    const done = this.access.withdrawConsent(actor, clientId, consentId);
    return done.then((id) => this.access.findConsent(actor, id));
  }
}
