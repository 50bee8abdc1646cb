import { Field, Int, ObjectType, registerEnumType } from '@nestjs/graphql';

import { connectionOf, GraphQLInstant, GraphQLUuid } from '#libs/graphql';

import { CorrectionOutcome, CorrectionRequestState } from './correction-state.ts';

registerEnumType(CorrectionRequestState, {
  name: 'CorrectionRequestState',
  description: 'How far a correction request has come (令299号 Art. 17)',
  valuesMap: {
    AT_BUREAU: { description: '待转交: at the data bureau, which forwards it within 2 working days' },
    RECEIVED: { description: '办理中: at the holding body, which answers within 5 working days' },
    PREPARED: { description: '待审定: an answer is prepared, and waits for the chief data representative' },
    ANSWERED: { description: '已答复' },
    WITHDRAWN: { description: '已撤回: the asker has let go of it' },
  },
});
registerEnumType(CorrectionOutcome, {
  name: 'CorrectionOutcome',
  description: 'What a holding body answers to a correction request',
  valuesMap: {
    CORRECTED: { description: '已更正' },
    DECLINED: { description: '不予更正: for the reason that is given' },
    NOT_HELD: { description: '非本单位持有: the body does not hold the data' },
  },
});

@ObjectType('CorrectionRequest', {
  description:
    '更正申请: a person or a party asks for public data about it to be corrected (令299号 Art. 17). Seen by the asker, the bureau it was sent to, the holding body and the regulator.',
})
export class CorrectionRequestObject {
  @Field(() => GraphQLUuid, { description: 'The request’s id' })
  readonly id!: string;

  @Field(() => CorrectionRequestState, { description: 'How far it has come' })
  readonly state!: CorrectionRequestState;

  @Field(() => GraphQLUuid, { description: '申请人: who asks' })
  readonly askerId!: string;

  @Field(() => GraphQLUuid, { description: 'Who was asked: the holding body, or the data bureau' })
  readonly addresseeId!: string;

  @Field(() => GraphQLUuid, {
    nullable: true,
    description: '数据持有单位: who has to answer; null before the bureau has forwarded it',
  })
  readonly holderId!: string | null;

  @Field(() => GraphQLUuid, { nullable: true, description: 'The dataset, where it was named' })
  readonly datasetId!: string | null;

  @Field(() => GraphQLUuid, { nullable: true, description: 'The asset, where it was named' })
  readonly assetId!: string | null;

  @Field(() => String, { description: '有误的字段' })
  readonly whichField!: string;

  @Field(() => String, { description: '有误的内容' })
  readonly whatIsWrong!: string;

  @Field(() => String, { description: '应当更正为' })
  readonly whatItShouldBe!: string;

  @Field(() => GraphQLInstant, { description: 'When it was filed' })
  readonly filedAt!: Date;

  @Field(() => GraphQLInstant, { nullable: true, description: 'When the bureau forwarded it' })
  readonly forwardedAt!: Date | null;

  @Field(() => GraphQLInstant, { nullable: true, description: 'When the holding body received it' })
  readonly receivedAt!: Date | null;

  @Field(() => GraphQLInstant, {
    nullable: true,
    description: 'When the time to answer was made ten working days in all',
  })
  readonly extendedAt!: Date | null;

  @Field(() => String, { nullable: true, description: '延期理由: why it was extended' })
  readonly extensionReason!: string | null;

  @Field(() => GraphQLInstant, { nullable: true, description: 'When the asker withdrew it' })
  readonly withdrawnAt!: Date | null;
}

@ObjectType('CorrectionEvidence', { description: '证明材料: a file that the asker shows' })
export class CorrectionEvidenceObject {
  @Field(() => GraphQLUuid, { description: 'The file, at GET /uploads/ID; every look at it is logged' })
  readonly uploadId!: string;

  @Field(() => String, { description: 'SHA-256 of the file, hex' })
  readonly sha256!: string;
}

@ObjectType('CorrectionAnswer', {
  description: '答复: what a holding body answers, or has prepared to answer',
})
export class CorrectionAnswerObject {
  @Field(() => Int, { description: 'Its number, from 1' })
  readonly number!: number;

  @Field(() => CorrectionOutcome, { description: 'What is answered' })
  readonly outcome!: CorrectionOutcome;

  @Field(() => String, { description: 'What was done; or why nothing was' })
  readonly explanation!: string;

  @Field(() => GraphQLUuid, { nullable: true, description: 'The dataset version that holds the correction' })
  readonly datasetVersionId!: string | null;

  @Field(() => GraphQLInstant, { description: 'When it was prepared' })
  readonly preparedAt!: Date;

  @Field(() => GraphQLInstant, {
    nullable: true,
    description: 'When it was given; null: it is prepared only',
  })
  readonly givenAt!: Date | null;
}

export const CorrectionRequestConnection = connectionOf('CorrectionRequest', CorrectionRequestObject);
