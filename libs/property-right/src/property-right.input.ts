import { Field, InputType, Int, registerEnumType } from '@nestjs/graphql';
import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  ArrayMinSize,
  IsOptional,
  Length,
  Matches,
  Max,
  Min,
  ValidateNested,
} from 'class-validator';

import { EvidenceInput } from '#libs/asset';
import { GraphQLDecimal, GraphQLUuid } from '#libs/graphql';

import { AnnexFormObject, RightShareObject, VALID_YEARS } from './annex-form.object.ts';
import { EncumbranceKind } from './encumbrance.entity.ts';
import { PropertyRightType, RefusalGround } from './property-right-state.ts';

export enum PropertyRightAcceptance {
  ACCEPTED = 'ACCEPTED',
  RETURNED = 'RETURNED',
  NOT_ACCEPTED = 'NOT_ACCEPTED',
}

export enum ExaminationOutcome {
  PUBLICIZED = 'PUBLICIZED',
  PUBLICITY_WAIVED = 'PUBLICITY_WAIVED',
  CANCELLED = 'CANCELLED',
  REFUSED = 'REFUSED',
}

registerEnumType(PropertyRightAcceptance, {
  name: 'PropertyRightAcceptance',
  description: 'What the registry decides on a submission (B Art. 17)',
  valuesMap: {
    ACCEPTED: { description: 'Accept' },
    RETURNED: { description: 'Return with one list of all that is missing, and a time to complete it' },
    NOT_ACCEPTED: { description: 'Do not accept, for a reason' },
  },
});
registerEnumType(ExaminationOutcome, {
  name: 'ExaminationOutcome',
  description: 'What the examination comes to (B Art. 18–24)',
  valuesMap: {
    PUBLICIZED: { description: 'Pass; the public notice of five working days begins today' },
    PUBLICITY_WAIVED: { description: 'Pass without public notice, for a good cause (Art. 24)' },
    CANCELLED: { description: 'Cancel what is registered, as applied for' },
    REFUSED: { description: 'Refuse, on a ground of Art. 22 and for a reason' },
  },
});

const EXTENSION = { message: 'must be 1 to 10 (国数综政策〔2026〕35号 Art. 28)' };
const clientId = 'Chosen by you; the same id sent again changes nothing';

@InputType({ description: 'An initial registration of property rights to prepare' })
export class PreparePropertyRightInput {
  @Length(1, 64)
  @Field(() => String, { description: clientId })
  readonly clientId!: string;

  @Field(() => GraphQLUuid, { description: 'A confirmed dataset version of your party' })
  readonly datasetVersionId!: string;

  @Field(() => GraphQLUuid, { description: 'The registry to file with; not your own party' })
  readonly registryId!: string;

  @ValidateNested()
  @Type(() => AnnexFormObject)
  @Field(() => AnnexFormObject, { description: 'The form' })
  readonly form!: AnnexFormObject;

  @ArrayMaxSize(100)
  @ValidateNested({ each: true })
  @Type(() => EvidenceInput)
  @Field(() => [EvidenceInput], {
    defaultValue: [],
    description: 'The deposited evidence: the file as DATA, LAWFUL_SOURCE, and RIGHTS where they need proof',
  })
  readonly evidence!: EvidenceInput[];
}

@InputType({ description: 'A transfer, change, renewal or cancellation to prepare' })
export class PreparePropertyRightFollowUpInput {
  @Length(1, 64)
  @Field(() => String, { description: clientId })
  readonly clientId!: string;

  @Field(() => GraphQLUuid, { description: 'An asset in which your party holds a registered right' })
  readonly assetId!: string;

  @Field(() => PropertyRightType, { description: '登记类型; not INITIAL' })
  readonly type!: PropertyRightType;

  @IsOptional()
  @ValidateNested()
  @Type(() => AnnexFormObject)
  @Field(() => AnnexFormObject, { nullable: true, description: 'CHANGE only: the form anew' })
  readonly form: AnnexFormObject | null = null;

  @IsOptional()
  @ArrayMinSize(1)
  @ArrayMaxSize(50)
  @ValidateNested({ each: true })
  @Type(() => RightShareObject)
  @Field(() => [RightShareObject], {
    nullable: true,
    description: 'TRANSFER only: who has which right afterwards; who transfers keeps nothing',
  })
  readonly rights: RightShareObject[] | null = null;

  @IsOptional()
  @Min(1, VALID_YEARS)
  @Max(5, VALID_YEARS)
  @Field(() => Int, { nullable: true, description: 'RENEWAL only: for how many years more' })
  readonly validYears: number | null = null;

