import { Args, Int, Mutation, Query, Resolver } from '@nestjs/graphql';

import { ClientIdReused } from '#libs/audit';
import { InvalidInput } from '#libs/foundation';
import {
  type Actor,
  AllowedToAnyone,
  AllowedToSignedIn,
  CurrentActor,
  declareResult,
  idAfter,
  PageArgs,
  pageOf,
} from '#libs/graphql';

import { EVENT_TYPES } from './event-type.ts';
import { InboxService, type NotificationChoice } from './inbox.service.ts';
import { NotificationNotFound } from './outbox.errors.ts';
import { MarkNotificationsReadInput } from './outbox.input.ts';
import {
  EventTypeObject,
  MarkedNotificationsObject,
  NotificationConnection,
  NotificationObject,
} from './outbox.object.ts';

const MarkNotificationsReadResult = declareResult('MarkNotificationsReadResult', MarkedNotificationsObject, [
  ...[InvalidInput, ClientIdReused],
  NotificationNotFound,
]);

@Resolver(() => NotificationObject)
export class InboxResolver {
  constructor(private readonly inbox: InboxService) {}

  @AllowedToAnyone()
  @Query(() => [EventTypeObject], { description: 'The types of event that parties are told of' })
  eventTypes() {
    return Object.entries(EVENT_TYPES).map(([type, row]) => ({ type, ...row }));
  }

  @AllowedToSignedIn()
  @Query(() => NotificationConnection, {
    name: 'notifications',
    description: 'The inbox of your party, the newest first',
  })
  async listNotifications(
    @CurrentActor() actor: Actor,
    @Args() { first, after }: PageArgs,
    @Args('unreadOnly', { type: () => Boolean, defaultValue: false, description: 'Only what is unread' })
    unreadOnly: boolean,
    @Args('type', {
      type: () => String,
      nullable: true,
      description: 'Of this type only, or of a group such as registration.*',
    })
    type: string | null,
  ) {
    const page = { first, afterId: idAfter(after), unreadOnly, type: type ?? null };
    return pageOf(await this.inbox.list(actor, page), first, ({ id }) => [id]);
  }

  @AllowedToSignedIn()
  @Query(() => Int, { description: 'How many notifications your party has not read' })
  unreadNotificationCount(@CurrentActor() actor: Actor) {
    return this.inbox.countUnread(actor);
  }

  @AllowedToSignedIn()
  @Mutation(() => MarkNotificationsReadResult, {
    description: 'Marks notifications as read, for your whole party',
  })
  markNotificationsRead(
    @CurrentActor() actor: Actor,
    @Args('input') { clientId, ids, allUpTo }: MarkNotificationsReadInput,
  ) {
    return this.mark(actor, clientId, ids ?? null, allUpTo ?? null);
  }

  private async mark(actor: Actor, clientId: string, ids: string[] | null, allUpTo: string | null) {
    await this.inbox.markRead(actor, clientId, choiceOf(ids, allUpTo));
    return { unreadCount: await this.inbox.countUnread(actor) };
  }
}

function choiceOf(ids: string[] | null, allUpTo: string | null): NotificationChoice {
  if (ids && allUpTo === null) return { ids };
  if (!ids && allUpTo !== null) return { allUpTo };
  throw new InvalidInput('ids', 'give either ids or allUpTo');
}
