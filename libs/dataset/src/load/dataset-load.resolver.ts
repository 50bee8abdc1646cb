import { Args, Mutation, Parent, Query, ResolveField, Resolver } from '@nestjs/graphql';

import { ClientIdReused } from '#libs/audit';
import { InvalidInput } from '#libs/foundation';
import {
  type Actor,
  AllowedTo,
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

import type { DatasetVersion } from '../dataset-version.entity.ts';
import type { Dataset } from '../dataset.entity.ts';
import { DatasetLoadEnded, DatasetLoadNotFound } from '../dataset.errors.ts';
import { DatasetObject, DatasetVersionObject } from '../dataset.object.ts';
import { DatasetService } from '../dataset.service.ts';
import { type DatasetLoad, DatasetLoadState } from './dataset-load.entity.ts';
import { CancelDatasetLoadInput, DatasetLoadConnection, DatasetLoadObject } from './dataset-load.object.ts';
import { DatasetLoadService } from './dataset-load.service.ts';

const CancelDatasetLoadResult = declareResult('CancelDatasetLoadResult', DatasetLoadObject, [
  InvalidInput,
  ClientIdReused,
  DatasetLoadNotFound,
  DatasetLoadEnded,
]);

@Resolver(() => DatasetLoadObject)
export class DatasetLoadResolver {
  constructor(
    private readonly loads: DatasetLoadService,
    private readonly datasets: DatasetService,
  ) {}

  private readonly datasetsById: BatchRead<Dataset | null> = async (ids, actor) => {
    const found = await this.datasets.findAll(actor, ids);
    return ids.map((id) => found.find((dataset) => dataset.id === id) ?? null);
  };

  private readonly versionsById: BatchRead<DatasetVersion | null> = async (ids, actor) => {
    const found = await this.datasets.findVersions(actor, ids);
    return ids.map((id) => found.find((version) => version.id === id) ?? null);
  };

  @AllowedTo(Role.DATA_SPECIALIST, Role.CHIEF_DATA_REPRESENTATIVE)
  @Query(() => DatasetLoadObject, {
    nullable: true,
    description: 'A load of your party, with how far it has come',
  })
  datasetLoad(@CurrentActor() actor: Actor, @Args('id', { type: () => GraphQLUuid }) id: string) {
    return this.loads.find(actor, id);
  }

  @AllowedTo(Role.DATA_SPECIALIST, Role.CHIEF_DATA_REPRESENTATIVE)
  @Query(() => DatasetLoadConnection, {
    name: 'datasetLoads',
    description: 'The loads of your party, newest first',
  })
  async listLoads(
    @CurrentActor() actor: Actor,
    @Args() { first, after }: PageArgs,
    @Args('state', { type: () => DatasetLoadState, nullable: true, description: 'In this state only' })
    state: DatasetLoadState | null,
  ) {
    const filter = { state: state ?? null, first, afterId: idAfter(after) };
    return pageOf(await this.loads.list(actor, filter), first, ({ id }) => [id]);
  }

  @ResolveField(() => DatasetObject, {
    nullable: true,
    description: 'The dataset; null: it is not there yet',
  })
  dataset(@Parent() { datasetId }: DatasetLoad, @CurrentRequest() request: RequestContext) {
    return datasetId === null ? null : loadOne(request, this.datasetsById, datasetId);
  }

  @ResolveField(() => DatasetVersionObject, {
    nullable: true,
    description: 'The version; null: it is not there yet',
  })
  version(@Parent() { datasetVersionId }: DatasetLoad, @CurrentRequest() request: RequestContext) {
    return datasetVersionId === null ? null : loadOne(request, this.versionsById, datasetVersionId);
  }

  @AllowedTo(Role.DATA_SPECIALIST)
  @Mutation(() => CancelDatasetLoadResult, {
    description: 'Cancels a load that waits or runs: nothing of it stays',
  })
  cancelDatasetLoad(
    @CurrentActor() actor: Actor,
    @Args('input') { clientId, datasetLoadId }: CancelDatasetLoadInput,
  ) {
    const cancelled = this.loads.cancel(actor, clientId, datasetLoadId);
    return cancelled.then((id) => this.loads.find(actor, id));
  }
}
