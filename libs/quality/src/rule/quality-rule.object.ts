import { Field, InputType, Int, ObjectType, registerEnumType } from '@nestjs/graphql';
import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  ArrayMinSize,
  ArrayUnique,
  IsOptional,
  Length,
  Max,
  MaxLength,
  MinLength,
  Min,
  ValidateNested,
} from 'class-validator';

import { NamedFormat } from '#libs/dataset';
import { connectionOf, GraphQLInstant, GraphQLUuid } from '#libs/graphql';

import { Charset, Comparison, MAX_RULES, QualityGroup, RuleKind, UpdatePeriod } from './rule-kind.ts';

registerEnumType(QualityGroup, {
  name: 'QualityGroup',
  description: 'The groups of GB/T 36344-2018; which rule counts in which group is this project’s',
  valuesMap: {
    NORMATIVITY: { description: '规范性' },
    COMPLETENESS: { description: '完整性' },
    ACCURACY: { description: '准确性' },
    CONSISTENCY: { description: '一致性' },
    TIMELINESS: { description: '时效性' },
    ACCESSIBILITY: { description: '可访问性' },
  },
});
registerEnumType(RuleKind, {
  name: 'QualityRuleKind',
  description: 'What a rule asks of the data; an empty cell is asked for by NOT_NULL only',
  valuesMap: {
    NOT_NULL: { description: '非空: the cell has a value that is none of `missing`' },
    FORMAT: {
      description:
        '格式: the value has a named format, or matches a pattern; a decimal number as it is stored, 5.00E+05 as 500000',
    },
    RANGE: { description: '值域范围: the value is a number or a day, and within the bounds' },
    CODE_LIST: {
      description:
        '代码表: the value is one of the codes; a number is compared as a number, so that 1.0 is 1',
    },
    UNIQUE: { description: '唯一: no earlier row has the same values in these columns' },
    CROSS_COLUMN: { description: '跨列: the first column compares so with the second' },
    REFERENCE: { description: '跨表引用: the value is in a column of another dataset of the provider' },
    FRESHNESS: {
      description: '时效: the newest day is not older than the promised period; one thing to measure',
    },
    ANSWERED_CALLS: {
      description:
        '应答率: of the calls of 90 days that somebody was entitled to make, those that found a row',
    },
  },
});
registerEnumType(NamedFormat, {
  name: 'NamedFormat',
  description: 'A format with a name',
  valuesMap: {
    USCC: { description: 'GB 32100-2015 unified social credit code, with its check character' },
    RESIDENT_ID: { description: 'GB 11643-1999 identity number, with its day and its check character' },
    MOBILE_PHONE: { description: 'A mobile number of the mainland, 11 digits' },
    POSTCODE: { description: '6 digits' },
    DIVISION_CODE: { description: 'A code of six digits as GB/T 2260 has them' },
    EMAIL: { description: 'An address with an @' },
    DATE: { description: 'An existing day, YYYY-MM-DD' },
    COMPACT_DATE: { description: 'An existing day, YYYYMMDD' },
    DATE_TIME: { description: 'An existing day and a time, YYYY-MM-DD HH:MM[:SS]' },
  },
});
registerEnumType(Charset, {
  name: 'PatternCharset',
  description: 'Which characters a part of a pattern takes',
  valuesMap: {
    DIGIT: { description: '0 to 9' },
    UPPER: { description: 'A to Z' },
    LOWER: { description: 'a to z' },
    LETTER: { description: 'A to Z and a to z' },
    ALPHANUMERIC: { description: 'Letters and digits' },
    HEX: { description: '0 to 9, A to F and a to f' },
    HAN: { description: '汉字' },
    ANY: { description: 'Any character' },
  },
});
registerEnumType(Comparison, {
  name: 'Comparison',
  description: 'How two values compare',
  valuesMap: {
    EQ: { description: 'equal' },
    NE: { description: 'not equal' },
    LT: { description: 'below' },
    LE: { description: 'at most' },
    GT: { description: 'above' },
    GE: { description: 'at least' },
  },
});
registerEnumType(UpdatePeriod, {
  name: 'UpdatePeriod',
  description: 'How often data are promised to be updated',
  valuesMap: {
    DAILY: { description: '按天' },
    WEEKLY: { description: '按周' },
    MONTHLY: { description: '按月' },
    YEARLY: { description: '按年' },
  },
});

