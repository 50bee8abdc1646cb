import { Field, InputType, ObjectType, registerEnumType } from '@nestjs/graphql';
import { IsOptional, Length } from 'class-validator';

import { connectionOf, GraphQLInstant, GraphQLLegalDate, GraphQLUuid } from '#libs/graphql';

import { QualificationKind } from './qualification.entity.ts';

registerEnumType(QualificationKind, {
  name: 'QualificationKind',
  description: 'What lets a firm, or somebody of it, appraise (资产评估法)',
  valuesMap: {
    FIRM_FILING: { description: '评估机构备案 (Art. 16)' },
    ASSET_APPRAISER: { description: '资产评估师 (Art. 8), whom a statutory appraisal needs (Art. 28)' },
    OTHER_APPRAISER: { description: '其他专业类别的评估师 (Art. 8)' },
    PRACTITIONER: { description: '其他评估从业人员 (Art. 8)' },
  },
});

@ObjectType('AppraisalQualification', {
  description: 'What lets a firm, or somebody of it, appraise, as a registry has it on record',
})
export class QualificationObject {
  @Field(() => GraphQLUuid, { description: 'Its id' })
  readonly id!: string;

  @Field(() => QualificationKind, { description: 'What it is' })
  readonly kind!: QualificationKind;

  @Field(() => GraphQLUuid, { description: 'The firm' })
  readonly firmId!: string;

  @Field(() => GraphQLUuid, { nullable: true, description: 'Who of the firm; null: the firm itself' })
  readonly personId!: string | null;

  @Field(() => String, { description: '备案号 or 登记编号, as it was issued; its form is not checked' })
  readonly number!: string;

  @Field(() => GraphQLLegalDate, { description: 'Its first day' })
  readonly validFrom!: string;

  @Field(() => GraphQLLegalDate, { nullable: true, description: 'Its last day; null: it has no end' })
  readonly validUntil!: string | null;

  @Field(() => GraphQLInstant, { description: 'When it was recorded' })
  readonly recordedAt!: Date;

  @Field(() => GraphQLInstant, { nullable: true, description: 'When it was ended' })
  readonly endedAt!: Date | null;

  @Field(() => String, { nullable: true, description: 'Why it was ended' })
  readonly endReason!: string | null;
}

export const QualificationConnection = connectionOf('AppraisalQualification', QualificationObject);

@InputType({ description: 'A qualification to record, as it was shown' })
export class RecordQualificationInput {
  @Length(1, 64)
  @Field(() => String, { description: 'Chosen by you; the same id sent again changes nothing' })
  readonly clientId!: string;

  @Field(() => QualificationKind, { description: 'What it is' })
  readonly kind!: QualificationKind;

  @Field(() => GraphQLUuid, { description: 'The appraisal firm' })
  readonly firmId!: string;

  @IsOptional()
  @Field(() => GraphQLUuid, { nullable: true, description: 'Who of the firm; left out for its filing' })
  readonly personId!: string | null;

  @Length(1, 100)
  @Field(() => String, { description: '备案号 or 登记编号, as it was issued' })
  readonly number!: string;

  @Field(() => GraphQLLegalDate, { description: 'Its first day' })
  readonly validFrom!: string;

  @IsOptional()
  @Field(() => GraphQLLegalDate, { nullable: true, description: 'Its last day; left out: it has no end' })
  readonly validUntil!: string | null;
}

@InputType({ description: 'A qualification that has ended' })
export class EndQualificationInput {
  @Length(1, 64)
  @Field(() => String, { description: 'Chosen by you; the same id sent again changes nothing' })
  readonly clientId!: string;

  @Field(() => GraphQLUuid, { description: 'The qualification' })
  readonly qualificationId!: string;

  @Length(1, 400)
  @Field(() => String, { description: 'Why: 注销, 停业, 停止从业 …' })
  readonly reason!: string;
}
