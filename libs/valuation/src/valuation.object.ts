import { Field, InputType, ObjectType } from '@nestjs/graphql';
import { Type } from 'class-transformer';
import { ArrayMaxSize, ArrayMinSize, IsOptional, Length, ValidateNested } from 'class-validator';

import { connectionOf, GraphQLDecimal, GraphQLInstant, GraphQLLegalDate, GraphQLUuid } from '#libs/graphql';

@ObjectType('Evaluation', { description: '评估: what an asset was calculated to be worth, and from what' })
export class EvaluationObject {
  @Field(() => GraphQLUuid, { description: 'The evaluation’s id' })
  readonly id!: string;

  @Field(() => GraphQLUuid, { description: 'The asset' })
  readonly assetId!: string;

  @Field(() => String, { description: 'INCOME or COST' })
  readonly method!: string;

  @Field(() => String, { description: 'The formula and its version; `pdx calc` has it under the same name' })
  readonly formulaVersion!: string;

  @Field(() => String, { description: 'What went in, JSON' })
  readonly inputs!: string;

  @Field(() => String, { description: 'What came out, JSON' })
  readonly result!: string;

  @Field(() => GraphQLDecimal, { description: 'The value in units of the currency, rounded to the fen' })
  readonly value!: string;

  @Field(() => String, { description: 'ISO 4217' })
  readonly currency!: string;

  @Field(() => GraphQLLegalDate, { description: '评估基准日: the day the value is of' })
  readonly baseDate!: string;

  @Field(() => GraphQLUuid, { description: 'The firm that has valued' })
  readonly evaluatorId!: string;

  @Field(() => GraphQLInstant, { description: 'When' })
  readonly evaluatedAt!: Date;
}

export const EvaluationConnection = connectionOf('Evaluation', EvaluationObject);

@InputType({
  description: 'Capital asset pricing model: risk-free rate + beta × (market return − risk-free rate)',
})
export class CapmInput {
  @Field(() => GraphQLDecimal, { description: 'As a decimal: 0.03 is three per cent' })
  readonly riskFree!: string;

  @Field(() => GraphQLDecimal, { description: 'As a decimal' })
  readonly marketReturn!: string;

  @Field(() => GraphQLDecimal, { description: 'Sensitivity to the market' })
  readonly beta!: string;
}

@InputType({ description: 'Inputs of the income method' })
export class IncomeInput {
  @ArrayMinSize(1)
  @ArrayMaxSize(100)
  @Field(() => [GraphQLDecimal], { description: 'Yuan at the ends of the years 1 … n' })
  readonly cashFlows!: string[];

  @IsOptional()
  @Field(() => GraphQLDecimal, { nullable: true, description: 'As a decimal, not below 0; or give `capm`' })
  readonly discountRate!: string | null;

  @IsOptional()
  @ValidateNested()
  @Type(() => CapmInput)
  @Field(() => CapmInput, { nullable: true, description: 'Instead of a discount rate' })
  readonly capm!: CapmInput | null;

  @IsOptional()
  @Field(() => GraphQLDecimal, { nullable: true, description: 'Yuan of every year after n, for ever' })
  readonly terminalCashFlow!: string | null;
}

@InputType({ description: 'Inputs of the cost method' })
export class CostInput {
  @Field(() => GraphQLDecimal, { description: 'Yuan, when the data was made' })
  readonly historicalCost!: string;

  @ArrayMaxSize(100)
  @Field(() => [GraphQLDecimal], {
    description: 'Yearly changes of the price level since, as decimals; 0 where there was none',
  })
  readonly priceChanges!: string[];

  @Field(() => GraphQLDecimal, { description: 'Years used' })
  readonly usedYears!: string;

  @Field(() => GraphQLDecimal, { description: 'Years of use that are left' })
  readonly remainingYears!: string;
}

@InputType({ description: 'An evaluation to make: either `income` or `cost`' })
export class EvaluateAssetInput {
  @Length(1, 64)
  @Field(() => String, { description: 'Chosen by you; the same id sent again changes nothing' })
  readonly clientId!: string;

  @Field(() => GraphQLUuid, { description: 'A registered asset of another party' })
  readonly assetId!: string;

  @Field(() => GraphQLLegalDate, { description: '评估基准日' })
  readonly baseDate!: string;

  @IsOptional()
  @ValidateNested()
  @Type(() => IncomeInput)
  @Field(() => IncomeInput, { nullable: true, description: 'By expected income' })
  readonly income!: IncomeInput | null;

  @IsOptional()
  @ValidateNested()
  @Type(() => CostInput)
  @Field(() => CostInput, { nullable: true, description: 'By what it would cost to make again' })
  readonly cost!: CostInput | null;
}
