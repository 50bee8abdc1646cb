import { Field, InputType, ObjectType, registerEnumType } from '@nestjs/graphql';
import { Type } from 'class-transformer';
import { ArrayMaxSize, IsOptional, Length, MaxLength, ValidateNested } from 'class-validator';

import { connectionOf, GraphQLInstant, GraphQLUuid } from '#libs/graphql';

import { ClassificationLevel } from './classification-level.ts';
import { ClassificationState } from './classification.entity.ts';

registerEnumType(ClassificationLevel, {
  name: 'ClassificationLevel',
  description: '数据分级, the highest that applies (就高从严)',
  valuesMap: {
    GENERAL_1: { description: '一般数据1级' },
    GENERAL_2: { description: '一般数据2级' },
    GENERAL_3: { description: '一般数据3级' },
    GENERAL_4: { description: '一般数据4级: fields are offered with the consent of the person only' },
    IMPORTANT: { description: '重要数据: only a conclusion is offered, no field leaves' },
    CORE: { description: '核心数据: neither registered nor listed' },
  },
});
registerEnumType(ClassificationState, {
  name: 'ClassificationState',
  description: 'How far a proposed level has come',
  valuesMap: {
    PROPOSED: { description: '待确认' },
    CONFIRMED: { description: '已确认: the newest one counts' },
    REJECTED: { description: '未通过' },
  },
});

@ObjectType('ColumnLevel', { description: 'The level of a column' })
export class ColumnLevelObject {
  @Field(() => String, { description: 'The column' })
  readonly column!: string;

  @Field(() => ClassificationLevel, { description: 'Its level' })
  readonly level!: ClassificationLevel;

  @Field(() => ClassificationLevel, { description: 'What the rules propose for it' })
  readonly proposed!: ClassificationLevel;

  @Field(() => String, { description: 'Why' })
  readonly ground!: string;
}

@ObjectType('ProposedClassification', {
  description:
    'What names and types of columns suggest (rules of this project); a person confirms or corrects it',
})
export class ProposedClassificationObject {
  @Field(() => ClassificationLevel, { description: 'The highest of the columns' })
  readonly level!: ClassificationLevel;

  @Field(() => [ColumnLevelObject], { description: 'Column by column' })
  readonly columns!: readonly ColumnLevelObject[];
}

@ObjectType('Classification', { description: '数据分级 of a dataset version' })
export class ClassificationObject {
  @Field(() => GraphQLUuid, { description: 'Its id' })
  readonly id!: string;

  @Field(() => GraphQLUuid, { description: 'The dataset' })
  readonly datasetId!: string;

  @Field(() => GraphQLUuid, { description: 'The version' })
  readonly datasetVersionId!: string;

  @Field(() => ClassificationLevel, { description: 'The level of the whole' })
  readonly level!: ClassificationLevel;

  @Field(() => [ColumnLevelObject], { description: 'Column by column' })
  readonly columns!: readonly ColumnLevelObject[];

  @Field(() => String, { description: 'What the proposer said to it' })
  readonly reason!: string;

  @Field(() => ClassificationState, { description: 'How far it has come' })
  readonly state!: ClassificationState;

  @Field(() => GraphQLInstant, { description: 'When it was proposed' })
  readonly proposedAt!: Date;

  @Field(() => GraphQLInstant, { nullable: true, description: 'When it was decided on' })
  readonly decidedAt!: Date | null;

  @Field(() => String, { nullable: true, description: 'What was said to the decision' })
  readonly decisionReason!: string | null;
}

export const ClassificationConnection = connectionOf('Classification', ClassificationObject);

const clientId = 'Chosen by you; the same id sent again changes nothing';

@InputType({ description: 'A column whose level is not the proposed one' })
export class ColumnLevelInput {
  @Length(1, 100)
  @Field(() => String, { description: 'The column' })
  readonly column!: string;

  @Field(() => ClassificationLevel, { description: 'Its level' })
  readonly level!: ClassificationLevel;

  @MaxLength(400)
  @Field(() => String, { defaultValue: '', description: 'Why; needed for less than what is proposed' })
  readonly ground!: string;
}

@InputType({ description: 'A level to propose for a version' })
export class ProposeClassificationInput {
  @Length(1, 64)
  @Field(() => String, { description: clientId })
  readonly clientId!: string;

  @Field(() => GraphQLUuid, { description: 'A confirmed version of your party' })
  readonly datasetVersionId!: string;

  @Field(() => ClassificationLevel, {
    nullable: true,
    description: 'The level of the whole, not below that of a column; left out: the highest of the columns',
  })
  readonly level!: ClassificationLevel | null;

  @ArrayMaxSize(1000)
  @ValidateNested({ each: true })
  @Type(() => ColumnLevelInput)
  @Field(() => [ColumnLevelInput], { defaultValue: [], description: 'Columns that are not as proposed' })
  readonly columns!: ColumnLevelInput[];

  @MaxLength(2000)
  @Field(() => String, { defaultValue: '', description: 'What is to be said to it' })
  readonly reason!: string;
}

@InputType({ description: 'The decision on a proposed level' })
export class DecideClassificationInput {
  @Length(1, 64)
  @Field(() => String, { description: clientId })
  readonly clientId!: string;

  @Field(() => GraphQLUuid, { description: 'A proposal that somebody else of your party has made' })
  readonly classificationId!: string;

  @Field(() => Boolean, { description: 'Whether it is confirmed' })
  readonly isConfirmed!: boolean;

  @IsOptional()
  @Length(1, 2000)
  @Field(() => String, { nullable: true, description: 'Why; needed to reject' })
  readonly reason!: string | null;
}
