import { Field, InputType, Int } from '@nestjs/graphql';
import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  ArrayMinSize,
  ArrayUnique,
  IsOptional,
  Length,
  Matches,
  Max,
  Min,
  ValidateNested,
} from 'class-validator';

import { GraphQLDecimal, GraphQLLegalDate, GraphQLUuid } from '#libs/graphql';

import { ValuationKind, ValuationPurpose } from './engagement-state.ts';

const clientId = 'Chosen by you; the same id sent again changes nothing';
const engagementId = 'The engagement';

@InputType({ description: '委托: a valuation to commission' })
export class CommissionValuationInput {
  @Length(1, 64)
  @Field(() => String, { description: clientId })
  readonly clientId!: string;

  @Field(() => ValuationKind, { description: '评价 by the centre, or 评估 by a firm' })
  readonly kind!: ValuationKind;

  @Field(() => GraphQLUuid, { description: 'A registered asset of your party' })
  readonly assetId!: string;

  @Field(() => GraphQLUuid, { description: 'Who is to value it' })
  readonly firmId!: string;

  @Field(() => ValuationPurpose, { description: '评估目的: what the value is for' })
  readonly purpose!: ValuationPurpose;

  @Length(1, 400)
  @Field(() => String, { description: '使用范围: for whom and for what, in words (资产评估法 Art. 32)' })
  readonly useScope!: string;

  @Field(() => GraphQLLegalDate, { description: '评估基准日: the day the value is of, today at the latest' })
  readonly baseDate!: string;

  @Field(() => Boolean, { defaultValue: false, description: '法定评估 (资产评估法 Art. 3)' })
  readonly isStatutory!: boolean;

  @Field(() => Boolean, {
    defaultValue: false,
    description: 'The state owns the holder: the report is filed (备案) before it is used',
  })
  readonly isStateOwned!: boolean;
}

@InputType({ description: 'Takes an engagement' })
export class AcceptValuationInput {
  @Length(1, 64)
  @Field(() => String, { description: clientId })
  readonly clientId!: string;

  @Field(() => GraphQLUuid, { description: engagementId })
  readonly engagementId!: string;

  @ArrayMinSize(1)
  @ArrayMaxSize(10)
  @ArrayUnique()
  @Field(() => [GraphQLUuid], { description: 'Who is in charge: two of your appraisers at least (Art. 24)' })
  readonly personIds!: string[];
}

@InputType({ description: 'Ends an engagement for the firm' })
export class DeclineValuationInput {
  @Length(1, 64)
  @Field(() => String, { description: clientId })
  readonly clientId!: string;

  @Field(() => GraphQLUuid, { description: engagementId })
  readonly engagementId!: string;

  @Length(1, 400)
  @Field(() => String, { description: 'Why; who has commissioned it reads this' })
  readonly reason!: string;
}

@InputType({ description: 'Lets go of a valuation' })
export class WithdrawValuationInput {
  @Length(1, 64)
  @Field(() => String, { description: clientId })
  readonly clientId!: string;

  @Field(() => GraphQLUuid, { description: engagementId })
  readonly engagementId!: string;

  @Length(1, 400)
  @Field(() => String, { description: 'Why; the firm reads this' })
  readonly reason!: string;
}

@InputType({ description: 'Puts one more appraiser in charge' })
export class AssignAppraiserInput {
  @Length(1, 64)
  @Field(() => String, { description: clientId })
  readonly clientId!: string;

  @Field(() => GraphQLUuid, { description: engagementId })
  readonly engagementId!: string;

  @Field(() => GraphQLUuid, { description: 'An appraiser of your firm' })
  readonly personId!: string;
}

@InputType({ description: '回避: takes an appraiser off an engagement' })
export class RecuseAppraiserInput {
  @Length(1, 64)
  @Field(() => String, { description: clientId })
  readonly clientId!: string;

  @Field(() => GraphQLUuid, { description: engagementId })
  readonly engagementId!: string;

  @Field(() => GraphQLUuid, { description: 'Somebody in charge' })
  readonly personId!: string;

  @Length(1, 400)
  @Field(() => String, { description: 'The interest, or why else' })
  readonly reason!: string;
}

@InputType({
  description: 'Monte Carlo over the inputs of a method; the same seed gives the same figures everywhere',
})
export class SimulationInput {
  @Min(0)
  @Max(4_294_967_295)
  @Field(() => Number, { description: 'Seed of the random numbers: 0 to 2^32 − 1' })
  readonly seed!: number;

  @Min(100)
  @Max(100_000)
  @Field(() => Int, { description: 'Draws' })
  readonly draws!: number;

  @Length(2, 20_000)
  @Field(() => String, {
    description:
      'JSON: [{"input": "cashFlows[0]", "distribution": {"uniform": {"min", "max"}} or {"triangular": {"min", "mode", "max"}} or {"normal": {"mean", "deviation", "min", "max"}}}]',
  })
  readonly distributions!: string;
}

@InputType({ description: 'Cash flows carried on from what this exchange has settled for the holder' })
export class SettledSeriesInput {
  @Min(1)
  @Max(10)
  @Field(() => Int, { description: 'Whole years of closed months before the base date to average' })
  readonly pastYears!: number;

  @Min(1)
  @Max(50)
  @Field(() => Int, { description: 'Years to come' })
  readonly years!: number;

  @Field(() => GraphQLDecimal, { description: 'As a decimal: 0.02 is two per cent a year' })
  readonly yearlyGrowth!: string;
}

