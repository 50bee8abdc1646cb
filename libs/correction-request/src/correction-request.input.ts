import { Field, InputType, Int, registerEnumType } from '@nestjs/graphql';
import { ArrayMaxSize, ArrayUnique, IsOptional, Length, Matches, Min } from 'class-validator';

import { GraphQLUuid } from '#libs/graphql';

import { CorrectionSide } from './correction-request.service.ts';
import { CorrectionOutcome } from './correction-state.ts';

registerEnumType(CorrectionSide, {
  name: 'CorrectionSide',
  description: 'On which side of a correction request your party is',
  valuesMap: {
    ASKER: { description: '申请人: your party asks' },
    BODY: { description: '数据持有单位或大数据主管部门: it was sent or forwarded to your party' },
  },
});

const clientId = 'Chosen by you; the same id sent again changes nothing';
/** By characters as the database counts them. */
const Words = (most: number) =>
  Matches(new RegExp(`^(?=[^]*\\S)[^]{1,${most}}$`, 'u'), {
    message: `must be 1 to ${most} characters, not all of them blank`,
  });

@InputType({ description: '更正申请: public data that are wrong, and what they should be (令299号 Art. 17)' })
export class FileCorrectionRequestInput {
  @Length(1, 64)
  @Field(() => String, { description: clientId })
  readonly clientId!: string;

  @Field(() => GraphQLUuid, {
    description: 'The body that holds the data (PROVIDER), or the data bureau (REGULATOR), which forwards it',
  })
  readonly addresseeId!: string;

  @IsOptional()
  @Field(() => GraphQLUuid, { nullable: true, description: 'The dataset, if you can name it' })
  readonly datasetId!: string | null;

  @IsOptional()
  @Field(() => GraphQLUuid, {
    nullable: true,
    description: 'The registered asset, if you can name it; not both',
  })
  readonly assetId!: string | null;

  @Words(200)
  @Field(() => String, { description: '有误的字段: which field is wrong' })
  readonly whichField!: string;

  @Words(2000)
  @Field(() => String, { description: '有误的内容: what is wrong about it' })
  readonly whatIsWrong!: string;

  @Words(2000)
  @Field(() => String, { description: '应当更正为: what it should be' })
  readonly whatItShouldBe!: string;

  @ArrayMaxSize(10)
  @ArrayUnique()
  @Field(() => [GraphQLUuid], {
    defaultValue: [],
    description: '证明材料: files your party has sent to /uploads, 10 at most',
  })
  readonly evidenceUploadIds!: string[];
}

@InputType({ description: 'A correction request to act on' })
export class WithdrawCorrectionRequestInput {
  @Length(1, 64)
  @Field(() => String, { description: clientId })
  readonly clientId!: string;

  @Field(() => GraphQLUuid, { description: 'The request' })
  readonly correctionRequestId!: string;
}

@InputType({ description: '转交: a correction request to send to the body that holds the data' })
export class ForwardCorrectionRequestInput extends WithdrawCorrectionRequestInput {
  @Field(() => GraphQLUuid, { description: 'The body that holds the data' })
  readonly holdingBodyId!: string;
}

@InputType({ description: 'An answer to prepare' })
export class PrepareCorrectionAnswerInput extends WithdrawCorrectionRequestInput {
  @Field(() => CorrectionOutcome, { description: 'What is answered' })
  readonly outcome!: CorrectionOutcome;

  @Words(2000)
  @Field(() => String, { description: 'What was done; or why nothing was, for the asker to read' })
  readonly explanation!: string;

  @IsOptional()
  @Field(() => GraphQLUuid, {
    nullable: true,
    description: 'The confirmed dataset version, newer than the request, that holds the correction',
  })
  readonly datasetVersionId!: string | null;
}

@InputType({ description: '答复: the prepared answer to give' })
export class AnswerCorrectionRequestInput extends WithdrawCorrectionRequestInput {
  @Min(1)
  @Field(() => Int, { description: 'The number of the answer you have read; it must be the last one' })
  readonly answerNumber!: number;
}

@InputType({ description: '延期: a complex request that needs ten working days in all' })
export class ExtendCorrectionRequestInput extends WithdrawCorrectionRequestInput {
  @Words(2000)
  @Field(() => String, { description: 'Why it is complex, for the asker to read' })
  readonly reason!: string;
}
