import { Field, InputType, Int, ObjectType, registerEnumType } from '@nestjs/graphql';
import { Length } from 'class-validator';

import { connectionOf, GraphQLBigInt, GraphQLInstant, GraphQLUuid } from '#libs/graphql';

import { DatasetLoadKind, DatasetLoadState, DatasetLoadStep } from './dataset-load.entity.ts';

registerEnumType(DatasetLoadKind, {
  name: 'DatasetLoadKind',
  description: 'What a load makes',
  valuesMap: {
    REGISTER_DATASET: { description: 'A dataset with its first version' },
    ADD_DATASET_VERSION: { description: 'The next version of a dataset' },
    CONFIRM_COLUMNS: { description: 'A version whose columns are read as its provider has said, confirmed' },
  },
});

registerEnumType(DatasetLoadState, {
  name: 'DatasetLoadState',
  description: 'How far a load has come',
  valuesMap: {
    WAITING: { description: 'For a worker' },
    RUNNING: { description: 'A worker has it' },
    DONE: { description: 'All of it is there' },
    FAILED: { description: 'Its refusal says why; nothing of it is there' },
    CANCELLED: { description: 'By its provider; nothing of it is there' },
  },
});

registerEnumType(DatasetLoadStep, {
  name: 'DatasetLoadStep',
  description:
    'What is done of a load that is running; bytes and rows are counted anew in each step that reads',
  valuesMap: {
    CHECKING: {
      description:
        'Whether the file is what was sent, then how it is written and what its first rows look like',
    },
    COPYING: { description: 'All rows are checked, profiled and stored' },
    COPYING_AGAIN: { description: 'The first rows had misled: all are stored once more, as they are' },
    COUNTING: { description: 'All rows are stored; the subjects and the different values are counted' },
  },
});

@ObjectType('DatasetLoadRefusal', { description: 'Why a load has failed' })
export class DatasetLoadRefusalObject {
  @Field(() => String, { description: 'Permanent name of the refusal' })
  readonly code!: string;

  @Field(() => String, { description: 'What was refused and why, for a person to read' })
  readonly message!: string;

  @Field(() => String, { nullable: true, description: 'What it is about: an input field, a line, a column' })
  readonly path!: string | null;

  @Field(() => String, { nullable: true, description: 'The rule it rests on' })
  readonly rule!: string | null;
}

@ObjectType('DatasetLoad', { description: 'A file that is read into a dataset, by a worker' })
export class DatasetLoadObject {
  @Field(() => GraphQLUuid, { description: 'The load’s id' })
  readonly id!: string;

  @Field(() => DatasetLoadKind, { description: 'What it makes' })
  readonly kind!: DatasetLoadKind;

  @Field(() => DatasetLoadState, { description: 'How far it has come' })
  readonly state!: DatasetLoadState;

  @Field(() => DatasetLoadStep, {
    nullable: true,
    description: 'What is done right now; null: it is not running',
  })
  readonly step!: DatasetLoadStep | null;

  @Field(() => GraphQLUuid, { description: 'The file' })
  readonly uploadId!: string;

  @Field(() => GraphQLBigInt, { description: 'Bytes of the file' })
  readonly byteSize!: bigint;

  @Field(() => GraphQLBigInt, {
    description: 'Bytes read in this step, as of at most a second ago; of a load that is done, all of them',
  })
  readonly bytesRead!: bigint;

  @Field(() => GraphQLBigInt, { description: 'Rows read in this step; of a load that is done, all of them' })
  readonly rowsRead!: bigint;

  @Field(() => Int, { description: 'How often it was begun: again after a worker has died over it' })
  readonly attempts!: number;

  @Field(() => GraphQLInstant, { description: 'When it was asked for' })
  readonly requestedAt!: Date;

  @Field(() => GraphQLInstant, { nullable: true, description: 'When a worker first had it' })
  readonly begunAt!: Date | null;

  @Field(() => GraphQLInstant, { nullable: true, description: 'When it was done, or had failed' })
  readonly endedAt!: Date | null;

  @Field(() => DatasetLoadRefusalObject, { nullable: true, description: 'Why it has failed' })
  readonly refusal!: DatasetLoadRefusalObject | null;
}

export const DatasetLoadConnection = connectionOf('DatasetLoad', DatasetLoadObject);

@InputType({ description: 'A load to cancel' })
export class CancelDatasetLoadInput {
  @Length(1, 64)
  @Field(() => String, { description: 'Chosen by you; the same id sent again changes nothing' })
  readonly clientId!: string;

  @Field(() => GraphQLUuid, { description: 'A load of your party that has not ended' })
  readonly datasetLoadId!: string;
}
