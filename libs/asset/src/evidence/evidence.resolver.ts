import { Args, Mutation, Parent, Query, ResolveField, Resolver } from '@nestjs/graphql';

import { ClientIdReused } from '#libs/audit';
import { InvalidInput } from '#libs/foundation';
import {
  type Actor,
  AllowedTo,
  AllowedToSignedIn,
  CurrentActor,
  declareResult,
  GraphQLUuid,
  idAfter,
  PageArgs,
  pageOf,
  Role,
} from '#libs/graphql';

import { EvidenceDepositedAlready, EvidenceNotFound } from '../asset.errors.ts';
import { DepositEvidenceInput } from '../asset.input.ts';
import { EvidenceDepositConnection, EvidenceDepositObject } from '../asset.object.ts';
import type { EvidenceDeposit } from './evidence-deposit.entity.ts';
import { EvidenceService } from './evidence.service.ts';

const DepositEvidenceResult = declareResult('DepositEvidenceResult', EvidenceDepositObject, [
  ...[InvalidInput, ClientIdReused],
  ...[EvidenceNotFound, EvidenceDepositedAlready],
]);

@Resolver(() => EvidenceDepositObject)
export class EvidenceResolver {
  constructor(private readonly evidence: EvidenceService) {}

  @AllowedToSignedIn()
  @Query(() => EvidenceDepositObject, {
    nullable: true,
    description: 'A deposit of your party, or one that an application shows to it',
  })
  evidenceDeposit(@CurrentActor() actor: Actor, @Args('id', { type: () => GraphQLUuid }) id: string) {
    return this.evidence.find(actor, id);
  }

  @AllowedToSignedIn()
  @Query(() => EvidenceDepositConnection, {
    name: 'evidenceDeposits',
    description: 'The deposits of your party, and those that applications show to it, oldest first',
  })
  async listDeposits(@CurrentActor() actor: Actor, @Args() { first, after }: PageArgs) {
    const found = await this.evidence.list(actor, first, idAfter(after));
    return pageOf(found, first, ({ id }) => [id]);
  }

  @AllowedTo(
    ...[Role.DATA_SPECIALIST, Role.CHIEF_DATA_REPRESENTATIVE, Role.OPERATOR],
    ...[Role.INSTITUTION_USER, Role.DATA_SUBJECT],
  )
  @Mutation(() => DepositEvidenceResult, {
    description:
      '存证: deposits a file as evidence, before anything is applied for; the audit log proves the day',
  })
  depositEvidence(
    @CurrentActor() actor: Actor,
    @Args('input') { clientId, uploadId, title }: DepositEvidenceInput,
  ) {
    const done = this.evidence.deposit(actor, clientId, { uploadId, title });
    return done.then((id) => this.evidence.find(actor, id));
  }

  @ResolveField(() => String, { description: 'SHA-256 of the file, hex' })
  sha256(@Parent() deposit: EvidenceDeposit) {
    return deposit.sha256.toString('hex');
  }
}
