import { Field, InputType, ObjectType, registerEnumType } from '@nestjs/graphql';
import { ArrayMaxSize, ArrayMinSize, ArrayUnique, IsOptional, Length } from 'class-validator';

import { connectionOf, GraphQLInstant, GraphQLLegalDate, GraphQLUuid } from '#libs/graphql';

import { NAME_LENGTH, OVERVIEW_LENGTH } from '../registration/lengths.ts';
import { CorrectionProposalState } from './correction-act.ts';

const clientId = 'Chosen by you; the same id sent again changes nothing';
const MOST_FILES = 20;

registerEnumType(CorrectionProposalState, {
  name: 'CorrectionProposalState',
  description: 'How far a correction has come that an interested party proposes (Art. 9)',
  valuesMap: {
    PROPOSED: { description: 'The holder is asked' },
    CONSENTED: { description: 'The holder consents in writing; its application goes the ordinary way' },
    DECLINED: { description: 'The holder declines; it may be put before the registry with proof' },
    BROUGHT: { description: 'Before the registry, with proof' },
    DISMISSED: { description: 'The registry is not convinced' },
    ORDERED: { description: 'Ordered on proof; the application goes the ordinary way' },
    WITHDRAWN: { description: 'The proposer has let go of it' },
    MOOT: { description: 'The asset has left the register' },
  },
});

@ObjectType('CorrectionProposalEvidence', { description: 'A file that a proposal rests on' })
export class CorrectionProposalEvidenceObject {
  @Field(() => GraphQLUuid, { description: 'The file; GET /uploads/ID answers it' })
  readonly uploadId!: string;

  @Field(() => Boolean, { description: 'Shown to the registry as proof, not with the proposal' })
  readonly isProof!: boolean;
}

@ObjectType('CorrectionProposal', {
  description:
    '更正 by an interested party: somebody else than the holder says that what is registered is wrong',
})
export class CorrectionProposalObject {
  @Field(() => GraphQLUuid, { description: 'The proposal’s id' })
  readonly id!: string;

  @Field(() => GraphQLUuid, { description: 'What is registered' })
  readonly assetId!: string;

  @Field(() => GraphQLUuid, { description: 'Whose proposal it is' })
  readonly proposerId!: string;

  @Field(() => GraphQLUuid, { description: 'Who is asked' })
  readonly holderId!: string;

  @Field(() => String, { nullable: true, description: 'The right 登记数据名称; null: as registered' })
  readonly name!: string | null;

  @Field(() => String, { nullable: true, description: 'The right 数据内容简介; null: as registered' })
  readonly overview!: string | null;

  @Field(() => String, { description: 'What is wrong' })
  readonly grounds!: string;

  @Field(() => CorrectionProposalState, { description: 'How far it has come' })
  readonly state!: CorrectionProposalState;

  @Field(() => GraphQLInstant, { description: 'When it was proposed' })
  readonly proposedAt!: Date;

  @Field(() => GraphQLLegalDate, {
    description: 'The last day on which the holder is waited for: ten working days, which are ours',
  })
  readonly answerDue!: string;

  @Field(() => Boolean, { description: 'That day reaches into a year whose calendar is not published' })
  readonly isAnswerDueProvisional!: boolean;

  @Field(() => String, { nullable: true, description: 'The holder’s written consent, or why it declines' })
  readonly answer!: string | null;

  @Field(() => GraphQLInstant, { nullable: true, description: 'When the holder has answered' })
  readonly answeredAt!: Date | null;

  @Field(() => String, { nullable: true, description: 'What the proof shows' })
  readonly proof!: string | null;

  @Field(() => GraphQLInstant, { nullable: true, description: 'When it was put before the registry' })
  readonly broughtAt!: Date | null;

  @Field(() => GraphQLInstant, { nullable: true, description: 'When the registry has decided' })
  readonly decidedAt!: Date | null;

  @Field(() => String, { nullable: true, description: 'The reasons of the decision' })
  readonly decisionReason!: string | null;
}

export const CorrectionProposalConnection = connectionOf('CorrectionProposal', CorrectionProposalObject);

@InputType({ description: 'A correction of what another party has registered' })
export class ProposeCorrectionInput {
  @Length(1, 64)
  @Field(() => String, { description: clientId })
  readonly clientId!: string;

  @Field(() => GraphQLUuid, { description: 'A registered asset of another party' })
  readonly assetId!: string;

  @IsOptional()
  @Length(1, 40, NAME_LENGTH)
  @Field(() => String, { nullable: true, description: 'The right 登记数据名称' })
  readonly name!: string | null;

  @IsOptional()
  @Length(1, 400, OVERVIEW_LENGTH)
  @Field(() => String, { nullable: true, description: 'The right 数据内容简介' })
  readonly overview!: string | null;

  @Length(1, 2000)
  @Field(() => String, { description: 'What is wrong, and how it concerns you' })
  readonly grounds!: string;

  @ArrayMinSize(1)
  @ArrayMaxSize(MOST_FILES)
  @ArrayUnique()
  @Field(() => [GraphQLUuid], { description: 'The evidence: files your party has sent to /uploads' })
  readonly evidenceUploadIds!: string[];
}

@InputType({ description: 'A proposal of your party to let go of' })
export class WithdrawCorrectionProposalInput {
  @Length(1, 64)
  @Field(() => String, { description: clientId })
  readonly clientId!: string;

  @Field(() => GraphQLUuid, { description: 'The proposal' })
  readonly proposalId!: string;
}

@InputType({ description: 'The holder’s answer to a proposal' })
export class AnswerCorrectionProposalInput extends WithdrawCorrectionProposalInput {
  @Field(() => Boolean, { description: 'Consented to, the correction is submitted in your party’s name' })
  readonly isConsented!: boolean;

  @Length(1, 2000)
  @Field(() => String, { description: 'The written consent, or why it is declined' })
  readonly answer!: string;
}

@InputType({ description: 'A proposal to put before the registry' })
export class BringCorrectionToRegistryInput extends WithdrawCorrectionProposalInput {
  @Length(1, 2000)
  @Field(() => String, { description: 'What the proof shows' })
  readonly proof!: string;

  @ArrayMinSize(1)
  @ArrayMaxSize(MOST_FILES)
  @ArrayUnique()
  @Field(() => [GraphQLUuid], { description: 'The proof: files your party has sent to /uploads' })
  readonly evidenceUploadIds!: string[];
}

@InputType({ description: 'The registry’s decision on a proposal' })
export class DecideCorrectionInput extends WithdrawCorrectionProposalInput {
  @Field(() => Boolean, { description: 'Ordered, the correction is filed without the holder’s consent' })
  readonly isOrdered!: boolean;

  @Length(1, 2000)
  @Field(() => String, { description: 'The reasons' })
  readonly reason!: string;
}