  @ArrayMaxSize(100)
  @ValidateNested({ each: true })
  @Type(() => EvidenceInput)
  @Field(() => [EvidenceInput], {
    defaultValue: [],
    description: 'The deposited evidence; a transfer shows its contract as RIGHTS',
  })
  readonly evidence!: EvidenceInput[];
}

@InputType({ description: 'A property right application to act on' })
export class PropertyRightActInput {
  @Length(1, 64)
  @Field(() => String, { description: clientId })
  readonly clientId!: string;

  @Field(() => GraphQLUuid, { description: 'The application' })
  readonly registrationId!: string;
}

@InputType({ description: 'A draft, or what was returned, written anew; each type takes what it is about' })
export class AmendPropertyRightInput extends PropertyRightActInput {
  @IsOptional()
  @ValidateNested()
  @Type(() => AnnexFormObject)
  @Field(() => AnnexFormObject, { nullable: true, description: 'INITIAL and CHANGE' })
  readonly form: AnnexFormObject | null = null;

  @IsOptional()
  @ArrayMinSize(1)
  @ArrayMaxSize(50)
  @ValidateNested({ each: true })
  @Type(() => RightShareObject)
  @Field(() => [RightShareObject], { nullable: true, description: 'TRANSFER' })
  readonly rights: RightShareObject[] | null = null;

  @IsOptional()
  @Min(1, VALID_YEARS)
  @Max(5, VALID_YEARS)
  @Field(() => Int, { nullable: true, description: 'RENEWAL' })
  readonly validYears: number | null = null;

  @IsOptional()
  @ArrayMaxSize(100)
  @ValidateNested({ each: true })
  @Type(() => EvidenceInput)
  @Field(() => [EvidenceInput], {
    nullable: true,
    description: 'The deposited evidence, all of it anew; left out: as it was',
  })
  readonly evidence: EvidenceInput[] | null = null;
}

@InputType({ description: 'An application to join' })
export class JoinPropertyRightInput extends PropertyRightActInput {
  @Matches(/^[0-9a-f]{64}$/, { message: 'must be 64 digits of 0-9 a-f' })
  @Field(() => String, { description: 'The `filingSha256` of what you have read and agree to' })
  readonly filingSha256!: string;
}

@InputType({ description: 'An act for a reason' })
export class PropertyRightReasonInput extends PropertyRightActInput {
  @Length(1, 2000)
  @Field(() => String, { description: 'Why' })
  readonly reason!: string;
}

@InputType({ description: 'A decision on acceptance' })
export class DecidePropertyRightAcceptanceInput extends PropertyRightActInput {
  @Field(() => PropertyRightAcceptance, { description: 'The decision' })
  readonly decision!: PropertyRightAcceptance;

  @IsOptional()
  @Length(1, 2000)
  @Field(() => String, { nullable: true, description: 'Why; needed unless it is accepted' })
  readonly reason: string | null = null;
}

@InputType({ description: 'More evidence, as the registry has asked for' })
export class SupplementPropertyRightInput extends PropertyRightActInput {
  @ArrayMinSize(1)
  @ArrayMaxSize(100)
  @ValidateNested({ each: true })
  @Type(() => EvidenceInput)
  @Field(() => [EvidenceInput], { description: 'Deposited evidence, besides what is shown already' })
  readonly evidence!: EvidenceInput[];
}

@InputType({ description: 'More time for an examination' })
export class ExtendExaminationInput extends PropertyRightReasonInput {
  @Min(1, EXTENSION)
  @Max(10, EXTENSION)
  @Field(() => Int, { description: 'By how many working days, 1 to 10 (Art. 28)' })
  readonly workingDays!: number;
}

@InputType({ description: 'The outcome of an examination' })
export class ExaminePropertyRightInput extends PropertyRightActInput {
  @Field(() => ExaminationOutcome, { description: 'The outcome' })
  readonly outcome!: ExaminationOutcome;

  @IsOptional()
  @Length(1, 2000)
  @Field(() => String, { nullable: true, description: 'Why; needed for a refusal and for a waived notice' })
  readonly reason: string | null = null;

  @IsOptional()
  @Field(() => RefusalGround, { nullable: true, description: 'Of a refusal, and only there' })
  readonly ground: RefusalGround | null = null;

  @IsOptional()
  @Length(1, 1000)
  @Field(() => String, { nullable: true, description: '备注 for the certificate (Art. 23)' })
  readonly remarks: string | null = null;
}

@InputType({ description: 'A decision on an objection to a property right application' })
export class DecidePropertyRightObjectionInput {
  @Length(1, 64)
  @Field(() => String, { description: clientId })
  readonly clientId!: string;

