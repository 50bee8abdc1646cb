import { Field, InputType, ObjectType } from '@nestjs/graphql';
import { IsOptional, Length } from 'class-validator';

import { connectionOf, GraphQLInstant, GraphQLLegalDate, GraphQLUuid } from '#libs/graphql';

const clientId = 'Chosen by you; the same id sent again changes nothing';

@ObjectType('Delegation', {
  description: '委托: a chief data representative lets another person of its party submit for it, for a time',
})
export class DelegationObject {
  @Field(() => GraphQLUuid, { description: 'The delegation’s id' })
  readonly id!: string;

  @Field(() => GraphQLUuid, { description: 'The chief data representative' })
  readonly delegatorId!: string;

  @Field(() => GraphQLUuid, { description: 'Who may submit for it' })
  readonly delegateId!: string;

  @Field(() => GraphQLUuid, {
    nullable: true,
    description: 'For this asset only; null: for all of the party',
  })
  readonly assetId!: string | null;

  @Field(() => GraphQLLegalDate, { description: 'Its first day' })
  readonly firstDay!: string;

  @Field(() => GraphQLLegalDate, { description: 'Its last day' })
  readonly lastDay!: string;

  @Field(() => String, { description: 'Why' })
  readonly reason!: string;

  @Field(() => GraphQLInstant, { description: 'When it was made' })
  readonly delegatedAt!: Date;

  @Field(() => GraphQLUuid, { nullable: true, description: 'Who has revoked it' })
  readonly revokedBy!: string | null;

  @Field(() => GraphQLInstant, { nullable: true, description: 'When it was revoked' })
  readonly revokedAt!: Date | null;
}

export const DelegationConnection = connectionOf('Delegation', DelegationObject);

@InputType({ description: 'To whom, for how long and for what the submitting is delegated' })
export class DelegateSubmissionInput {
  @Length(1, 64)
  @Field(() => String, { description: clientId })
  readonly clientId!: string;

  @Field(() => GraphQLUuid, { description: 'Another person of your party' })
  readonly delegateId!: string;

  @IsOptional()
  @Field(() => GraphQLUuid, { nullable: true, description: 'An asset of your party; left out: all of them' })
  readonly assetId!: string | null;

  @Field(() => GraphQLLegalDate, { description: 'The first day, today at the earliest' })
  readonly from!: string;

  @Field(() => GraphQLLegalDate, { description: 'The last day' })
  readonly to!: string;

  @Length(1, 400)
  @Field(() => String, { description: 'Why' })
  readonly reason!: string;
}

@InputType({ description: 'A delegation to revoke' })
export class RevokeDelegationInput {
  @Length(1, 64)
  @Field(() => String, { description: clientId })
  readonly clientId!: string;

  @Field(() => GraphQLUuid, { description: 'The delegation' })
  readonly delegationId!: string;
}