@ObjectType('PatternPart', { description: 'A part of a pattern: a text, or so many characters of a set' })
export class PatternPartObject {
  @Field(() => String, { nullable: true, description: 'This text as it stands' })
  readonly literal!: string | null;

  @Field(() => Charset, { nullable: true, description: 'Characters of this set …' })
  readonly charset!: Charset | null;

  @Field(() => Int, { nullable: true, description: '… so many at least …' })
  readonly min!: number | null;

  @Field(() => Int, { nullable: true, description: '… and at most' })
  readonly max!: number | null;
}

/** What a rule says, of one that is declared as of one that is proposed. */
@ObjectType({ isAbstract: true })
abstract class RuleObject {
  @Field(() => RuleKind, { description: 'What it asks' })
  readonly kind!: RuleKind;

  @Field(() => QualityGroup, { description: 'Where its rate counts' })
  readonly group!: QualityGroup;

  @Field(() => [String], { description: 'The columns it is about' })
  readonly columns!: readonly string[];

  @Field(() => [String], { nullable: true, description: 'NOT_NULL: values that stand for a missing one' })
  readonly missing!: readonly string[] | null;

  @Field(() => NamedFormat, { nullable: true, description: 'FORMAT: the named format' })
  readonly format!: NamedFormat | null;

  @Field(() => [PatternPartObject], { nullable: true, description: 'FORMAT: the pattern' })
  readonly pattern!: readonly PatternPartObject[] | null;

  @Field(() => String, { nullable: true, description: 'RANGE: the smallest that conforms' })
  readonly minimum!: string | null;

  @Field(() => String, { nullable: true, description: 'RANGE: the largest that conforms' })
  readonly maximum!: string | null;

  @Field(() => [String], { nullable: true, description: 'CODE_LIST: the codes' })
  readonly codes!: readonly string[] | null;

  @Field(() => Comparison, { nullable: true, description: 'CROSS_COLUMN: the comparison' })
  readonly comparison!: Comparison | null;

  @Field(() => GraphQLUuid, { nullable: true, description: 'REFERENCE: the other dataset' })
  readonly referenceDatasetId!: string | null;

  @Field(() => String, { nullable: true, description: 'REFERENCE: its column' })
  readonly referenceColumn!: string | null;

  @Field(() => UpdatePeriod, { nullable: true, description: 'FRESHNESS: the promised period' })
  readonly period!: UpdatePeriod | null;
}

@ObjectType('QualityRule', { description: '质量规则: what a provider says that its data keep' })
export class QualityRuleObject extends RuleObject {
  @Field(() => GraphQLUuid, { description: 'The rule’s id' })
  readonly id!: string;

  @Field(() => GraphQLUuid, { description: 'The dataset it is of' })
  readonly datasetId!: string;

  @Field(() => GraphQLInstant, { description: 'When it was declared' })
  readonly declaredAt!: Date;

  @Field(() => GraphQLInstant, { nullable: true, description: 'Since when it is measured no more' })
  readonly retiredAt!: Date | null;
}

export const QualityRuleConnection = connectionOf('QualityRule', QualityRuleObject);

@ObjectType('ProposedQualityRule', { description: 'A rule that the profile of a version suggests' })
export class ProposedQualityRuleObject extends RuleObject {
  @Field(() => String, { description: 'Why' })
  readonly ground!: string;
}

@ObjectType('DeclaredQualityRules', { description: 'Rules that were declared together' })
export class DeclaredQualityRulesObject {
  @Field(() => [QualityRuleObject], { description: 'The rules, in their order' })
  readonly rules!: readonly QualityRuleObject[];
}

const clientId = 'Chosen by you; the same id sent again changes nothing';

@InputType({ description: 'A part of a pattern: `literal`, or else `charset` with `min` and `max`' })
export class PatternPartInput {
  @IsOptional()
  // May be a space.
  @MinLength(1)
  @MaxLength(50)
  @Field(() => String, { nullable: true, description: 'This text as it stands' })
  readonly literal!: string | null;

