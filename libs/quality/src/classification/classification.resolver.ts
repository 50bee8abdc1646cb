import { Args, Mutation, Parent, Query, ResolveField, Resolver } from '@nestjs/graphql';

import { ClientIdReused } from '#libs/audit';
import { DatasetVersionObject } from '#libs/dataset';
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

import {
  ClassificationNotFound,
  ClassificationOpen,
  ClassifierIsSamePerson,
  DatasetVersionNotConfirmed,
} from '../quality.errors.ts';
import type { Classification } from './classification.entity.ts';
import {
  ClassificationConnection,
  ClassificationObject,
  DecideClassificationInput,
  ProposeClassificationInput,
  ProposedClassificationObject,
} from './classification.object.ts';
import { ClassificationService } from './classification.service.ts';

const ProposeClassificationResult = declareResult('ProposeClassificationResult', ClassificationObject, [
  ...[InvalidInput, ClientIdReused, DatasetVersionNotConfirmed, ClassificationOpen],
]);
const DecideClassificationResult = declareResult('DecideClassificationResult', ClassificationObject, [
  ...[InvalidInput, ClientIdReused, ClassificationNotFound, ClassifierIsSamePerson],
]);

@Resolver(() => ClassificationObject)
export class ClassificationResolver {
  constructor(private readonly classifications: ClassificationService) {}

  @AllowedToSignedIn()
  @Query(() => ProposedClassificationObject, {
    nullable: true,
    description: 'The level that names and types of a version’s columns suggest',
  })
  async proposedClassification(
    @CurrentActor() actor: Actor,
    @Args('datasetVersionId', { type: () => GraphQLUuid, description: 'The version' })
    datasetVersionId: string,
  ) {
    const proposal = await this.classifications.proposal(actor, datasetVersionId);
    return (
      proposal && {
        ...proposal,
        columns: proposal.columns.map((column) => ({ ...column, proposed: column.level })),
      }
    );
  }

  @AllowedToSignedIn()
  @Query(() => ClassificationConnection, {
    name: 'classifications',
    description: 'All levels that were proposed for a dataset, oldest first: its history',
  })
  async listClassifications(
    @CurrentActor() actor: Actor,
    @Args('datasetId', { type: () => GraphQLUuid, description: 'The dataset' }) datasetId: string,
    @Args() { first, after }: PageArgs,
  ) {
    const found = await this.classifications.list(actor, datasetId, first, idAfter(after));
    return pageOf(found, first, ({ id }) => [id]);
  }

  @AllowedTo(Role.DATA_SPECIALIST)
  @Mutation(() => ProposeClassificationResult, {
    description: '数据分级: proposes the level of a version; the highest of its columns wins',
  })
  proposeClassification(
    @CurrentActor() actor: Actor,
    @Args('input') { clientId, datasetVersionId, level, columns, reason }: ProposeClassificationInput,
  ) {
    const proposed = this.classifications.propose(actor, clientId, {
      datasetVersionId,
      level: level ?? null,
      columns: columns.map(({ column, level: own, ground }) => ({ column, level: own, ground })),
      reason,
    });
    return this.after(actor, proposed);
  }

  @AllowedTo(Role.CHIEF_DATA_REPRESENTATIVE)
  @Mutation(() => DecideClassificationResult, {
    description:
      'Confirms or rejects a proposed level, by somebody else; what a confirmed level forbids is delisted and its grants end',
  })
  decideClassification(
    @CurrentActor() actor: Actor,
    @Args('input') { clientId, classificationId, isConfirmed, reason }: DecideClassificationInput,
  ) {
    const decision = { classificationId, isConfirmed, reason: reason ?? null };
    const decided = this.classifications.decide(actor, clientId, decision);
    return this.after(actor, decided);
  }

  private async after(actor: Actor, done: Promise<string>) {
    return this.classifications.find(actor, await done);
  }
}

/** The field that versions of datasets have of their level. */
@Resolver(() => DatasetVersionObject)
export class DatasetVersionClassificationResolver {
  constructor(private readonly classifications: ClassificationService) {}

  private readonly confirmedByVersion: BatchRead<Classification> = async (ids, actor) =>
    inOrderOf(
      ids,
      await this.classifications.confirmedOf(actor, ids),
      ({ datasetVersionId }) => datasetVersionId,
    );

  @ResolveField(() => ClassificationObject, {
    nullable: true,
    description: 'Its confirmed level; null: nobody has confirmed one',
  })
  classification(@Parent() { id }: DatasetVersionObject, @CurrentRequest() request: RequestContext) {
    return loadOne(request, this.confirmedByVersion, id);
  }
}
