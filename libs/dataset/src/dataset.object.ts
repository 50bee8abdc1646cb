import { Field, InputType, Int, ObjectType, registerEnumType } from '@nestjs/graphql';
import { Type } from 'class-transformer';
import { ArrayMaxSize, ArrayUnique, IsOptional, Length, MaxLength, ValidateNested } from 'class-validator';

import { connectionOf, GraphQLBigInt, GraphQLDecimal, GraphQLInstant, GraphQLUuid } from '#libs/graphql';

import { DataDifferenceKind, RowMatch } from './data-differences.query.ts';
import { ColumnMeaning } from './profile/column-meaning.ts';
import { ColumnType } from './profile/column-type.ts';
import { FileFormat } from './reading/table-format.ts';

registerEnumType(ColumnType, {
  name: 'ColumnType',
  description: 'What a column holds; an empty cell is a null of every type',
  valuesMap: {
    TEXT: { description: 'Any text' },
    INTEGER: { description: 'Whole numbers of 64 bits; 007 is a text' },
    DECIMAL: {
      description: 'Exact decimal numbers; 1,234.50 and ¥1234.5元 are read as such, 万元 is a text',
    },
    DATE: { description: 'Days, YYYY-MM-DD; 2025/3/1, 2025.3.1 and 2025年3月1日 are read as such' },
    BOOLEAN: { description: 'true or false' },
  },
});

registerEnumType(ColumnMeaning, {
  name: 'ColumnMeaning',
  description: 'What the values of a column are, beside the type they are stored as',
  valuesMap: {
    RESIDENT_ID: {
      description: '公民身份号码: 18 characters, GB 11643, with its check character; always personal',
    },
    USCC: { description: '统一社会信用代码: 18 characters, GB 32100, with its check character' },
    MOBILE_PHONE: { description: '手机号码: of eleven digits, with or without +86' },
    DATE: { description: '日期: a day of the calendar, in one of its usual writings, maybe with a time' },
    REGION_CODE: { description: '行政区划代码: six digits as in GB/T 2260' },
    AMOUNT: { description: '金额: written with two decimals, parted thousands or a currency' },
    CODE: { description: '代码: one of at most 32 values that come ten times each or more' },
    QUANTITY: { description: '数量: any other number' },
    FREE_TEXT: { description: '文本: any other text' },
  },
});

registerEnumType(FileFormat, {
  name: 'FileFormat',
  description: 'How a file holds its table',
  valuesMap: {
    CSV: { description: 'Lines of cells, parted by a comma, a semicolon or a bar' },
    TSV: { description: 'Lines of cells, parted by a tab' },
    JSON_LINES: { description: 'A JSON object a line, without objects or lists in it' },
    PARQUET: { description: 'Apache Parquet, flat' },
  },
});

@ObjectType('ValueCount', { description: 'A value and how often it is there' })
export class ValueCountObject {
  @Field(() => String, { description: 'The value' })
  readonly value!: string;

  @Field(() => GraphQLBigInt, { description: 'Rows that have it' })
  readonly rows!: bigint;
}

@ObjectType('DatasetColumn', { description: 'A column with its profile' })
export class DatasetColumnObject {
  @Field(() => Int, { description: 'Its place, from 1' })
  readonly position!: number;

  @Field(() => String, { description: 'Its name' })
  readonly name!: string;

  @Field(() => ColumnType, { description: 'What it holds' })
  readonly type!: ColumnType;

  @Field(() => Boolean, {
    description:
      'Identifies natural persons, so that only keyed pseudonyms are stored: as its name (姓名, 联系电话, 住址) or its values suggest, until the provider says otherwise',
  })
  readonly isPersonal!: boolean;

  @Field(() => GraphQLBigInt, { nullable: true, description: 'Rows without a value' })
  readonly nulls!: bigint | null;

  @Field(() => GraphQLBigInt, { nullable: true, description: 'Different values' })
  readonly distinctValues!: bigint | null;

  @Field(() => String, { nullable: true, description: 'Smallest value; never of a personal column' })
  readonly minimum!: string | null;

