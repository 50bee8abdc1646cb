import { Args, Mutation, Query, Resolver } from '@nestjs/graphql';

import { ClientIdReused } from '#libs/audit';
import { InvalidInput, invariant } from '#libs/foundation';
import {
  type Actor,
  AllowedTo,
  AllowedToAnyone,
  AllowedToSignedIn,
  CurrentActor,
  CurrentRequest,
  declareResult,
  PageArgs,
  pageOf,
  type RequestContext,
  Role,
  idAfter,
} from '#libs/graphql';

import { ApiKeyService } from './api-key.service.ts';
import { ApiKeyNotFound, LoginTaken, RoleNotYours, SessionEnded, SignInRefused } from './identity.errors.ts';
import {
  IssueApiKeyInput,
  RefreshTokenInput,
  RegisterPersonInput,
  RevokeApiKeyInput,
  SignInInput,
} from './identity.input.ts';
import {
  ApiKeyConnection,
  ApiKeyObject,
  IssuedApiKeyObject,
  PersonObject,
  SessionObject,
  SignedOutObject,
} from './identity.object.ts';
import { PersonService } from './person.service.ts';
import { SessionService } from './session.service.ts';

const SignInResult = declareResult('SignInResult', SessionObject, [InvalidInput, SignInRefused]);
const RefreshSessionResult = declareResult('RefreshSessionResult', SessionObject, [
  InvalidInput,
  SessionEnded,
]);
const SignOutResult = declareResult('SignOutResult', SignedOutObject, [InvalidInput]);
const RegisterPersonResult = declareResult('RegisterPersonResult', PersonObject, [
  InvalidInput,
  ClientIdReused,
  LoginTaken,
]);
const IssueApiKeyResult = declareResult('IssueApiKeyResult', IssuedApiKeyObject, [
  InvalidInput,
  ClientIdReused,
  RoleNotYours,
]);
const RevokeApiKeyResult = declareResult('RevokeApiKeyResult', ApiKeyObject, [
  InvalidInput,
  ClientIdReused,
  ApiKeyNotFound,
]);

@Resolver()
export class IdentityResolver {
  constructor(
    private readonly sessions: SessionService,
    private readonly people: PersonService,
    private readonly apiKeys: ApiKeyService,
  ) {}

  @AllowedToAnyone()
  @Mutation(() => SignInResult, { description: 'Signs a person in' })
  signIn(@Args('input') { login, password }: SignInInput, @CurrentRequest() { requestId }: RequestContext) {
    return this.sessions.signIn(login, password, requestId);
  }

  @AllowedToAnyone()
  @Mutation(() => RefreshSessionResult, {
    description: 'Goes on with a session; each token works once',
  })
  refreshSession(
    @Args('input') { refreshToken }: RefreshTokenInput,
    @CurrentRequest() { requestId }: RequestContext,
  ) {
    return this.sessions.refresh(refreshToken, requestId);
  }

  @AllowedToAnyone()
  @Mutation(() => SignOutResult, { description: 'Ends a session' })
  signOut(@Args('input') { refreshToken }: RefreshTokenInput) {
    return this.sessions.signOut(refreshToken).then(() => ({ signedOut: true }));
  }

  @AllowedToSignedIn()
  @Query(() => PersonObject, { nullable: true, description: 'Who you are; null for an API key' })
  me(@CurrentActor() actor: Actor) {
    return actor.kind === 'PERSON' ? this.people.find(actor, actor.id) : null;
  }

  @AllowedTo(Role.OPERATOR)
  @Mutation(() => RegisterPersonResult, { description: 'Registers a person who acts for a party' })
  registerPerson(
    @CurrentActor() actor: Actor,
    @Args('input') { clientId, partyId, login, displayName, roles, password }: RegisterPersonInput,
  ) {
    return this.people
      .register(actor, clientId, { partyId, login, displayName, roles, password })
      .then((id) => this.people.find(actor, id));
  }

  @AllowedToSignedIn()
  @Mutation(() => IssueApiKeyResult, { description: 'Makes an API key for a machine of your party' })
  issueApiKey(@CurrentActor() actor: Actor, @Args('input') { clientId, ...terms }: IssueApiKeyInput) {
    return this.apiKeys.issue(actor, clientId, terms).then(async ({ id, key }) => {
      const apiKey = await this.apiKeys.find(actor, id);
      invariant(apiKey, 'An issued key is there');
      return { apiKey, key };
    });
  }

  @AllowedToSignedIn()
  @Mutation(() => RevokeApiKeyResult, { description: 'Ends an API key, within ten seconds' })
  revokeApiKey(@CurrentActor() actor: Actor, @Args('input') { clientId, apiKeyId }: RevokeApiKeyInput) {
    return this.apiKeys.revoke(actor, clientId, apiKeyId).then((id) => this.apiKeys.find(actor, id));
  }

  @AllowedToSignedIn()
  @Query(() => ApiKeyConnection, { name: 'apiKeys', description: 'The API keys of your party, oldest first' })
  async myApiKeys(@CurrentActor() actor: Actor, @Args() { first, after }: PageArgs) {
    const afterId = idAfter(after);
    return pageOf(await this.apiKeys.list(actor, first, afterId), first, ({ id }) => [id]);
  }
}
