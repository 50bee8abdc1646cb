import { Field, InputType, Int, ObjectType, registerEnumType } from '@nestjs/graphql';
import { Length } from 'class-validator';

import {
  connectionOf,
  GraphQLBigInt,
  GraphQLDecimal,
  GraphQLInstant,
  GraphQLLegalDate,
  GraphQLUuid,
} from '#libs/graphql';

import { QualityGroup } from '../rule/rule-kind.ts';
import { QualityFault } from './quality-result.entity.ts';

registerEnumType(QualityFault, {
  name: 'QualityFault',
  description: 'Why a rule could not be applied as it was declared',
  valuesMap: {
    COLUMN_MISSING: { description: 'The version has no such column: no row conforms' },
    COLUMN_PERSONAL: { description: 'Only pseudonyms are kept of the column, and no counts: not measured' },
    REFERENCE_MISSING: { description: 'The other dataset has no such column to compare with: not measured' },
    NO_DATE: { description: 'No day was found up to today: not fresh' },
  },
});

@ObjectType('QualityResult', { description: 'What one rule has found: X = A/B' })
export class QualityResultObject {
  @Field(() => GraphQLUuid, { description: 'The rule’s id' })
  readonly ruleId!: string;

  @Field(() => GraphQLBigInt, { description: 'A: what conforms' })
  readonly conforming!: bigint;

  @Field(() => GraphQLBigInt, {
    description: 'B: what was looked at; of empty cells only NOT_NULL takes notice',
  })
  readonly considered!: bigint;

  @Field(() => QualityFault, { nullable: true, description: 'Why it could not be applied as declared' })
  readonly fault!: QualityFault | null;

  @Field(() => GraphQLUuid, {
    nullable: true,
    description: 'REFERENCE: the version the values were looked up in',
  })
  readonly referenceVersionId!: string | null;

  @Field(() => GraphQLLegalDate, { nullable: true, description: 'FRESHNESS: the newest day that was found' })
  readonly newestOn!: string | null;

  @Field(() => Boolean, {
    description:
      'FORMAT of a personal column: counted while the rows were loaded, for only pseudonyms are kept; which rows fail is not known',
  })
  readonly isCountedAtLoad!: boolean;
}

@ObjectType('QualityGroupScore', { description: 'How a group of GB/T 36344 has come out' })
export class QualityGroupScoreObject {
  @Field(() => QualityGroup, { description: 'The group' })
  readonly group!: QualityGroup;

  @Field(() => String, { description: 'Its name: 完整性' })
  readonly name!: string;

  @Field(() => GraphQLDecimal, {
    description: 'The mean of its rules’ X, 0 to 1, rounded down (project model, not the standard’s)',
  })
  readonly score!: string;

  @Field(() => Int, {
    description: 'How many rules it rests on; those that had nothing to measure are not counted',
  })
  readonly rules!: number;
}

@ObjectType('QualityReport', {
  description: '质量报告: what was measured of a version at one instant, signed',
})
export class QualityReportObject {
  @Field(() => GraphQLUuid, { description: 'The report’s id' })
  readonly id!: string;

  @Field(() => GraphQLUuid, { description: 'The dataset' })
  readonly datasetId!: string;

  @Field(() => GraphQLUuid, { description: 'The version that was measured' })
  readonly datasetVersionId!: string;

  @Field(() => GraphQLDecimal, {
    nullable: true,
    description: 'The mean of the groups that were measured (project model); null: nothing was',
  })
  readonly score!: string | null;

  @Field(() => GraphQLInstant, { description: 'When it was measured' })
  readonly measuredAt!: Date;
}

export const QualityReportConnection = connectionOf('QualityReport', QualityReportObject);

@ObjectType('FailingCell', { description: 'What a failing row has in a column of the rule' })
export class FailingCellObject {
  @Field(() => String, { description: 'The column' })
  readonly column!: string;

  @Field(() => String, { nullable: true, description: 'The value; null: none, or hidden' })
  readonly value!: string | null;

  @Field(() => Boolean, { description: 'Whether it is personal, and so not shown' })
  readonly isHidden!: boolean;
}

@ObjectType('FailingRow', { description: 'A row that does not conform to a rule' })
export class FailingRowObject {
  @Field(() => GraphQLBigInt, { description: 'Its number in the file, from 1, without the header' })
  readonly rowNumber!: string;

  @Field(() => [FailingCellObject], { description: 'What the columns of the rule hold' })
  readonly cells!: readonly FailingCellObject[];
}

export const FailingRowConnection = connectionOf('FailingRow', FailingRowObject);

@InputType({ description: 'A version to measure' })
export class MeasureQualityInput {
  @Length(1, 64)
  @Field(() => String, { description: 'Chosen by you; the same id sent again changes nothing' })
  readonly clientId!: string;

  @Field(() => GraphQLUuid, { description: 'A confirmed version of your party' })
  readonly datasetVersionId!: string;
}