  @Field(() => String, { nullable: true, description: 'Largest value; never of a personal column' })
  readonly maximum!: string | null;

  @Field(() => ColumnMeaning, {
    nullable: true,
    description:
      'What its values are: as proposed until the provider says otherwise; null: it has none, or came before there were meanings',
  })
  readonly meaning!: ColumnMeaning | null;

  @Field(() => ColumnMeaning, {
    nullable: true,
    description: 'What the values were taken for; a column of resident ids or phones is proposed as personal',
  })
  readonly proposedMeaning!: ColumnMeaning | null;

  @Field(() => GraphQLDecimal, {
    nullable: true,
    description: 'Values that are what they were taken for, of all there are: rounded down, 1 is all of them',
  })
  readonly proposedShare!: string | null;

  @Field(() => GraphQLDecimal, {
    nullable: true,
    description:
      'Mean of a column of numbers, exact if it ends within 16 decimals more than they have; never of a personal column',
  })
  readonly mean!: string | null;

  @Field(() => Int, {
    nullable: true,
    description: 'Characters of the shortest text; never of a personal column',
  })
  readonly shortest!: number | null;

  @Field(() => Int, {
    nullable: true,
    description: 'Characters of the longest text; never of a personal column',
  })
  readonly longest!: number | null;

  @Field(() => [ValueCountObject], {
    description: 'Of codes and truth values, the most frequent first, 50 at most; never of a personal column',
  })
  readonly frequentValues!: readonly ValueCountObject[];
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

registerEnumType(DataDifferenceKind, {
  name: 'DataDifferenceKind',
  description: 'How a row differs from what the other version has of its subject',
  valuesMap: {
    ADDED: { description: 'The other version has no row of this subject' },
    REMOVED: { description: 'Only the other version has a row of this subject' },
    CHANGED: { description: 'Both have a row, with other values' },
  },
});

registerEnumType(RowMatch, {
  name: 'RowMatch',
  description: 'What makes a row of one version and a row of another the same subject',
  valuesMap: {
    SUBJECT_COLUMN: { description: 'Both have the same value in the subject column' },
    ROW_NUMBER: {
      description:
        'Both have the same number in their files, as there is no subject column: it says nothing as soon as a row was put in or taken out, or rows were sorted',
    },
  },
});

@ObjectType('DataDifference', { description: 'A row that differs between two versions' })
export class DataDifferenceObject {
  @Field(() => DataDifferenceKind, { description: 'How it differs' })
  readonly kind!: DataDifferenceKind;

  @Field(() => String, {
    nullable: true,
    description: 'Its subject; null: the subjects are natural persons, or numbers of rows',
  })
  readonly subject!: string | null;

  @Field(() => GraphQLBigInt, {
    nullable: true,
    description: 'Its row in the file of the other version, from 1',
  })
  readonly rowBefore!: number | null;

  @Field(() => GraphQLBigInt, { nullable: true, description: 'Its row in the file of this version, from 1' })
  readonly rowAfter!: number | null;

  @Field(() => [String], { description: 'The columns that have another value' })
  readonly columns!: readonly string[];
}

@ObjectType('DataDifferences', { description: 'What a version holds otherwise than another of its dataset' })
export class DataDifferencesObject {
  @Field(() => RowMatch, { description: 'What rows were matched by' })
  readonly matchedBy!: RowMatch;

  @Field(() => String, { nullable: true, description: 'The subject column; null: matched by row number' })
  readonly subjectColumn!: string | null;

  @Field(() => GraphQLBigInt, { description: 'Subjects that only this version has' })
  readonly added!: number;

  @Field(() => GraphQLBigInt, { description: 'Subjects that only the other version has' })
  readonly removed!: number;

  @Field(() => GraphQLBigInt, {
    description: 'Subjects of both that have another value in a compared column',
  })
  readonly changed!: number;

  @Field(() => GraphQLBigInt, { description: 'Subjects that both versions have' })
  readonly inBoth!: number;

