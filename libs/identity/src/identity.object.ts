import { Field, Int, ObjectType } from '@nestjs/graphql';

import { connectionOf, GraphQLInstant, GraphQLUuid, Role } from '#libs/graphql';

@ObjectType('Person', { description: 'A human being who acts for a party' })
export class PersonObject {
  @Field(() => GraphQLUuid, { description: 'The person’s id' })
  readonly id!: string;

  @Field(() => GraphQLUuid, { description: 'The party acted for' })
  readonly partyId!: string;

  @Field(() => String, { description: 'The sign-in name' })
  readonly login!: string;

  @Field(() => String, { description: 'The name to show' })
  readonly displayName!: string;

  @Field(() => [Role], { description: 'What the person may act as' })
  readonly roles!: Role[];
}

@ObjectType('Session', { description: 'What a sign-in or a refresh gives' })
export class SessionObject {
  @Field(() => String, { description: 'For the header `Authorization: Bearer …`' })
  readonly accessToken!: string;

  @Field(() => Int, { description: 'How long the access token works, in seconds' })
  readonly accessTokenSeconds!: number;

  @Field(() => String, { description: 'Gives the next session; works once' })
  readonly refreshToken!: string;
}

@ObjectType('SignedOut', { description: 'The session has ended' })
export class SignedOutObject {
  @Field(() => Boolean, { description: 'Always true' })
  readonly signedOut!: boolean;
}

@ObjectType('ApiKey', { description: 'A machine’s key; its secret is not kept' })
export class ApiKeyObject {
  @Field(() => GraphQLUuid, { description: 'The key’s id' })
  readonly id!: string;

  @Field(() => String, { description: 'What its maker calls it' })
  readonly name!: string;

  @Field(() => String, { description: 'The public part, by which to recognise it' })
  readonly prefix!: string;

  @Field(() => [Role], { description: 'What it may act as' })
  readonly roles!: Role[];

  @Field(() => GraphQLInstant, { description: 'Real time of issue' })
  readonly issuedAt!: Date;

  @Field(() => GraphQLInstant, { description: 'Real time from which it works no more' })
  readonly expiresAt!: Date;

  @Field(() => GraphQLInstant, { nullable: true, description: 'When it was revoked' })
  readonly revokedAt!: Date | null;
}

@ObjectType('IssuedApiKey', { description: 'A new API key' })
export class IssuedApiKeyObject {
  @Field(() => ApiKeyObject, { description: 'The key' })
  readonly apiKey!: ApiKeyObject;

  @Field(() => String, {
    nullable: true,
    description: 'The whole key, shown this once; null when the command is repeated',
  })
  readonly key!: string | null;
}

export const ApiKeyConnection = connectionOf('ApiKey', ApiKeyObject);
