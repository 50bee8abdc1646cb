import { Field, InputType } from '@nestjs/graphql';
import {
  ArrayNotEmpty,
  ArrayUnique,
  IsDate,
  IsEnum,
  Length,
  Matches,
  MaxLength,
  MinLength,
} from 'class-validator';

import { GraphQLInstant, GraphQLUuid, Role } from '#libs/graphql';

@InputType({ description: 'A sign-in' })
export class SignInInput {
  @Length(1, 64)
  @Field(() => String, { description: 'The sign-in name' })
  readonly login!: string;

  @MinLength(1)
  @MaxLength(200)
  @Field(() => String, { description: 'The password' })
  readonly password!: string;
}

@InputType({ description: 'A refresh token to use up' })
export class RefreshTokenInput {
  @Length(1, 200)
  @Field(() => String, { description: 'As the last session gave it' })
  readonly refreshToken!: string;
}

@InputType({ description: 'A person to register' })
export class RegisterPersonInput {
  @Length(1, 64)
  @Field(() => String, { description: 'Chosen by you; the same id sent again changes nothing' })
  readonly clientId!: string;

  @Field(() => GraphQLUuid, { description: 'The party to act for' })
  readonly partyId!: string;

  @Matches(/^[a-z0-9][a-z0-9._-]{2,63}$/, { message: 'must be 3 to 64 of a-z 0-9 . _ -' })
  @Field(() => String, { description: 'The sign-in name, unique on the exchange' })
  readonly login!: string;

  @Length(1, 60)
  @Field(() => String, { description: 'The name to show' })
  readonly displayName!: string;

  @ArrayNotEmpty()
  @ArrayUnique()
  @IsEnum(Role, { each: true })
  @Field(() => [Role], { description: 'What the person may act as' })
  readonly roles!: Role[];

  @MinLength(12)
  @MaxLength(200)
  @Field(() => String, { description: 'The first password, 12 characters at least' })
  readonly password!: string;
}

@InputType({ description: 'An API key to issue' })
export class IssueApiKeyInput {
  @Length(1, 64)
  @Field(() => String, { description: 'Chosen by you; the same id sent again changes nothing' })
  readonly clientId!: string;

  @Length(1, 60)
  @Field(() => String, { description: 'What you call it' })
  readonly name!: string;

  @ArrayNotEmpty()
  @ArrayUnique()
  @IsEnum(Role, { each: true })
  @Field(() => [Role], { description: 'A part of your own roles' })
  readonly roles!: Role[];

  @IsDate()
  @Field(() => GraphQLInstant, { description: 'Within the next 366 days, real time' })
  readonly expiresAt!: Date;
}

@InputType({ description: 'An API key to revoke' })
export class RevokeApiKeyInput {
  @Length(1, 64)
  @Field(() => String, { description: 'Chosen by you; the same id sent again changes nothing' })
  readonly clientId!: string;

  @Field(() => GraphQLUuid, { description: 'A key of your party' })
  readonly apiKeyId!: string;
}
