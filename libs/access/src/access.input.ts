import { Field, InputType } from '@nestjs/graphql';
import { ArrayMaxSize, ArrayMinSize, ArrayUnique, IsOptional, Length } from 'class-validator';

import { GraphQLBigInt, GraphQLInstant, GraphQLUuid } from '#libs/graphql';

import { Purpose } from './purpose.ts';

const clientId = 'Chosen by you; the same id sent again changes nothing';

@InputType({ description: 'What is asked for' })
export class RequestAccessInput {
  @Length(1, 64)
  @Field(() => String, { description: clientId })
  readonly clientId!: string;

  @Field(() => GraphQLUuid, { description: 'A live listing' })
  readonly listingId!: string;

  @Field(() => Purpose, { description: 'What for' })
  readonly purpose!: Purpose;

  @Length(1, 2000)
  @Field(() => String, { description: 'Why it is needed' })
  readonly justification!: string;

  @IsOptional()
  @ArrayMinSize(1)
  @ArrayMaxSize(50)
  @ArrayUnique()
  @Field(() => [String], { nullable: true, description: 'A part of the product’s fields; null: all' })
  readonly fields!: string[] | null;

  @Field(() => GraphQLBigInt, { description: 'Answered calls, 1 or more' })
  readonly quota!: bigint;

  @Field(() => GraphQLInstant, {
    description: 'Until when, in exchange time; a grant ends with the certificate at the latest',
  })
  readonly validUntil!: Date;
}

@InputType({ description: 'A decision on an access request' })
export class ReviewAccessRequestInput {
  @Length(1, 64)
  @Field(() => String, { description: clientId })
  readonly clientId!: string;

  @Field(() => GraphQLUuid, { description: 'The request' })
  readonly accessRequestId!: string;

  @Field(() => Boolean, { description: 'True makes the usage grant' })
  readonly isApproved!: boolean;

  @IsOptional()
  @Length(1, 2000)
  @Field(() => String, { nullable: true, description: 'Why; needed for a rejection' })
  readonly reason!: string | null;
}

@InputType({ description: 'A usage grant to stop or resume' })
export class FreezeUsageGrantInput {
  @Length(1, 64)
  @Field(() => String, { description: clientId })
  readonly clientId!: string;

  @Field(() => GraphQLUuid, { description: 'The grant' })
  readonly usageGrantId!: string;

  @Field(() => Boolean, { description: 'True stops it, false resumes it' })
  readonly isFrozen!: boolean;
}

@InputType({ description: 'A person’s separate consent' })
export class RecordConsentInput {
  @Length(1, 64)
  @Field(() => String, { description: clientId })
  readonly clientId!: string;

  @Field(() => GraphQLUuid, { description: 'The product' })
  readonly productId!: string;

  @Field(() => GraphQLUuid, { description: 'The institution that may get answers' })
  readonly recipientId!: string;

  @Field(() => Purpose, { description: 'What for' })
  readonly purpose!: Purpose;

  @IsOptional()
  @Length(1, 200)
  @Field(() => String, { nullable: true, description: 'At a desk: the person’s identifier; it is not kept' })
  readonly subject!: string | null;

  @IsOptional()
  @Length(64, 64)
  @Field(() => String, { nullable: true, description: 'At a desk: SHA-256 of the signed form, hex' })
  readonly evidenceSha256!: string | null;
}

@InputType({ description: 'A consent to withdraw' })
export class WithdrawConsentInput {
  @Length(1, 64)
  @Field(() => String, { description: clientId })
  readonly clientId!: string;

  @Field(() => GraphQLUuid, { description: 'The consent' })
  readonly consentId!: string;
}
