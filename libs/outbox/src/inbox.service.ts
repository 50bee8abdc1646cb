import { Injectable } from '@nestjs/common';

import { type AuditActor, CommandRunner } from '#libs/audit';
import { type SecurityContext, type Transaction, TransactionRunner } from '#libs/database';
import { Clock, InvalidInput, invariant } from '#libs/foundation';

import { EVENT_TYPES, isEventFilter, isEventType } from './event-type.ts';
import { NotificationNotFound } from './outbox.errors.ts';

export interface Notification {
  /** The event's. */
  readonly id: string;
  readonly type: string;
  readonly title: string;
  readonly titleEn: string;
  readonly subjectId: string;
  readonly occurredAt: Date;
  readonly data: string;
  readonly readAt: Date | null;
}

/** Which ones: these, or all up to this one. */
export type NotificationChoice = { readonly ids: readonly string[] } | { readonly allUpTo: string };

/** What a party was told. */
@Injectable()
export class InboxService {
  constructor(
    private readonly commands: CommandRunner,
    private readonly transactions: TransactionRunner,
    private readonly clock: Clock,
  ) {}

  /** The newest first. @throws InvalidInput, path `type` */
  async list(
    context: SecurityContext,
    page: {
      readonly first: number;
      readonly afterId: string | null;
      readonly unreadOnly: boolean;
      readonly type: string | null;
    },
  ): Promise<Notification[]> {
    const { first, afterId, unreadOnly, type } = page;
    if (type !== null && !isEventFilter(type))
      throw new InvalidInput('type', 'must be a type of event, or a group of them such as registration.*');
    const filters = [
      ...(unreadOnly ? ['read_at IS NULL'] : []),
      // Apart, so that an index serves the one; of a group there are many.
      ...(type === null ? [] : [type.includes('*') ? 'notification.type LIKE $3' : 'notification.type = $3']),
    ];
    const found: Omit<Notification, 'title' | 'titleEn'>[] = await this.transactions.run(context, (tx) =>
      tx.query(
        `SELECT event.id, event.type, subject_id AS "subjectId", occurred_at AS "occurredAt", data, read_at AS "readAt"
         FROM notification JOIN event ON event.id = event_id
         WHERE ${['party_id = $1', '($2::uuid IS NULL OR event_id < $2)', ...filters].join(' AND ')}
         ORDER BY event_id DESC LIMIT ${first + 1}`,
        [context.partyId, afterId, ...(type === null ? [] : [type.replace('*', '%')])],
      ),
    );
    return found.map((row) => ({ ...row, ...titlesOf(row.type) }));
  }

  countUnread(context: SecurityContext): Promise<number> {
    return this.transactions.run(context, async (tx) => {
      const [counted]: { unread: number }[] = await tx.query(
        'SELECT count(*)::int AS unread FROM notification WHERE party_id = $1 AND read_at IS NULL',
        [context.partyId],
      );
      return counted?.unread ?? 0;
    });
  }

  /** For the whole party; what is read already stays as it is. @throws NotificationNotFound for any id that is not there */
  async markRead(actor: AuditActor, clientId: string, choice: NotificationChoice): Promise<void> {
    const content = 'ids' in choice ? { ids: [...new Set(choice.ids)].sort() } : { allUpTo: choice.allUpTo };
    const command = { clientId, action: 'MARK_NOTIFICATIONS_READ', content };
    const { partyId } = actor;
    invariant(partyId, 'An inbox is a party’s');
    await this.commands.run(actor, command, async (tx) => {
      const named = 'ids' in content ? content.ids : [content.allUpTo];
      await this.mustBeTold(tx, partyId, named);
      await tx.query(
        `UPDATE notification SET read_at = $3
         WHERE party_id = $1 AND read_at IS NULL AND ${'ids' in content ? 'event_id = ANY ($2)' : 'event_id <= ($2::uuid[])[1]'}`,
        [partyId, named, this.clock.now()],
      );
      return { subjectId: partyId };
    });
  }

  private async mustBeTold(tx: Transaction, partyId: string, ids: readonly string[]): Promise<void> {
    const [told]: { n: number }[] = await tx.query(
      'SELECT count(*)::int AS n FROM notification WHERE party_id = $1 AND event_id = ANY ($2)',
      [partyId, ids],
    );
    if (told?.n !== ids.length) throw new NotificationNotFound();
  }
}

/** A type that this version does not know any more is called by its name. */
function titlesOf(type: string): { readonly title: string; readonly titleEn: string } {
  return isEventType(type) ? EVENT_TYPES[type] : { title: type, titleEn: type };
}
