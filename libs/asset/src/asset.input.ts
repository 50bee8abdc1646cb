import { Field, InputType, registerEnumType } from '@nestjs/graphql';
import { Type } from 'class-transformer';
import { ArrayMaxSize, IsOptional, Length, Matches, ValidateNested } from 'class-validator';

import { GraphQLLegalDate, GraphQLUuid } from '#libs/graphql';

import { EvidenceSubject } from './evidence/evidence.service.ts';
import { NAME_LENGTH, OVERVIEW_LENGTH } from './registration/lengths.ts';
import { MaterialsObject } from './registration/materials.object.ts';
import { RegistrationGround, RegistrationType } from './registration/registration-state.ts';

export enum AcceptanceDecision {
  ACCEPTED = 'ACCEPTED',
  RETURNED = 'RETURNED',
  NOT_ACCEPTED = 'NOT_ACCEPTED',
}

export enum ReviewDecision {
  PUBLICIZED = 'PUBLICIZED',
  CANCELLED = 'CANCELLED',
  REFUSED = 'REFUSED',
}

registerEnumType(AcceptanceDecision, {
  name: 'AcceptanceDecision',
  description: 'What the registry decides on a submission (Art. 10)',
  valuesMap: {
    ACCEPTED: { description: 'Accept' },
    RETURNED: { description: 'Return with one list of all that is missing' },
    NOT_ACCEPTED: { description: 'Do not accept, for a reason' },
  },
});
registerEnumType(ReviewDecision, {
  name: 'ReviewDecision',
  description: 'What the form review comes to (Art. 11)',
  valuesMap: {
    PUBLICIZED: { description: 'Pass; the public notice begins today' },
    CANCELLED: { description: 'Cancel what is registered, as applied for (Art. 9)' },
    REFUSED: { description: 'Refuse, for a reason' },
  },
});

