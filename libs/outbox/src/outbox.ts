import { Injectable } from '@nestjs/common';

import type { Transaction } from '#libs/database';
import { canonicalJson, Clock, type JsonObject, newId } from '#libs/foundation';

import type { EventType } from './event-type.ts';

export interface NewEvent {
  readonly type: EventType;
  /** What it happened to. */
  readonly subjectId: string;
  /** Small, and without personal data: it leaves the exchange. */
  readonly data: JsonObject;
  /** Whom it concerns; a party that is named twice is told once. */
  readonly partyIds: readonly string[];
}

/** Says what has happened to those it concerns, in the transaction it happened in: if that is rolled back, it says nothing. */
@Injectable()
export class Outbox {
  constructor(private readonly clock: Clock) {}

  /** Puts an event into the inbox of each party, and on its way to the endpoints that want it. @returns the event's id */
  async append(tx: Transaction, { type, subjectId, data, partyIds }: NewEvent): Promise<string> {
    const id = newId();
    await tx.query('SELECT outbox_append($1, $2, $3, $4, $5, $6)', [
      id,
      type,
      subjectId,
      this.clock.now(),
      canonicalJson(data),
      partyIds,
    ]);
    return id;
  }

  /** Many events in one statement. */
  async appendAll(tx: Transaction, events: readonly NewEvent[]): Promise<void> {
    const rows = events.map(({ type, subjectId, data, partyIds }) => ({
      id: newId(),
      type,
      subject: subjectId,
      data: canonicalJson(data),
      told: partyIds,
    }));
    await tx.query(
      `SELECT outbox_append(event.id, event.type, event.subject, $1, event.data, event.told)
       FROM jsonb_to_recordset($2::jsonb) AS event (id uuid, type text, subject uuid, data text, told uuid[])`,
      [this.clock.now(), JSON.stringify(rows)],
    );
  }
}
