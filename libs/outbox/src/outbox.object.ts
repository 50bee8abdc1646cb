import { Field, Int, ObjectType, registerEnumType } from '@nestjs/graphql';

import { connectionOf, GraphQLInstant, GraphQLUuid } from '#libs/graphql';

import { EventAudience } from './event-type.ts';
import { WebhookFault } from './post-webhook.ts';
import { WebhookDeliveryState } from './webhook-delivery.entity.ts';
import { WebhookDisabledFor, WebhookEndpointState } from './webhook-endpoint.entity.ts';

registerEnumType(EventAudience, {
  name: 'EventAudience',
  description: 'As what a party is told of an event',
  valuesMap: {
    APPLICANT: { description: 'Who has filed the application' },
    REGISTRY: { description: 'Who has to decide on it' },
    OBJECTOR: { description: 'Who has objected' },
    HOLDER: { description: 'Whose asset or certificate it is' },
    FILER: { description: 'Who files together with the applicant' },
    BENEFICIARY: { description: 'For whom a title is bound' },
    PROPOSER: { description: 'Who has proposed a correction' },
    ASKER: { description: 'Who asks for public data to be corrected' },
    BODY: { description: 'The data bureau, or the body that holds the data' },
    FIRM: { description: 'Who values it' },
    READER: { description: 'Who has been shown it' },
    ENDPOINT_OWNER: { description: 'Whose webhook endpoint it is' },
  },
});
registerEnumType(WebhookEndpointState, {
  name: 'WebhookEndpointState',
  description: 'Whether a webhook endpoint is sent anything',
  valuesMap: {
    ENABLED: { description: 'It is sent what it asks for' },
    DISABLED: {
      description: 'Nothing is sent; what was pending waits, and what happens meanwhile is in the inbox only',
    },
    DELETED: { description: 'Nothing is sent any more, and its secret is erased' },
  },
});
registerEnumType(WebhookDisabledFor, {
  name: 'WebhookDisabledFor',
  description: 'Why a webhook endpoint is disabled',
  valuesMap: {
    PARTY: { description: 'Its party has disabled it' },
    GONE: { description: 'It answered 410 Gone' },
    FAILING: { description: 'The last attempt of a delivery has failed, three days after the first' },
  },
});
registerEnumType(WebhookDeliveryState, {
  name: 'WebhookDeliveryState',
  description: 'How far a delivery has come',
  valuesMap: {
    PENDING: { description: 'Waits for its next attempt, while its endpoint is enabled' },
    DELIVERED: { description: 'Answered with a status of 2xx' },
    FAILED: { description: 'Given up after the last attempt' },
  },
});
registerEnumType(WebhookFault, {
  name: 'WebhookFault',
  description: 'Why an attempt was in vain',
  valuesMap: {
    URL_REFUSED: { description: 'The exchange sends nothing to such a URL any more' },
    ADDRESS_REFUSED: { description: 'The host resolves to an address that is not on the public internet' },
    NOT_REACHED: { description: 'No connection, or it broke, or its certificate is not trusted' },
    TIMED_OUT: { description: 'No answer within 10 seconds' },
    STATUS_REFUSED: { description: 'Answered with another status than 2xx; redirects are not followed' },
  },
});

@ObjectType('EventType', { description: 'A kind of thing that parties are told of' })
export class EventTypeObject {
  @Field(() => String, { description: 'Its permanent name, such as registration.accepted' })
  readonly type!: string;

  @Field(() => String, { description: 'What it is called, Chinese' })
  readonly title!: string;

  @Field(() => String, { description: 'What it is called, English' })
  readonly titleEn!: string;

  @Field(() => [EventAudience], { description: 'Who is told' })
  readonly tells!: EventAudience[];
}

@ObjectType('Notification', { description: 'An event that concerns your party, in its inbox' })
export class NotificationObject {
  @Field(() => GraphQLUuid, { description: 'The event’s id; webhooks carry it as webhook-id' })
  readonly id!: string;

