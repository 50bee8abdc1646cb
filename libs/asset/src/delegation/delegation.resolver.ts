import { Args, Mutation, Query, Resolver } from '@nestjs/graphql';

import { ClientIdReused } from '#libs/audit';
import { InvalidInput } from '#libs/foundation';
import {
  type Actor,
  AllowedTo,
  CurrentActor,
  declareResult,
  idAfter,
  PageArgs,
  pageOf,
  Role,
} from '#libs/graphql';

import { DelegationNotFound } from '../asset.errors.ts';
import {
  DelegateSubmissionInput,
  DelegationConnection,
  DelegationObject,
  RevokeDelegationInput,
} from './delegation.object.ts';
import { DelegationService } from './delegation.service.ts';

const DelegateSubmissionResult = declareResult('DelegateSubmissionResult', DelegationObject, [
  InvalidInput,
  ClientIdReused,
]);
const RevokeDelegationResult = declareResult('RevokeDelegationResult', DelegationObject, [
  InvalidInput,
  ClientIdReused,
  DelegationNotFound,
]);

@Resolver(() => DelegationObject)
export class DelegationResolver {
  constructor(private readonly delegations: DelegationService) {}

  @AllowedTo(Role.DATA_SPECIALIST, Role.CHIEF_DATA_REPRESENTATIVE, Role.REGULATOR)
  @Query(() => DelegationConnection, {
    name: 'delegations',
    description: 'The delegations of your party, live, over and revoked, oldest first; a regulator sees all',
  })
  async listDelegations(@CurrentActor() actor: Actor, @Args() { first, after }: PageArgs) {
    const found = await this.delegations.list(actor, first, idAfter(after));
    return pageOf(found, first, ({ id }) => [id]);
  }

  @AllowedTo(Role.CHIEF_DATA_REPRESENTATIVE)
  @Mutation(() => DelegateSubmissionResult, {
    description:
      'Lets another person of your party submit and withdraw for you, for a time; never what it has prepared itself',
  })
  delegateSubmission(
    @CurrentActor() actor: Actor,
    @Args('input') { clientId, delegateId, assetId, from, to, reason }: DelegateSubmissionInput,
  ) {
    const input = { delegateId, assetId: assetId ?? null, from, to, reason };
    const done = this.delegations.delegate(actor, clientId, input);
    return done.then((id) => this.delegations.find(actor, id));
  }

  @AllowedTo(Role.CHIEF_DATA_REPRESENTATIVE)
  @Mutation(() => RevokeDelegationResult, { description: 'Ends a delegation of your party at once' })
  revokeDelegation(
    @CurrentActor() actor: Actor,
    @Args('input') { clientId, delegationId }: RevokeDelegationInput,
  ) {
    const done = this.delegations.revoke(actor, clientId, delegationId);
    return done.then((id) => this.delegations.find(actor, id));
  }
}