  @Field(() => [String], {
    description: 'Columns that both have, personal in both or in neither; numbers are compared as numbers',
  })
  readonly comparedColumns!: readonly string[];

  @Field(() => [DataDifferenceObject], { description: 'The first of each kind, by their rows' })
  readonly first!: readonly DataDifferenceObject[];
}

@ObjectType('DatasetVersion', { description: 'One load of a dataset; unchangeable once confirmed' })
export class DatasetVersionObject {
  @Field(() => GraphQLUuid, { description: 'The version’s id' })
  readonly id!: string;

  @Field(() => Int, { description: 'Its number, from 1' })
  readonly number!: number;

  @Field(() => FileFormat, { description: 'How the file holds its table, as found' })
  readonly fileFormat!: FileFormat;

  @Field(() => String, { description: 'UTF-8 or GB18030, as found' })
  readonly encoding!: string;

  @Field(() => String, { description: 'What parts the cells, as found; empty: nothing does' })
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
const ofLoad = `${clientId}, also after the load has failed: another one has the file read again`;

@InputType({ description: 'A dataset to register from an uploaded file' })
export class RegisterDatasetInput {
  @Length(1, 64)
  @Field(() => String, { description: ofLoad })
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
    description:
      'The column whose value names a row’s subject; left out, the row’s number from 1 does, unless one is confirmed with the columns',
  })
  readonly subjectColumn!: string | null;

  @ArrayMaxSize(1000)
  @ArrayUnique()
  @Length(1, 100, { each: true })
  @Field(() => [String], {
    defaultValue: [],
    description: 'Columns that identify natural persons, besides those that are taken for such',
  })
  readonly personalColumns!: string[];
}

@InputType({ description: 'A file to add as the next version of a dataset' })
export class AddDatasetVersionInput {
  @Length(1, 64)
  @Field(() => String, { description: ofLoad })
  readonly clientId!: string;

  @Field(() => GraphQLUuid, { description: 'A dataset of your party' })
  readonly datasetId!: string;

  @Field(() => GraphQLUuid, { description: 'The file; it has the subject column of the version before' })
  readonly uploadId!: string;

  @ArrayMaxSize(1000)
  @ArrayUnique()
  @Length(1, 100, { each: true })
  @Field(() => [String], {
    defaultValue: [],
    description: 'Columns that identify natural persons, besides those that did before',
  })
  readonly personalColumns!: string[];
}

@InputType({ description: 'What a column is; what is left out stays as it is' })
export class ColumnChoiceInput {
  @Length(1, 100)
  @Field(() => String, { description: 'The column' })
  readonly name!: string;

  @Field(() => ColumnType, { nullable: true, description: 'The type it has' })
  readonly type!: ColumnType | null;

  @Field(() => ColumnMeaning, { nullable: true, description: 'What its values are' })
  readonly meaning!: ColumnMeaning | null;

  @Field(() => Boolean, {
    nullable: true,
    description: 'Whether it identifies natural persons; resident ids always do',
  })
  readonly isPersonal!: boolean | null;
}

@InputType({ description: 'The confirmation of a dataset version’s columns' })
export class ConfirmColumnsInput {
  @Length(1, 64)
  @Field(() => String, { description: clientId })
  readonly clientId!: string;

  @Field(() => GraphQLUuid, { description: 'The version' })
  readonly datasetVersionId!: string;

  @ArrayMaxSize(1000)
  @ArrayUnique(({ name }: ColumnChoiceInput) => name, { message: 'must not name a column twice' })
  @ValidateNested({ each: true })
  @Type(() => ColumnChoiceInput)
  @Field(() => [ColumnChoiceInput], {
    defaultValue: [],
    description: 'Columns that are something else than inferred',
  })
  readonly columns!: ColumnChoiceInput[];

  @IsOptional()
  @Length(1, 100)
  @Field(() => String, {
    nullable: true,
    description:
      'Of a first version: the column whose value names a row’s subject, such as `proposedSubjectColumn`; left out, as it is',
  })
  readonly subjectColumn!: string | null;
}
