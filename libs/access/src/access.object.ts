import { Field, ObjectType, registerEnumType } from '@nestjs/graphql';

import { connectionOf, GraphQLBigInt, GraphQLDecimal, GraphQLInstant, GraphQLUuid } from '#libs/graphql';

import { Purpose } from './purpose.ts';

registerEnumType(Purpose, {
  name: 'Purpose',
  description: 'What data is asked for',
  valuesMap: {
    LOAN_ORIGINATION: { description: '贷前审查' },
    LOAN_DISBURSEMENT: { description: '贷中放款' },
    LOAN_MONITORING: { description: '贷后跟踪' },
    UNDERWRITING: { description: '核保' },
    CLAIMS: { description: '理赔' },
    MEDICAL_CARE: { description: '诊疗' },
    RESEARCH: { description: '科研' },
  },
});

@ObjectType('UsageGrant', { description: '授权: a bounded right to call one product for one purpose' })
export class UsageGrantObject {
  @Field(() => GraphQLUuid, { description: 'The grant’s id; what an invocation names' })
  readonly id!: string;

  @Field(() => GraphQLUuid, { description: 'The product' })
  readonly productId!: string;

  @Field(() => GraphQLUuid, { description: 'Who may call' })
  readonly consumerId!: string;

  @Field(() => GraphQLUuid, { description: 'Whose data it is' })
  readonly providerId!: string;

  @Field(() => Purpose, { description: 'What for' })
  readonly purpose!: Purpose;

  @Field(() => [String], {
    nullable: true,
    description: 'The fields that may be asked; null for a conclusion',
  })
  readonly fields!: string[] | null;

  @Field(() => Boolean, { description: 'Each call needs the live consent of the person it is about' })
  readonly demandsConsent!: boolean;

  @Field(() => GraphQLDecimal, { description: 'Yuan per answered call' })
  readonly pricePerCall!: string;

  @Field(() => GraphQLBigInt, { description: 'Answered calls allowed in all' })
  readonly quota!: bigint;

  @Field(() => GraphQLBigInt, { description: 'Answered calls that are left' })
  readonly remaining!: bigint;

  @Field(() => GraphQLInstant, { description: 'From when' })
  readonly validFrom!: Date;

  @Field(() => GraphQLInstant, { description: 'From when no more' })
  readonly expiresAt!: Date;

  @Field(() => Boolean, { description: 'Stopped by the operator or a regulator' })
  readonly isFrozen!: boolean;
}

@ObjectType('AccessRequest', { description: '申请: somebody asks to use a product' })
export class AccessRequestObject {
  @Field(() => GraphQLUuid, { description: 'The request’s id' })
  readonly id!: string;

  @Field(() => GraphQLUuid, { description: 'The listing asked for' })
  readonly listingId!: string;

  @Field(() => GraphQLUuid, { description: 'Who asks' })
  readonly consumerId!: string;

  @Field(() => Purpose, { description: 'What for' })
  readonly purpose!: Purpose;

  @Field(() => String, { description: 'Why it is needed' })
  readonly justification!: string;

  @Field(() => [String], { nullable: true, description: 'The fields asked for; null: all that is offered' })
  readonly fields!: string[] | null;

  @Field(() => GraphQLBigInt, { description: 'Answered calls asked for' })
  readonly quota!: bigint;

  @Field(() => GraphQLInstant, { description: 'Until when' })
  readonly validUntil!: Date;

  @Field(() => String, { description: 'SUBMITTED, APPROVED or REJECTED' })
  readonly state!: string;

  @Field(() => GraphQLInstant, { description: 'When it was asked' })
  readonly requestedAt!: Date;

  @Field(() => GraphQLInstant, { nullable: true, description: 'When it was decided' })
  readonly reviewedAt!: Date | null;

  @Field(() => String, { nullable: true, description: 'Why it was rejected' })
  readonly reason!: string | null;
}

@ObjectType('Consent', { description: '个人同意: of one person, to one product, recipient and purpose' })
export class ConsentObject {
  @Field(() => GraphQLUuid, { description: 'The consent’s id' })
  readonly id!: string;

  @Field(() => GraphQLUuid, { description: 'The product' })
  readonly productId!: string;

  @Field(() => GraphQLUuid, { description: 'Who may get answers' })
  readonly recipientId!: string;

  @Field(() => Purpose, { description: 'What for' })
  readonly purpose!: Purpose;

  @Field(() => GraphQLInstant, { description: 'When it was given' })
  readonly givenAt!: Date;

  @Field(() => GraphQLInstant, { nullable: true, description: 'When it was withdrawn' })
  readonly withdrawnAt!: Date | null;
}

export const UsageGrantConnection = connectionOf('UsageGrant', UsageGrantObject);
export const AccessRequestConnection = connectionOf('AccessRequest', AccessRequestObject);