  @Field(() => GraphQLUuid, { description: 'The objection' })
  readonly objectionId!: string;

  @Field(() => Boolean, { description: 'Upheld, it ends the application' })
  readonly isUpheld!: boolean;

  @Length(1, 2000)
  @Field(() => String, { description: 'The reasons' })
  readonly reason!: string;
}

@InputType({ description: 'An objection to what is registered already (Art. 29)' })
export class LodgeLaterObjectionInput {
  @Length(1, 64)
  @Field(() => String, { description: clientId })
  readonly clientId!: string;

  @Field(() => GraphQLUuid, { description: 'The asset' })
  readonly assetId!: string;

  @Length(1, 2000)
  @Field(() => String, { description: 'What is wrong' })
  readonly grounds!: string;

  @Field(() => GraphQLUuid, { description: 'The evidence: a file your party has sent to /uploads' })
  readonly evidenceUploadId!: string;
}

@InputType({ description: 'That the registrant was told of an objection' })
export class NotifyOfObjectionInput {
  @Length(1, 64)
  @Field(() => String, { description: clientId })
  readonly clientId!: string;

  @Field(() => GraphQLUuid, { description: 'The objection' })
  readonly objectionId!: string;

  @Length(1, 2000)
  @Field(() => String, { description: 'What the registrant was told' })
  readonly message!: string;
}

@InputType({ description: 'A pledge or a contribution in kind to propose' })
export class ProposeEncumbranceInput {
  @Length(1, 64)
  @Field(() => String, { description: clientId })
  readonly clientId!: string;

  @Field(() => GraphQLUuid, { description: 'An asset in which your party holds a registered right' })
  readonly assetId!: string;

  @Field(() => EncumbranceKind, { description: 'PLEDGE or CAPITAL_CONTRIBUTION' })
  readonly kind!: EncumbranceKind;

  @Field(() => GraphQLUuid, { description: 'For whom: the creditor, or the company contributed to' })
  readonly beneficiaryId!: string;

  @IsOptional()
  @Field(() => GraphQLDecimal, {
    nullable: true,
    description: 'What it secures, or is put in at, in yuan',
  })
  readonly amount: string | null = null;

  @IsOptional()
  @Field(() => GraphQLUuid, {
    nullable: true,
    description:
      'The engagement of the appraisal that the amount rests on, which the beneficiary is shown; needed for a contribution in kind (公司法 Art. 48)',
  })
  readonly valuationReportId: string | null = null;

  @Length(1, 2000)
  @Field(() => String, { description: 'The contract, its term, and what else there is to know' })
  readonly terms!: string;
}

@InputType({ description: 'An answer to a proposed encumbrance' })
export class AnswerEncumbranceInput {
  @Length(1, 64)
  @Field(() => String, { description: clientId })
  readonly clientId!: string;

  @Field(() => GraphQLUuid, { description: 'The encumbrance' })
  readonly encumbranceId!: string;

  @Field(() => Boolean, { description: 'Accepted, it holds until your party releases it' })
  readonly isAccepted!: boolean;
}

@InputType({ description: 'An encumbrance to release' })
export class ReleaseEncumbranceInput {
  @Length(1, 64)
  @Field(() => String, { description: clientId })
  readonly clientId!: string;

  @Field(() => GraphQLUuid, { description: 'The encumbrance' })
  readonly encumbranceId!: string;

  @Length(1, 2000)
  @Field(() => String, { description: 'Why' })
  readonly reason!: string;
}

@InputType({ description: 'A title to freeze' })
export class FreezeTitleInput {
  @Length(1, 64)
  @Field(() => String, { description: clientId })
  readonly clientId!: string;

  @Field(() => GraphQLUuid, { description: 'The asset' })
  readonly assetId!: string;

  @Length(1, 2000)
  @Field(() => String, { description: 'Who has ordered it, by which document, until when' })
  readonly terms!: string;
}

@InputType({ description: 'A registry’s digits of the certificate code (Annex 6)' })
export class AssignAgencyCodeInput {
  @Length(1, 64)
  @Field(() => String, { description: clientId })
  readonly clientId!: string;

  @Field(() => GraphQLUuid, { description: 'The registry' })
  readonly registryId!: string;

  @Matches(/^\d{2}$/, { message: 'must be two digits' })
  @Field(() => String, { description: 'First two digits of the administrative division code' })
  readonly region!: string;

  @Matches(/^\d$/, { message: 'must be a digit' })
  @Field(() => String, { description: 'The agency’s digit' })
  readonly agency!: string;
}