const MONTH_DAY = /^(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$/;
const clientId = 'Chosen by you; the same id sent again changes nothing';

@InputType({ description: 'A deposited piece of evidence, and what it is for' })
export class EvidenceInput {
  @Field(() => GraphQLUuid, { description: 'A deposit of your party' })
  readonly depositId!: string;

  @Field(() => EvidenceSubject, { description: 'What it shows' })
  readonly subject!: EvidenceSubject;
}

@InputType({ description: 'A file to deposit as evidence' })
export class DepositEvidenceInput {
  @Length(1, 64)
  @Field(() => String, { description: clientId })
  readonly clientId!: string;

  @Field(() => GraphQLUuid, { description: 'A file your party has sent to /uploads' })
  readonly uploadId!: string;

  @Length(1, 100)
  @Field(() => String, { description: 'What it is' })
  readonly title!: string;
}

@InputType({ description: 'A first registration to prepare' })
export class PrepareRegistrationInput {
  @Length(1, 64)
  @Field(() => String, { description: clientId })
  readonly clientId!: string;

  @Field(() => GraphQLUuid, { description: 'A confirmed dataset version of your party' })
  readonly datasetVersionId!: string;

  @Field(() => GraphQLUuid, { description: 'The registry to file with' })
  readonly registryId!: string;

  @IsOptional()
  @Field(() => GraphQLLegalDate, {
    nullable: true,
    description:
      'When the resource or product was delivered under authorised operation; it is filed within 20 working days (Art. 9)',
  })
  readonly deliveredOn!: string | null;

  @Length(1, 40, NAME_LENGTH)
  @Field(() => String, { description: '登记数据名称, 40 characters at most' })
  readonly name!: string;

  @Length(1, 400, OVERVIEW_LENGTH)
  @Field(() => String, { description: '数据内容简介, 400 characters at most' })
  readonly overview!: string;

  @ValidateNested()
  @Type(() => MaterialsObject)
  @Field(() => MaterialsObject, { description: 'The materials' })
  readonly materials!: MaterialsObject;

  @ArrayMaxSize(100)
  @ValidateNested({ each: true })
  @Type(() => EvidenceInput)
  @Field(() => [EvidenceInput], {
    defaultValue: [],
    description: 'The deposited evidence (存证); a first registration shows its data file as DATA',
  })
  readonly evidence!: EvidenceInput[];
}

@InputType({ description: 'A change, correction, renewal or cancellation to prepare' })
export class PrepareFollowUpRegistrationInput {
  @Length(1, 64)
  @Field(() => String, { description: clientId })
  readonly clientId!: string;

  @Field(() => GraphQLUuid, { description: 'A registered asset of your party' })
  readonly assetId!: string;

  @Field(() => RegistrationType, { description: '登记类型; not FIRST' })
  readonly type!: RegistrationType;

  @IsOptional()
  @Field(() => RegistrationGround, {
    nullable: true,
    description: 'What gives occasion to it; for a change or a cancellation, and only there',
  })
  readonly ground!: RegistrationGround | null;

  @IsOptional()
  @Length(1, 40, NAME_LENGTH)
  @Field(() => String, { nullable: true, description: 'A new 登记数据名称; for a change or a correction' })
  readonly name!: string | null;

  @IsOptional()
  @Length(1, 400, OVERVIEW_LENGTH)
  @Field(() => String, { nullable: true, description: 'A new 数据内容简介; for a change or a correction' })
  readonly overview!: string | null;

  @IsOptional()
  @Field(() => GraphQLUuid, {
    nullable: true,
    description:
      'For a change on the ground RESOURCE: a newer, confirmed version of the same dataset, whose file is shown as DATA',
  })
  readonly datasetVersionId!: string | null;

  @ValidateNested()
  @Type(() => MaterialsObject)
  @Field(() => MaterialsObject, { description: 'The materials' })
  readonly materials!: MaterialsObject;

  @ArrayMaxSize(100)
  @ValidateNested({ each: true })
  @Type(() => EvidenceInput)
  @Field(() => [EvidenceInput], {
    defaultValue: [],
    description: 'The deposited evidence (存证); a first registration shows its data file as DATA',
  })
  readonly evidence!: EvidenceInput[];
}

@InputType({ description: 'A registration to act on' })
export class RegistrationActInput {
  @Length(1, 64)
  @Field(() => String, { description: clientId })
  readonly clientId!: string;

  @Field(() => GraphQLUuid, { description: 'The registration' })
  readonly registrationId!: string;
}

@InputType({ description: 'A decision on acceptance' })
export class DecideAcceptanceInput extends RegistrationActInput {
  @Field(() => AcceptanceDecision, { description: 'The decision' })
  readonly decision!: AcceptanceDecision;

  @IsOptional()
  @Length(1, 2000)
  @Field(() => String, {
    nullable: true,
    description: 'Why; needed unless it is accepted, and then too if it overlaps strongly',
  })
  readonly reason!: string | null;
}

@InputType({ description: 'The outcome of a form review' })
export class ReviewRegistrationInput extends RegistrationActInput {
  @Field(() => ReviewDecision, { description: 'The outcome' })
  readonly decision!: ReviewDecision;

  @IsOptional()
  @Length(1, 2000)
  @Field(() => String, { nullable: true, description: 'Why; needed for a refusal' })
  readonly reason!: string | null;
}

@InputType({ description: 'A draft, or what was returned, written anew' })
export class AmendRegistrationInput extends RegistrationActInput {
  @Length(1, 40, NAME_LENGTH)
  @Field(() => String, { description: '登记数据名称, 40 characters at most' })
  readonly name!: string;

  @Length(1, 400, OVERVIEW_LENGTH)
  @Field(() => String, { description: '数据内容简介, 400 characters at most' })
  readonly overview!: string;

  @ValidateNested()
  @Type(() => MaterialsObject)
  @Field(() => MaterialsObject, { description: 'The materials' })
  readonly materials!: MaterialsObject;

  @IsOptional()
  @ArrayMaxSize(100)
  @ValidateNested({ each: true })
  @Type(() => EvidenceInput)
  @Field(() => [EvidenceInput], {
    nullable: true,
    description: 'The deposited evidence (存证), all of it anew; left out: as it was',
  })
  readonly evidence!: EvidenceInput[] | null;
}

@InputType({ description: 'An application to let go of' })
export class WithdrawRegistrationInput extends RegistrationActInput {
  @Length(1, 2000)
  @Field(() => String, { description: 'Why' })
  readonly reason!: string;
}

@InputType({ description: 'A registered asset to revoke' })
export class RevokeRegistrationInput {
  @Length(1, 64)
  @Field(() => String, { description: clientId })
  readonly clientId!: string;

  @Field(() => GraphQLUuid, { description: 'The asset' })
  readonly assetId!: string;

  @Length(1, 2000)
  @Field(() => String, {
    description: 'Concealment, false materials, tampering or misuse: what was found (Art. 20)',
  })
  readonly reason!: string;
}

@InputType({ description: 'An objection to what is on public notice' })
export class LodgeObjectionInput extends RegistrationActInput {
  @Length(1, 2000)
  @Field(() => String, { description: 'What is wrong' })
  readonly grounds!: string;

  @Field(() => GraphQLUuid, { description: 'The evidence: a file your party has sent to /uploads' })
  readonly evidenceUploadId!: string;
}

@InputType({ description: 'A decision on an objection' })
export class DecideObjectionInput {
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

@InputType({ description: 'A run of days off' })
export class DaysOffInput {
  @Matches(MONTH_DAY, { message: 'must be a day, MM-DD' })
  @Field(() => String, { description: 'The first day, MM-DD' })
  readonly first!: string;

  @Matches(MONTH_DAY, { message: 'must be a day, MM-DD' })
  @Field(() => String, { description: 'The last day, MM-DD' })
  readonly last!: string;
}

@InputType({ description: 'The State Council’s arrangement of one year' })
export class ImportCalendarYearInput {
  @Length(1, 64)
  @Field(() => String, { description: clientId })
  readonly clientId!: string;

  @Length(4, 4)
  @Field(() => String, { description: 'YYYY' })
  readonly year!: string;

  @ArrayMaxSize(50)
  @ValidateNested({ each: true })
  @Type(() => DaysOffInput)
  @Field(() => [DaysOffInput], { description: 'Days off, in order' })
  readonly off!: DaysOffInput[];

  @ArrayMaxSize(50)
  @Matches(MONTH_DAY, { each: true, message: 'must be a day, MM-DD' })
  @Field(() => [String], { description: 'Saturdays and Sundays that are worked, MM-DD' })
  readonly worked!: string[];

  @Length(1, 200)
  @Field(() => String, { description: 'The document it was published in' })
  readonly source!: string;
}