  @Field(() => String, { description: 'The type of event, one of `eventTypes`' })
  readonly type!: string;

  @Field(() => String, { description: 'What has happened, Chinese' })
  readonly title!: string;

  @Field(() => String, { description: 'What has happened, English' })
  readonly titleEn!: string;

  @Field(() => GraphQLUuid, { description: 'What it happened to: an application, an asset, an objection …' })
  readonly subjectId!: string;

  @Field(() => GraphQLInstant, { description: 'When it happened' })
  readonly occurredAt!: Date;

  @Field(() => String, { description: 'What belongs to it, as JSON' })
  readonly data!: string;

  @Field(() => GraphQLInstant, { nullable: true, description: 'When your party has marked it as read' })
  readonly readAt!: Date | null;
}

@ObjectType('MarkedNotifications', { description: 'Notifications are marked as read' })
export class MarkedNotificationsObject {
  @Field(() => Int, { description: 'How many of your party are unread now' })
  readonly unreadCount!: number;
}

@ObjectType('WebhookEndpoint', { description: 'Where your party has its events sent' })
export class WebhookEndpointObject {
  @Field(() => GraphQLUuid, { description: 'The endpoint’s id' })
  readonly id!: string;

  @Field(() => String, { description: 'Where events are sent' })
  readonly url!: string;

  @Field(() => [String], { description: 'Which are sent: types, groups such as registration.*, or *' })
  readonly eventTypes!: string[];

  @Field(() => WebhookEndpointState, { description: 'Whether it is sent anything' })
  readonly state!: WebhookEndpointState;

  @Field(() => WebhookDisabledFor, { nullable: true, description: 'Why it is disabled' })
  readonly disabledFor!: WebhookDisabledFor | null;

  @Field(() => GraphQLInstant, {
    nullable: true,
    description: 'Until when the secret before the last rotation signs as well',
  })
  readonly previousSecretUntil!: Date | null;

  @Field(() => GraphQLInstant, { description: 'When it was registered' })
  readonly registeredAt!: Date;
}

@ObjectType('IssuedWebhookSecret', { description: 'A webhook endpoint with a new secret' })
export class IssuedWebhookSecretObject {
  @Field(() => WebhookEndpointObject, { description: 'The endpoint' })
  readonly webhookEndpoint!: WebhookEndpointObject;

  @Field(() => String, {
    nullable: true,
    description:
      'The secret that signs (whsec_…, Standard Webhooks), shown this once; null when the command is repeated',
  })
  readonly secret!: string | null;
}

@ObjectType('WebhookDelivery', {
  description:
    'An event on its way to a webhook endpoint: at least once, in no order; the webhook-id tells repeats apart',
})
export class WebhookDeliveryObject {
  @Field(() => GraphQLUuid, { description: 'The delivery’s id' })
  readonly id!: string;

  @Field(() => GraphQLUuid, { description: 'The event; sent as webhook-id with every attempt' })
  readonly eventId!: string;

  @Field(() => String, { description: 'The type of event' })
  readonly type!: string;

  @Field(() => WebhookDeliveryState, { description: 'How far it has come' })
  readonly state!: WebhookDeliveryState;

  @Field(() => Int, { description: 'Attempts so far; ten at most' })
  readonly attempts!: number;

  @Field(() => GraphQLInstant, { nullable: true, description: 'When the last attempt began' })
  readonly lastAttemptAt!: Date | null;

  @Field(() => Int, {
    nullable: true,
    description: 'The HTTP status of the last answer; null: there was none',
  })
  readonly lastStatus!: number | null;

  @Field(() => WebhookFault, { nullable: true, description: 'Why the last attempt was in vain' })
  readonly lastFault!: WebhookFault | null;
}

export const NotificationConnection = connectionOf('Notification', NotificationObject);
export const WebhookEndpointConnection = connectionOf('WebhookEndpoint', WebhookEndpointObject);
export const WebhookDeliveryConnection = connectionOf('WebhookDelivery', WebhookDeliveryObject);
