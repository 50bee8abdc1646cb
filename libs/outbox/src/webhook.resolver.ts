import { Args, Mutation, Parent, Query, ResolveField, Resolver } from '@nestjs/graphql';

import { ClientIdReused } from '#libs/audit';
import { InvalidInput, invariant } from '#libs/foundation';
import {
  type Actor,
  AllowedTo,
  type BatchRead,
  CurrentActor,
  CurrentRequest,
  declareResult,
  GraphQLInstant,
  GraphQLUuid,
  idAfter,
  inOrderOf,
  loadOne,
  PageArgs,
  pageOf,
  type RequestContext,
  Role,
  sortKeyAfter,
} from '#libs/graphql';

import {
  TooManyWebhookEndpoints,
  WebhookDeliveryNotFound,
  WebhookEndpointNotEnabled,
  WebhookEndpointNotFound,
} from './outbox.errors.ts';
import {
  RedeliverWebhookInput,
  RegisterWebhookEndpointInput,
  WebhookEndpointActInput,
} from './outbox.input.ts';
import {
  IssuedWebhookSecretObject,
  WebhookDeliveryConnection,
  WebhookDeliveryObject,
  WebhookEndpointConnection,
  WebhookEndpointObject,
} from './outbox.object.ts';
import { type WebhookDelivery, WebhookDeliveryState } from './webhook-delivery.entity.ts';
import type { WebhookEndpoint } from './webhook-endpoint.entity.ts';
import {
  type IssuedWebhookSecret,
  type SettableState,
  WebhookEndpointService,
} from './webhook-endpoint.service.ts';

const always = [InvalidInput, ClientIdReused];
const ofAct = [...always, WebhookEndpointNotFound];
const RegisterWebhookEndpointResult = declareResult(
  'RegisterWebhookEndpointResult',
  IssuedWebhookSecretObject,
  [...always, TooManyWebhookEndpoints],
);
const RotateWebhookSecretResult = declareResult(
  'RotateWebhookSecretResult',
  IssuedWebhookSecretObject,
  ofAct,
);
const EnableWebhookEndpointResult = declareResult(
  'EnableWebhookEndpointResult',
  WebhookEndpointObject,
  ofAct,
);
const DisableWebhookEndpointResult = declareResult(
  'DisableWebhookEndpointResult',
  WebhookEndpointObject,
  ofAct,
);
const DeleteWebhookEndpointResult = declareResult(
  'DeleteWebhookEndpointResult',
  WebhookEndpointObject,
  ofAct,
);
const RedeliverWebhookResult = declareResult('RedeliverWebhookResult', WebhookDeliveryObject, [
  ...always,
  WebhookDeliveryNotFound,
  WebhookEndpointNotEnabled,
]);

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** Those who answer for what their party's systems get; at a registry that is who decides in the end. */
const AllowedToSetUp = () =>
  AllowedTo(Role.CHIEF_DATA_REPRESENTATIVE, Role.OPERATOR, Role.INSTITUTION_USER, Role.REVIEWER);

@Resolver(() => WebhookDeliveryObject)
export class WebhookResolver {
  constructor(private readonly endpoints: WebhookEndpointService) {}

  private readonly endpointsById: BatchRead<WebhookEndpoint> = async (ids, actor) =>
    inOrderOf(ids, await this.endpoints.findAll(actor, ids), ({ id }) => id);

  @AllowedToSetUp()
  @Query(() => WebhookEndpointConnection, {
    name: 'webhookEndpoints',
    description: 'The webhook endpoints of your party that are not deleted, oldest first',
  })
  async listEndpoints(@CurrentActor() actor: Actor, @Args() { first, after }: PageArgs) {
    return pageOf(await this.endpoints.list(actor, first, idAfter(after)), first, ({ id }) => [id]);
  }

  @AllowedToSetUp()
  @Query(() => WebhookDeliveryConnection, {
    name: 'webhookDeliveries',
    description: 'What was and is to be sent to the webhook endpoints of your party, the newest event first',
  })
  async listDeliveries(
    @CurrentActor() actor: Actor,
    @Args() { first, after }: PageArgs,
    @Args('webhookEndpointId', {
      type: () => GraphQLUuid,
      nullable: true,
      description: 'To this endpoint only',
    })
    endpointId: string | null,
    @Args('state', { type: () => WebhookDeliveryState, nullable: true, description: 'In this state only' })
    state: WebhookDeliveryState | null,
  ) {
    const key = sortKeyAfter(after, 2);
    if (key && !key.every((id) => UUID.test(id)))
      throw new InvalidInput('after', 'must be a cursor of this list');
    const found = await this.endpoints.listDeliveries(actor, {
      first,
      after: key as [string, string] | null,
      endpointId: endpointId ?? null,
      state: state ?? null,
    });
    return pageOf(found, first, ({ eventId, id }) => [eventId, id]);
  }

