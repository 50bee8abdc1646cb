import { Field, Int, ObjectType, registerEnumType } from '@nestjs/graphql';

import { connectionOf, GraphQLDecimal, GraphQLInstant, GraphQLLegalDate, GraphQLUuid } from '#libs/graphql';

import { Approach } from '../method.ts';
import { EngagementState, ReportStanding, ValuationKind, ValuationPurpose } from './engagement-state.ts';

registerEnumType(ValuationKind, {
  name: 'ValuationKind',
  description: 'Who values, and so what comes out',
  valuesMap: {
    EVALUATION: {
      description:
        '评价 by the registration and evaluation centre: quality, cost, application, the indicator model',
    },
    APPRAISAL: { description: '评估 by a licensed firm: a value for a purpose' },
  },
});
registerEnumType(ValuationPurpose, {
  name: 'ValuationPurpose',
  description: '评估目的: what a value is for',
  valuesMap: {
    PLEDGE: { description: '质押融资' },
    CAPITAL_CONTRIBUTION: { description: '作价入股' },
    TRANSFER: { description: '转让' },
    ACCOUNTING: { description: '入表' },
    PRICING: { description: '定价' },
    OTHER: { description: '其他, as the scope of use says' },
  },
});
registerEnumType(EngagementState, {
  name: 'EngagementState',
  description: 'How far a valuation has come',
  valuesMap: {
    COMMISSIONED: { description: '已委托: the firm has not answered' },
    ACCEPTED: { description: '已受理: at least two appraisers are in charge' },
    PREPARED: { description: '已编制: a draft waits for its review' },
    REVIEWED: { description: '已审核: the draft is signed, then delivered' },
    DELIVERED: { description: '已出具' },
    DECLINED: { description: '未受理或解除: by the firm' },
    WITHDRAWN: { description: '已撤回: by who has commissioned it' },
  },
});
registerEnumType(ReportStanding, {
  name: 'ReportStanding',
  description: 'Whether a delivered report may be used today',
  valuesMap: {
    VALID: { description: '有效' },
    EXPIRED: { description: '已过有效期' },
    SUPERSEDED: { description: '已被新报告取代: a later one is of the same asset, kind and purpose' },
    ASSET_ENDED: { description: '资产已变更或退出登记: other data are behind it, or it left the register' },
  },
});

registerEnumType(Approach, {
  name: 'ValuationApproach',
  description: '三种基本方法: what every method that comes to an amount is of, or derives from',
  valuesMap: {
    INCOME: { description: '收益法' },
    COST: { description: '成本法' },
    MARKET: { description: '市场法' },
  },
});

@ObjectType('ValuationAppraiser', { description: 'Somebody in charge of a valuation' })
export class AppraiserObject {
  @Field(() => GraphQLUuid, { description: 'Who' })
  readonly personId!: string;

  @Field(() => String, { description: 'As the report names who has signed it' })
  readonly name!: string;

  @Field(() => GraphQLInstant, { description: 'Since when' })
  readonly assignedAt!: Date;

  @Field(() => GraphQLInstant, { nullable: true, description: '回避: when taken off it' })
  readonly recusedAt!: Date | null;

  @Field(() => String, { nullable: true, description: 'Why taken off it' })
  readonly recusalReason!: string | null;

  @Field(() => Int, { nullable: true, description: 'The draft that was signed' })
  readonly signedDraft!: number | null;

  @Field(() => GraphQLInstant, { nullable: true, description: 'When it was signed' })
  readonly signedAt!: Date | null;
}

@ObjectType('ValuationDraft', { description: 'A draft of a report; it stays inside the firm' })
export class DraftObject {
  @Field(() => Int, { description: 'Its number, from 1; the last one counts' })
  readonly number!: number;

  @Field(() => String, { description: 'What went in, JSON' })
  readonly content!: string;

  @Field(() => String, { description: 'What came out, JSON' })
  readonly calculation!: string;

  @Field(() => GraphQLUuid, { description: 'By whom' })
  readonly preparedBy!: string;

  @Field(() => GraphQLInstant, { description: 'When' })
  readonly preparedAt!: Date;

  @Field(() => GraphQLInstant, { nullable: true, description: 'When it was reviewed' })
  readonly reviewedAt!: Date | null;

  @Field(() => Boolean, { nullable: true, description: 'Approved, or sent back' })
  readonly isApproved!: boolean | null;

  @Field(() => String, { nullable: true, description: 'What the reviewer said' })
  readonly reviewNote!: string | null;
}

@ObjectType('ValuationReportMethod', { description: 'A method of a report in brief' })
export class ReportMethodObject {
  @Field(() => String, { description: 'As `pdx calc` calls it' })
  readonly method!: string;

  @Field(() => Int, { description: 'Its version, which never changes what it computes' })
  readonly version!: number;

  @Field(() => Approach, { nullable: true, description: 'Null: it comes to no amount' })
  readonly approach!: `${Approach}` | null;

  @Field(() => String, { description: 'What its amount weighs in the conclusion, such as 0.6 or 3/5' })
  readonly weight!: string;

  @Field(() => GraphQLDecimal, {
    nullable: true,
    description: 'An amount in yuan, a rate or a score; null: it comes to weights',
  })
  readonly value!: string | null;

  @Field(() => Int, {
    nullable: true,
    description:
      'How many comparables it rests on, where it rests on such; one alone is compared with nothing',
  })
  readonly comparables!: number | null;
}

@ObjectType('ValuationReportFiling', { description: '备案 of a report' })
export class ReportFilingObject {
  @Field(() => String, { description: '备案号' })
  readonly number!: string;

