import { Field, InputType, Int } from '@nestjs/graphql';
import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  ArrayMinSize,
  ArrayUnique,
  IsOptional,
  Length,
  Max,
  MaxLength,
  Min,
  ValidateNested,
} from 'class-validator';

import { GraphQLDecimal, GraphQLUuid } from '#libs/graphql';

import { Operator } from './product-kind.ts';

const clientId = 'Chosen by you; the same id sent again changes nothing';

@InputType({ description: 'A comparison of one column' })
export class ConditionInput {
  @Length(1, 100)
  @Field(() => String, { description: 'The column' })
  readonly column!: string;

  @Field(() => Operator, { description: 'The comparison' })
  readonly operator!: Operator;

  @IsOptional()
  @Length(1, 200)
  @Field(() => String, { nullable: true, description: 'The value as text, of the column’s type' })
  readonly value!: string | null;
}

@InputType({ description: 'A rule: when all conditions hold, conclude' })
export class ConclusionRuleInput {
  @ArrayMinSize(1)
  @ArrayMaxSize(10)
  @ValidateNested({ each: true })
  @Type(() => ConditionInput)
  @Field(() => [ConditionInput], { description: 'All of these' })
  readonly when!: ConditionInput[];

  @Length(1, 100)
  @Field(() => String, { description: 'The conclusion' })
  readonly conclude!: string;
}

@InputType({ description: 'A declared conclusion; the first rule that holds says it' })
export class ConclusionInput {
  @ArrayMinSize(1)
  @ArrayMaxSize(20)
  @ValidateNested({ each: true })
  @Type(() => ConclusionRuleInput)
  @Field(() => [ConclusionRuleInput], { description: 'In order' })
  readonly rules!: ConclusionRuleInput[];

  @Length(1, 100)
  @Field(() => String, { description: 'The conclusion when no rule holds' })
  readonly otherwise!: string;
}

@InputType({ description: 'A product to declare: either `fields` or `conclusion`' })
export class DeclareProductInput {
  @Length(1, 64)
  @Field(() => String, { description: clientId })
  readonly clientId!: string;

  @Field(() => GraphQLUuid, { description: 'A registered asset of your party' })
  readonly assetId!: string;

  @Length(1, 30)
  @Field(() => String, { description: 'The zone it belongs to' })
  readonly zoneCode!: string;

  @Length(1, 40)
  @Field(() => String, { description: 'Its name, 40 characters at most' })
  readonly name!: string;

  @MaxLength(400)
  @Field(() => String, { description: 'What it is for, 400 characters at most' })
  readonly description!: string;

  @IsOptional()
  @ArrayMinSize(1)
  @ArrayMaxSize(50)
  @ArrayUnique()
  @Field(() => [String], { nullable: true, description: 'The columns that may be asked' })
  readonly fields!: string[] | null;

  @IsOptional()
  @ValidateNested()
  @Type(() => ConclusionInput)
  @Field(() => ConclusionInput, { nullable: true, description: 'The one conclusion it answers' })
  readonly conclusion!: ConclusionInput | null;

  @Field(() => Boolean, { description: 'Whether each call needs the consent of the person it is about' })
  readonly demandsConsent!: boolean;
}

@InputType({ description: 'The terms of a listing' })
export class ListProductInput {
  @Length(1, 64)
  @Field(() => String, { description: clientId })
  readonly clientId!: string;

  @Field(() => GraphQLUuid, { description: 'A declared product' })
  readonly productId!: string;

  @Field(() => GraphQLDecimal, { description: 'Yuan per answered call, ten decimals at most' })
  readonly pricePerCall!: string;

  @Min(0)
  @Max(1_000_000)
  @Field(() => Int, { description: 'The provider’s share; only the proportions matter' })
  readonly providerWeight!: number;

  @Min(0)
  @Max(1_000_000)
  @Field(() => Int, { description: 'The operator’s share' })
  readonly operatorWeight!: number;

  @Min(0)
  @Max(1_000_000)
  @Field(() => Int, { description: 'The platform’s share' })
  readonly platformWeight!: number;
}

@InputType({ description: 'A product to take off the catalogue' })
export class DelistProductInput {
  @Length(1, 64)
  @Field(() => String, { description: clientId })
  readonly clientId!: string;

  @Field(() => GraphQLUuid, { description: 'A listed product' })
  readonly productId!: string;
}