@InputType({ description: 'A method with what goes into it' })
export class ReportMethodInput {
  @Length(1, 60)
  @Field(() => String, { description: 'As `pdx calc` calls it' })
  readonly method!: string;

  @Length(2, 100_000)
  @Field(() => String, { description: 'JSON, as `pdx calc` takes it' })
  readonly inputs!: string;

  @Matches(/^(0|1|0\.\d{1,20}|\d{1,9}\/\d{1,9})$/, { message: 'must be a share of 1, such as 0.6 or 3/5' })
  @Field(() => String, {
    description:
      'What its amount weighs in the conclusion, a decimal or a fraction such as 1/3: all sum to 1, and 0 only supports it',
  })
  readonly weight!: string;

  @IsOptional()
  @ValidateNested()
  @Type(() => SimulationInput)
  @Field(() => SimulationInput, { nullable: true, description: 'Draws its figure at random' })
  readonly simulation!: SimulationInput | null;

  @IsOptional()
  @ValidateNested()
  @Type(() => SettledSeriesInput)
  @Field(() => SettledSeriesInput, {
    nullable: true,
    description: 'Instead of `cashFlows` in the inputs: from what was settled',
  })
  readonly settled!: SettledSeriesInput | null;
}

@InputType({ description: 'What goes into a draft of a report; everything else is calculated' })
export class PrepareValuationInput {
  @Length(1, 64)
  @Field(() => String, { description: clientId })
  readonly clientId!: string;

  @Field(() => GraphQLUuid, { description: engagementId })
  readonly engagementId!: string;

  @ArrayMinSize(1)
  @ArrayMaxSize(10)
  @ValidateNested({ each: true })
  @Type(() => ReportMethodInput)
  @Field(() => [ReportMethodInput], {
    description:
      'Of an appraisal amounts of two approaches at least weigh something, unless only one is possible (Art. 26; that two methods of one approach are one is ours)',
  })
  readonly methods!: ReportMethodInput[];

  @IsOptional()
  @Length(1, 400)
  @Field(() => String, {
    nullable: true,
    description: 'Why only one approach is possible; where two weigh something there is none',
  })
  readonly singleMethodReason!: string | null;

  @Length(1, 2000)
  @Field(() => String, { description: '评估假设: what is assumed, and how the methods were weighed' })
  readonly assumptions!: string;

  @Field(() => GraphQLLegalDate, { description: 'The last day of its use, within a year from the base date' })
  readonly validUntil!: string;
}

@InputType({ description: '内部审核 of a draft (Art. 26)' })
export class ReviewValuationInput {
  @Length(1, 64)
  @Field(() => String, { description: clientId })
  readonly clientId!: string;

  @Field(() => GraphQLUuid, { description: engagementId })
  readonly engagementId!: string;

  @Field(() => Int, { description: 'The draft that you have seen: the last one' })
  readonly draftNumber!: number;

  @Field(() => Boolean, { description: 'Approved, or sent back' })
  readonly isApproved!: boolean;

  @IsOptional()
  @Length(1, 2000)
  @Field(() => String, { nullable: true, description: 'What is to be done otherwise, where it is sent back' })
  readonly note!: string | null;
}

@InputType({ description: 'Signs a reviewed draft (Art. 27)' })
export class SignValuationInput {
  @Length(1, 64)
  @Field(() => String, { description: clientId })
  readonly clientId!: string;

  @Field(() => GraphQLUuid, { description: engagementId })
  readonly engagementId!: string;

  @Field(() => Int, { description: 'The draft that you have seen: the last one' })
  readonly draftNumber!: number;
}

@InputType({ description: 'Delivers a signed report' })
export class DeliverValuationInput {
  @Length(1, 64)
  @Field(() => String, { description: clientId })
  readonly clientId!: string;

  @Field(() => GraphQLUuid, { description: engagementId })
  readonly engagementId!: string;
}

@InputType({ description: 'Shows a delivered report to another party' })
export class DiscloseValuationReportInput {
  @Length(1, 64)
  @Field(() => String, { description: clientId })
  readonly clientId!: string;

  @Field(() => GraphQLUuid, { description: engagementId })
  readonly engagementId!: string;

  @Field(() => GraphQLUuid, { description: 'Who may read it from now on' })
  readonly partyId!: string;
}

@InputType({ description: '备案 of a delivered report' })
export class FileValuationReportInput {
  @Length(1, 64)
  @Field(() => String, { description: clientId })
  readonly clientId!: string;

  @Field(() => GraphQLUuid, { description: engagementId })
  readonly engagementId!: string;

  @Length(1, 60)
  @Field(() => String, { description: '备案号, unique with your authority' })
  readonly number!: string;
}

@InputType({ description: '利害关系 to declare' })
export class DeclareInterestInput {
  @Length(1, 64)
  @Field(() => String, { description: clientId })
  readonly clientId!: string;

  @IsOptional()
  @Field(() => GraphQLUuid, { nullable: true, description: 'One of your appraisers; null: the firm itself' })
  readonly personId!: string | null;

  @Field(() => GraphQLUuid, { description: 'In which party' })
  readonly partyId!: string;

  @Length(1, 200)
  @Field(() => String, { description: 'What it is: a share, a job, a relative' })
  readonly nature!: string;
}

@InputType({ description: 'Ends an interest' })
export class EndInterestInput {
  @Length(1, 64)
  @Field(() => String, { description: clientId })
  readonly clientId!: string;

  @Field(() => GraphQLUuid, { description: 'The interest' })
  readonly interestId!: string;
}
