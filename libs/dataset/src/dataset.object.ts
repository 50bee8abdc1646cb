import { Field, InputType, Int, ObjectType, registerEnumType } from '@nestjs/graphql';
import { Type } from 'class-transformer';
import { ArrayMaxSize, ArrayUnique, IsOptional, Length, MaxLength, ValidateNested } from 'class-validator';

import { connectionOf, GraphQLBigInt, GraphQLInstant, GraphQLUuid } from '#libs/graphql';

import { ColumnType } from './column-type.ts';

registerEnumType(ColumnType, {
  name: 'ColumnType',
  description: 'What a column holds; an empty cell is a null of every type',
  valuesMap: {
    TEXT: { description: 'Any text' },
    INTEGER: { description: 'Whole numbers of 64 bits; 007 is a text' },
    DECIMAL: { description: 'Exact decimal numbers' },
    DATE: { description: 'Days, YYYY-MM-DD' },
    BOOLEAN: { description: 'true or false' },
  },
});

@ObjectType('DatasetColumn', { description: 'A column with its profile' })
export class DatasetColumnObject {
  @Field(() => Int, { description: 'Its place, from 1' })
  readonly position!: number;

  @Field(() => String, { description: 'Its name' })
  readonly name!: string;

  @Field(() => ColumnType, { description: 'What it holds' })
  readonly type!: ColumnType;

  @Field(() => Boolean, { description: 'Identifies natural persons; only keyed pseudonyms are stored' })
  readonly isPersonal!: boolean;

  @Field(() => GraphQLBigInt, { nullable: true, description: 'Rows without a value' })
  readonly nulls!: bigint | null;

  @Field(() => GraphQLBigInt, { nullable: true, description: 'Different values' })
  readonly distinctValues!: bigint | null;

  @Field(() => String, { nullable: true, description: 'Smallest value; never of a personal column' })
  readonly minimum!: string | null;

  @Field(() => String, { nullable: true, description: 'Largest value; never of a personal column' })
  readonly maximum!: string | null;
}

@ObjectType('ColumnDifference', { description: 'A column that a version has otherwise than the one before' })
export class ColumnDifferenceObject {
  @Field(() => String, { description: 'The column' })
  readonly column!: string;

  @Field(() => String, {
    nullable: true,
    description: 'Its type before, and whether personal; null: not there',
  })
  readonly before!: string | null;

  @Field(() => String, { nullable: true, description: 'Its type now, and whether personal; null: not there' })
  readonly after!: string | null;
}

@ObjectType('DatasetVersion', { description: 'One load of a dataset; unchangeable once confirmed' })
export class DatasetVersionObject {
  @Field(() => GraphQLUuid, { description: 'The version’s id' })
  readonly id!: string;

  @Field(() => Int, { description: 'Its number, from 1' })
  readonly number!: number;

  @Field(() => String, { description: 'UTF-8 or GB18030, as found' })
  readonly encoding!: string;

  @Field(() => String, { description: 'What parts the cells, as found' })
  readonly delimiter!: string;

  @Field(() => GraphQLBigInt, { description: 'Rows' })
  readonly rowCount!: bigint;

  @Field(() => String, {
    nullable: true,
    description: 'The column that names a row’s subject; null: its number does',
  })
  readonly subjectColumn!: string | null;

  @Field(() => String, { description: 'LOADED or CONFIRMED' })
  readonly state!: string;

  @Field(() => GraphQLInstant, { description: 'When it was loaded' })
  readonly loadedAt!: Date;

  @Field(() => GraphQLInstant, { nullable: true, description: 'When its columns were confirmed' })
  readonly confirmedAt!: Date | null;
}

@ObjectType('Dataset', { description: '数据资源: bytes with a schema' })
export class DatasetObject {
  @Field(() => GraphQLUuid, { description: 'The dataset’s id' })
  readonly id!: string;

  @Field(() => String, { description: 'Its name' })
  readonly name!: string;

  @Field(() => String, { description: 'What it holds' })
  readonly description!: string;

  @Field(() => GraphQLInstant, { description: 'Since when it is known here' })
  readonly registeredAt!: Date;
}

export const DatasetConnection = connectionOf('Dataset', DatasetObject);

const clientId = 'Chosen by you; the same id sent again changes nothing';

@InputType({ description: 'A dataset to register from an uploaded file' })
export class RegisterDatasetInput {
  @Length(1, 64)
  @Field(() => String, { description: clientId })
  readonly clientId!: string;

  @Length(1, 40)
  @Field(() => String, { description: 'Its name, 40 characters at most' })
  readonly name!: string;

  @MaxLength(400)
  @Field(() => String, { description: 'What it holds, 400 characters at most' })
  readonly description!: string;

  @Field(() => GraphQLUuid, { description: 'The file, as POST /uploads has answered' })
  readonly uploadId!: string;

  @IsOptional()
  @Length(1, 100)
  @Field(() => String, {
    nullable: true,
    description: 'The column whose value names a row’s subject; left out, the row’s number from 1 does',
  })
  readonly subjectColumn!: string | null;

  @ArrayMaxSize(1000)
  @ArrayUnique()
  @Field(() => [String], { defaultValue: [], description: 'Columns that identify natural persons' })
  readonly personalColumns!: string[];
}

@InputType({ description: 'A file to add as the next version of a dataset' })
export class AddDatasetVersionInput {
  @Length(1, 64)
  @Field(() => String, { description: clientId })
  readonly clientId!: string;

  @Field(() => GraphQLUuid, { description: 'A dataset of your party' })
  readonly datasetId!: string;

  @Field(() => GraphQLUuid, { description: 'The file; it has the subject column of the version before' })
  readonly uploadId!: string;

  @ArrayMaxSize(1000)
  @ArrayUnique()
  @Field(() => [String], {
    defaultValue: [],
    description: 'Columns that identify natural persons, besides those that did before',
  })
  readonly personalColumns!: string[];
}

@InputType({ description: 'The type of a column' })
export class ColumnChoiceInput {
  @Length(1, 100)
  @Field(() => String, { description: 'The column' })
  readonly name!: string;

  @Field(() => ColumnType, { description: 'The type it has' })
  readonly type!: ColumnType;
}

@InputType({ description: 'The confirmation of a dataset version’s columns' })
export class ConfirmColumnsInput {
  @Length(1, 64)
  @Field(() => String, { description: clientId })
  readonly clientId!: string;

  @Field(() => GraphQLUuid, { description: 'The version' })
  readonly datasetVersionId!: string;

  @ArrayMaxSize(1000)
  @ArrayUnique(({ name }: ColumnChoiceInput) => name)
  @ValidateNested({ each: true })
  @Type(() => ColumnChoiceInput)
  @Field(() => [ColumnChoiceInput], {
    defaultValue: [],
    description: 'Types that differ from the inferred ones',
  })
  readonly columns!: ColumnChoiceInput[];
}