  @Field(() => Charset, { nullable: true, description: 'Characters of this set' })
  readonly charset!: Charset | null;

  @IsOptional()
  @Min(0)
  @Max(100)
  @Field(() => Int, { nullable: true, description: 'So many at least; 1, if it is left out' })
  readonly min!: number | null;

  @IsOptional()
  @Min(1)
  @Max(100)
  @Field(() => Int, {
    nullable: true,
    description: 'So many at most; as many as at least, if it is left out',
  })
  readonly max!: number | null;
}

@InputType({ description: 'A rule to declare; each kind takes what its fields say and nothing else' })
export class QualityRuleInput {
  @Field(() => RuleKind, { description: 'What it asks' })
  readonly kind!: RuleKind;

  @Field(() => QualityGroup, {
    nullable: true,
    description: 'Where its rate counts; left out: the usual group of its kind',
  })
  readonly group!: QualityGroup | null;

  @ArrayMaxSize(50)
  @ArrayUnique()
  @Length(1, 100, { each: true })
  @Field(() => [String], { defaultValue: [], description: 'The columns it is about, by name' })
  readonly columns!: string[];

  @IsOptional()
  @ArrayMaxSize(20)
  @Length(1, 100, { each: true })
  @Field(() => [String], {
    nullable: true,
    description: 'NOT_NULL: values that stand for a missing one: "-9"; numbers are compared as numbers',
  })
  readonly missing!: string[] | null;

  @Field(() => NamedFormat, { nullable: true, description: 'FORMAT: a named format, or else a pattern' })
  readonly format!: NamedFormat | null;

  @IsOptional()
  @ArrayMinSize(1)
  @ArrayMaxSize(20)
  @ValidateNested({ each: true })
  @Type(() => PatternPartInput)
  @Field(() => [PatternPartInput], {
    nullable: true,
    description: 'FORMAT: the parts of the whole value, in order',
  })
  readonly pattern!: PatternPartInput[] | null;

  @IsOptional()
  @Length(1, 60)
  @Field(() => String, { nullable: true, description: 'RANGE: the smallest number or day that conforms' })
  readonly minimum!: string | null;

  @IsOptional()
  @Length(1, 60)
  @Field(() => String, { nullable: true, description: 'RANGE: the largest number or day that conforms' })
  readonly maximum!: string | null;

  @IsOptional()
  @ArrayMaxSize(500)
  @Length(1, 100, { each: true })
  @Field(() => [String], {
    nullable: true,
    description: 'CODE_LIST: the codes, to the character but for numbers',
  })
  readonly codes!: string[] | null;

  @Field(() => Comparison, {
    nullable: true,
    description: 'CROSS_COLUMN: the first column compares so with the second',
  })
  readonly comparison!: Comparison | null;

  @Field(() => GraphQLUuid, { nullable: true, description: 'REFERENCE: another dataset of your party' })
  readonly referenceDatasetId!: string | null;

  @IsOptional()
  @Length(1, 100)
  @Field(() => String, { nullable: true, description: 'REFERENCE: its column' })
  readonly referenceColumn!: string | null;

  @Field(() => UpdatePeriod, {
    nullable: true,
    description: 'FRESHNESS: the promised period; the columns name a day, or none: the day of loading counts',
  })
  readonly period!: UpdatePeriod | null;
}

@InputType({ description: 'Rules to declare together: all of them, or none' })
export class DeclareQualityRulesInput {
  @Length(1, 64)
  @Field(() => String, { description: clientId })
  readonly clientId!: string;

  @Field(() => GraphQLUuid, { description: 'A dataset of your party with a confirmed version' })
  readonly datasetId!: string;

  @ArrayMinSize(1)
  @ArrayMaxSize(MAX_RULES)
  @ValidateNested({ each: true })
  @Type(() => QualityRuleInput)
  @Field(() => [QualityRuleInput], { description: 'The rules' })
  readonly rules!: QualityRuleInput[];
}

@InputType({ description: 'A rule to measure no more' })
export class RetireQualityRuleInput {
  @Length(1, 64)
  @Field(() => String, { description: clientId })
  readonly clientId!: string;

  @Field(() => GraphQLUuid, { description: 'A rule of your party' })
  readonly ruleId!: string;
}
