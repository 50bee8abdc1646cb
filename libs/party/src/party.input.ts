import { Field, InputType } from '@nestjs/graphql';
import { IsOptional, Length } from 'class-validator';

import { GraphQLInstant } from '#libs/graphql';

import { PartyKind } from './party-kind.ts';

@InputType({ description: 'A party to register' })
export class RegisterPartyInput {
  @Length(1, 64)
  @Field(() => String, { description: 'Chosen by you; the same id sent again changes nothing' })
  readonly clientId!: string;

  @Field(() => PartyKind, { description: 'What it is' })
  readonly kind!: PartyKind;

  @Length(1, 120)
  @Field(() => String, { description: 'Its name' })
  readonly name!: string;

  @IsOptional()
  @Length(1, 30)
  @Field(() => String, { nullable: true, description: 'Of a body: its unified social credit code' })
  readonly uscc!: string | null;

  @IsOptional()
  @Length(1, 200)
  @Field(() => String, {
    nullable: true,
    description: 'Of a natural person: its identifier, of which only a keyed pseudonym is kept',
  })
  readonly subject!: string | null;

  @Field(() => Boolean, { defaultValue: false, description: 'Made up; on a sample exchange only' })
  readonly isSample!: boolean;
}

@InputType({ description: 'Where to put the clock of a sample exchange' })
export class AdvanceClockInput {
  @Length(1, 64)
  @Field(() => String, { description: 'Chosen by you; the same id sent again changes nothing' })
  readonly clientId!: string;

  @Field(() => GraphQLInstant, { description: 'Later than exchange time is' })
  readonly to!: Date;
}
