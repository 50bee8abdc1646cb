import { Args, Int, Mutation, Parent, Query, ResolveField, Resolver } from '@nestjs/graphql';

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
  loadOne,
  PageArgs,
  pageOf,
  type RequestContext,
  Role,
  idAfter,
} from '#libs/graphql';

import type { DatasetColumn } from './dataset-column.entity.ts';
import type { DatasetVersion } from './dataset-version.entity.ts';
import * as refusals from './dataset.errors.ts';
import {
  AddDatasetVersionInput,
  ColumnDifferenceObject,
  DataDifferencesObject,
  ConfirmColumnsInput,
  DatasetColumnObject,
  DatasetConnection,
  DatasetObject,
  DatasetVersionObject,
  RegisterDatasetInput,
} from './dataset.object.ts';
import type { ColumnDifference } from './column-difference.ts';
import { DatasetService } from './dataset.service.ts';
import type { DatasetLoad } from './load/dataset-load.entity.ts';
import { DatasetLoadObject } from './load/dataset-load.object.ts';
import { DatasetLoadService } from './load/dataset-load.service.ts';
import { proposedSubjectColumn } from './profile/proposed-subject-column.ts';

const RegisterDatasetResult = declareResult('RegisterDatasetResult', DatasetLoadObject, [
  InvalidInput,
  ClientIdReused,
  refusals.UploadNotFound,
  refusals.DatasetNameTaken,
]);
const AddDatasetVersionResult = declareResult('AddDatasetVersionResult', DatasetLoadObject, [
  InvalidInput,
  ClientIdReused,
  refusals.DatasetNotFound,
  refusals.DatasetVersionOpen,
  refusals.DatasetLoadUnderWay,
  refusals.UploadNotFound,
]);
const ConfirmColumnsResult = declareResult('ConfirmColumnsResult', DatasetVersionObject, [
  InvalidInput,
  ClientIdReused,
  refusals.DatasetVersionNotFound,
  refusals.DatasetVersionConfirmed,
  refusals.DatasetLoadUnderWay,
  refusals.ColumnUnknown,
]);

@Resolver(() => DatasetObject)
export class DatasetResolver {
  constructor(
    private readonly datasets: DatasetService,
    private readonly loads: DatasetLoadService,
  ) {}

  private readonly versions: BatchRead<DatasetVersion[]> = async (ids, actor) => {
    const found = await this.datasets.versionsOf(actor, ids);
    return ids.map((id) => found.filter(({ datasetId }) => datasetId === id));
  };

  @AllowedToSignedIn()
  @Query(() => DatasetObject, { nullable: true, description: 'A dataset by its id' })
  dataset(@CurrentActor() actor: Actor, @Args('id', { type: () => GraphQLUuid }) id: string) {
    return this.datasets.find(actor, id);
  }

  @AllowedToSignedIn()
  @Query(() => DatasetConnection, { name: 'datasets', description: 'The datasets you may see, oldest first' })
  async listDatasets(@CurrentActor() actor: Actor, @Args() { first, after }: PageArgs) {
    const afterId = idAfter(after);
    return pageOf(await this.datasets.list(actor, first, afterId), first, ({ id }) => [id]);
  }

  @AllowedTo(Role.DATA_SPECIALIST, Role.CHIEF_DATA_REPRESENTATIVE)
  @Query(() => DataDifferencesObject, {
    nullable: true,
    description:
      'What a version of your party holds otherwise than another of its dataset, by subject; `matchedBy` says whether a subject is more than the number of a row',
  })
  datasetVersionDifferences(
    @CurrentActor() actor: Actor,
    @Args('datasetVersionId', { type: () => GraphQLUuid }) id: string,
    @Args('comparedWith', {
      type: () => GraphQLUuid,
      nullable: true,
      description: 'Another version of the dataset; left out, the one before',
    })
    comparedWith: string | null,
    @Args('first', {
      type: () => Int,
      defaultValue: 10,
      description: 'Rows of each kind to name, 100 at most',
    })
    first: number,
  ) {
    if (first < 0 || first > 100) throw new InvalidInput('first', 'must be 0 to 100');
    return this.datasets.dataDifferencesOf(actor, id, comparedWith ?? null, first);
  }

  @ResolveField('versions', () => [DatasetVersionObject], { description: 'Its versions, oldest first' })
  async versionsOf(@Parent() { id }: DatasetObject, @CurrentRequest() request: RequestContext) {
    return (await loadOne(request, this.versions, id)) ?? [];
  }