  @Field(() => GraphQLUuid, { description: 'With which authority' })
  readonly filedWith!: string;

  @Field(() => GraphQLInstant, { description: 'When' })
  readonly filedAt!: Date;
}

@ObjectType('ValuationReportDisclosure', { description: 'Whom the holder has shown a report' })
export class ReportDisclosureObject {
  @Field(() => GraphQLUuid, { description: 'The party' })
  readonly partyId!: string;

  @Field(() => GraphQLInstant, { description: 'Since when' })
  readonly disclosedAt!: Date;
}

@ObjectType('ValuationReport', { description: '评价报告 or 评估报告: delivered and sealed' })
export class ReportObject {
  @Field(() => GraphQLUuid, { description: 'The engagement, which has one report' })
  readonly engagementId!: string;

  @Field(() => GraphQLUuid, { description: 'What was valued' })
  readonly assetId!: string;

  @Field(() => GraphQLUuid, { description: 'Whose it is' })
  readonly holderId!: string;

  @Field(() => GraphQLUuid, { description: 'Who has valued it' })
  readonly firmId!: string;

  @Field(() => ValuationKind, { description: '评价 or 评估' })
  readonly kind!: ValuationKind;

  @Field(() => ValuationPurpose, { description: 'What it may be used for' })
  readonly purpose!: ValuationPurpose;

  @Field(() => GraphQLDecimal, { nullable: true, description: 'The value in units of the currency' })
  readonly value!: string | null;

  @Field(() => String, { nullable: true, description: 'ISO 4217' })
  readonly currency!: string | null;

  @Field(() => GraphQLDecimal, { nullable: true, description: 'The score of the indicator model, 0 to 1' })
  readonly score!: string | null;

  @Field(() => GraphQLLegalDate, { description: '基准日' })
  readonly baseDate!: string;

  @Field(() => GraphQLLegalDate, { description: 'The last day of its use' })
  readonly validUntil!: string;

  @Field(() => GraphQLLegalDate, {
    description: 'Its file is kept to this day at least: 15 years, 30 if statutory (资产评估法 Art. 29)',
  })
  readonly keptUntil!: string;

  @Field(() => GraphQLInstant, { description: 'When it was delivered' })
  readonly deliveredAt!: Date;

  @Field(() => String, {
    description:
      'The sealed document, compact JWS: what `pdx valuation verify` recomputes with the network off',
  })
  readonly document!: string;

  @Field(() => String, { description: 'SHA-256 of the document, hex' })
  readonly sha256!: string;
}

@ObjectType('SettledMonth', { description: 'What a closed month has brought to the holder of an asset' })
export class SettledMonthObject {
  @Field(() => String, { description: 'YYYY-MM, Asia/Shanghai' })
  readonly month!: string;

  @Field(() => GraphQLDecimal, { description: 'Yuan that were allotted to it' })
  readonly amount!: string;
}

@ObjectType('ValuationEngagement', { description: '委托: one valuation of one asset' })
export class EngagementObject {
  @Field(() => GraphQLUuid, { description: 'Its id' })
  readonly id!: string;

  @Field(() => ValuationKind, { description: '评价 or 评估' })
  readonly kind!: ValuationKind;

  @Field(() => GraphQLUuid, { description: 'What is valued' })
  readonly assetId!: string;

  @Field(() => GraphQLUuid, { description: 'The data behind it' })
  readonly datasetVersionId!: string;

  @Field(() => GraphQLUuid, { description: 'Who has commissioned it' })
  readonly holderId!: string;

  @Field(() => GraphQLUuid, { description: 'Who values it' })
  readonly firmId!: string;

  @Field(() => ValuationPurpose, { description: '评估目的' })
  readonly purpose!: ValuationPurpose;

  @Field(() => String, { description: '使用范围' })
  readonly useScope!: string;

  @Field(() => GraphQLLegalDate, { description: '基准日' })
  readonly baseDate!: string;

  @Field(() => Boolean, { description: '法定评估' })
  readonly isStatutory!: boolean;

  @Field(() => Boolean, { description: 'The state owns the holder' })
  readonly isStateOwned!: boolean;

  @Field(() => EngagementState, { description: 'How far it has come' })
  readonly state!: EngagementState;

  @Field(() => GraphQLInstant, { description: 'When it was commissioned' })
  readonly commissionedAt!: Date;

  @Field(() => String, { nullable: true, description: 'Why it was declined or withdrawn' })
  readonly endReason!: string | null;
}

@ObjectType('AppraiserInterest', { description: '利害关系: keeps from valuing what concerns a party' })
export class InterestObject {
  @Field(() => GraphQLUuid, { description: 'Its id' })
  readonly id!: string;

  @Field(() => GraphQLUuid, { description: 'The firm' })
  readonly firmId!: string;

  @Field(() => GraphQLUuid, { nullable: true, description: 'Who of the firm; null: the firm itself' })
  readonly personId!: string | null;

  @Field(() => GraphQLUuid, { description: 'In which party' })
  readonly partyId!: string;

  @Field(() => String, { description: 'What it is' })
  readonly nature!: string;

  @Field(() => GraphQLInstant, { description: 'Since when' })
  readonly declaredAt!: Date;

  @Field(() => GraphQLInstant, { nullable: true, description: 'Until when' })
  readonly endedAt!: Date | null;
}

export const EngagementConnection = connectionOf('ValuationEngagement', EngagementObject);
export const ReportConnection = connectionOf('ValuationReport', ReportObject);
export const InterestConnection = connectionOf('AppraiserInterest', InterestObject);