  @ResolveField('webhookEndpoint', () => WebhookEndpointObject, { description: 'Where it is sent' })
  endpointOf(@Parent() { endpointId }: WebhookDelivery, @CurrentRequest() request: RequestContext) {
    return loadOne(request, this.endpointsById, endpointId);
  }

  @ResolveField('nextAttemptAt', () => GraphQLInstant, {
    nullable: true,
    description: 'When it is tried next, at the earliest; null: it is not any more',
  })
  nextAttemptOf(@Parent() { state, dueAt }: WebhookDelivery) {
    return state === WebhookDeliveryState.PENDING ? dueAt : null;
  }

  @AllowedToSetUp()
  @Mutation(() => RegisterWebhookEndpointResult, {
    description:
      'Has events that concern your party sent to a URL: CloudEvents 1.0 (structured, JSON), signed by Standard Webhooks, retried over three days until answered with 2xx; at least once, in no order',
  })
  registerWebhookEndpoint(
    @CurrentActor() actor: Actor,
    @Args('input') { clientId, ...endpoint }: RegisterWebhookEndpointInput,
  ) {
    const done = this.endpoints.register(actor, clientId, endpoint);
    return this.shown(actor, done);
  }

  @AllowedToSetUp()
  @Mutation(() => RotateWebhookSecretResult, {
    description: 'Gives an endpoint a new secret; for 24 hours the one before signs as well',
  })
  rotateWebhookSecret(
    @CurrentActor() actor: Actor,
    @Args('input') { clientId, webhookEndpointId }: WebhookEndpointActInput,
  ) {
    const done = this.endpoints.rotateSecret(actor, clientId, webhookEndpointId);
    return this.shown(actor, done);
  }

  @AllowedToSetUp()
  @Mutation(() => EnableWebhookEndpointResult, {
    description: 'Has a disabled endpoint sent events again; what was pending goes on',
  })
  enableWebhookEndpoint(@CurrentActor() actor: Actor, @Args('input') input: WebhookEndpointActInput) {
    return this.set(actor, input, 'ENABLED');
  }

  @AllowedToSetUp()
  @Mutation(() => DisableWebhookEndpointResult, {
    description: 'Has an endpoint sent nothing until it is enabled; meanwhile events are in the inbox only',
  })
  disableWebhookEndpoint(@CurrentActor() actor: Actor, @Args('input') input: WebhookEndpointActInput) {
    return this.set(actor, input, 'DISABLED');
  }

  @AllowedToSetUp()
  @Mutation(() => DeleteWebhookEndpointResult, {
    description:
      'Has an endpoint sent nothing any more and erases its secret; its deliveries stay to be seen',
  })
  deleteWebhookEndpoint(@CurrentActor() actor: Actor, @Args('input') input: WebhookEndpointActInput) {
    return this.set(actor, input, 'DELETED');
  }

  @AllowedToSetUp()
  @Mutation(() => RedeliverWebhookResult, {
    description: 'Sends an event to an endpoint again, now, under the same webhook-id',
  })
  redeliverWebhook(
    @CurrentActor() actor: Actor,
    @Args('input') { clientId, webhookDeliveryId }: RedeliverWebhookInput,
  ) {
    return this.endpoints
      .redeliver(actor, clientId, webhookDeliveryId)
      .then((id) => this.endpoints.findDelivery(actor, id));
  }

  private async set(
    actor: Actor,
    { clientId, webhookEndpointId }: WebhookEndpointActInput,
    to: SettableState,
  ) {
    return this.endpoints.find(actor, await this.endpoints.setState(actor, clientId, webhookEndpointId, to));
  }

  private async shown(actor: Actor, done: Promise<IssuedWebhookSecret>) {
    const { id, secret } = await done;
    const webhookEndpoint = await this.endpoints.find(actor, id);
    invariant(webhookEndpoint, 'A registered endpoint is there');
    return { webhookEndpoint, secret };
  }
}