  @AllowedTo(Role.DATA_SPECIALIST)
  @Mutation(() => RegisterDatasetResult, {
    description:
      'Has a file read into a new dataset, by a load: types and meanings are inferred, rows stored, every column profiled',
  })
  registerDataset(@CurrentActor() actor: Actor, @Args('input') input: RegisterDatasetInput) {
    const { clientId, name, description, uploadId, subjectColumn, personalColumns } = input;
    const registered = this.datasets.register(actor, clientId, {
      name,
      description,
      uploadId,
      subjectColumn: subjectColumn ?? null,
      personalColumns,
    });
    return registered.then((id) => this.loads.find(actor, id));
  }

  @AllowedTo(Role.DATA_SPECIALIST)
  @Mutation(() => AddDatasetVersionResult, {
    description:
      'Has another file read into the next version, by a load: columns keep their types where the cells fit; what differs is recorded',
  })
  addDatasetVersion(@CurrentActor() actor: Actor, @Args('input') input: AddDatasetVersionInput) {
    const { clientId, datasetId, uploadId, personalColumns } = input;
    const added = this.datasets.addVersion(actor, clientId, { datasetId, uploadId, personalColumns });
    return added.then((id) => this.loads.find(actor, id));
  }

  @AllowedTo(Role.DATA_SPECIALIST)
  @Mutation(() => ConfirmColumnsResult, {
    description:
      'Confirms the columns of a version, with other types and meanings where the inferred ones are wrong, or of a first version with another subject column: then a load reads the file again and confirms it at its end',
  })
  confirmColumns(
    @CurrentActor() actor: Actor,
    @Args('input') { clientId, datasetVersionId, columns, subjectColumn }: ConfirmColumnsInput,
  ) {
    const choices = columns.map(({ name, type, meaning, isPersonal }) => ({
      name,
      type: type ?? null,
      meaning: meaning ?? null,
      isPersonal: isPersonal ?? null,
    }));
    const confirmed = this.datasets.confirm(actor, clientId, {
      datasetVersionId,
      columns: choices,
      subjectColumn: subjectColumn ?? null,
    });
    return confirmed.then((id) => this.datasets.findVersion(actor, id));
  }
}

@Resolver(() => DatasetVersionObject)
export class DatasetVersionResolver {
  constructor(
    private readonly datasets: DatasetService,
    private readonly loads: DatasetLoadService,
  ) {}

  private readonly loadByVersion: BatchRead<DatasetLoad | null> = async (ids, actor) => {
    const found = await this.loads.newestOf(actor, ids);
    return ids.map((id) => found.find(({ datasetVersionId }) => datasetVersionId === id) ?? null);
  };

  @ResolveField(() => DatasetLoadObject, {
    nullable: true,
    description:
      'The newest load of it, of those that were done once it is confirmed; null: it is no version of your party',
  })
  load(@Parent() { id }: DatasetVersionObject, @CurrentRequest() request: RequestContext) {
    return loadOne(request, this.loadByVersion, id);
  }

  private readonly columnsByVersion: BatchRead<DatasetColumn[]> = async (ids, actor) => {
    const found = await this.datasets.columnsOf(actor, ids);
    return ids.map((id) => found.filter(({ datasetVersionId }) => datasetVersionId === id));
  };

  @ResolveField(() => [DatasetColumnObject], { description: 'Its columns with their profile, in order' })
  async columns(@Parent() { id }: DatasetVersionObject, @CurrentRequest() request: RequestContext) {
    return (await loadOne(request, this.columnsByVersion, id)) ?? [];
  }

  @ResolveField(() => String, {
    nullable: true,
    description:
      'Of a first version that is not confirmed and has no subject column: the first of its columns that is never empty and has another value in every row, to be confirmed with `confirmColumns`; without one, versions are compared row number by row number',
  })
  async proposedSubjectColumn(
    @Parent() { id, number, state, subjectColumn, rowCount }: DatasetVersionObject,
    @CurrentRequest() request: RequestContext,
  ) {
    if (number > 1 || state !== 'LOADED' || subjectColumn !== null) return null;
    return proposedSubjectColumn(rowCount, (await loadOne(request, this.columnsByVersion, id)) ?? []);
  }

  private readonly differencesByVersion: BatchRead<readonly ColumnDifference[]> = async (ids, actor) => {
    const found = await this.datasets.differencesOf(actor, ids);
    return ids.map((id) => found.find(({ versionId }) => versionId === id)?.differences ?? []);
  };

  @ResolveField(() => [ColumnDifferenceObject], {
    description: 'What its columns have otherwise than those of the version before',
  })
  async differences(@Parent() { id }: DatasetVersionObject, @CurrentRequest() request: RequestContext) {
    return (await loadOne(request, this.differencesByVersion, id)) ?? [];
  }
}
