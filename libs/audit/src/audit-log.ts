import { Injectable } from '@nestjs/common';

import { insertRows, type SecurityContext, type Transaction } from '#libs/database';
import { Clock, type JsonObject } from '#libs/foundation';

/** Who acts, as the log names it. */
export interface AuditActor extends SecurityContext {
  /** The person or the API key. */
  readonly id: string;
  readonly requestId: string;
}

export interface AuditEntry {
  readonly action: string;
  readonly outcome: 'DONE' | 'REPLAYED' | 'REFUSED';
  /** The refusal's code; null when nothing was refused. */
  readonly code: string | null;
  readonly subjectId: string | null;
  /** No personal data: an entry is never erased. */
  readonly body: JsonObject;
}

/** Says what happened, in the transaction it happened in. */
@Injectable()
export class AuditLog {
  constructor(private readonly clock: Clock) {}

  async append(tx: Transaction, actor: AuditActor | null, entry: AuditEntry): Promise<void> {
    await tx.query(
      `INSERT INTO audit_outbox (occurred_at, action, outcome, code, actor_party_id, actor_id, subject_id, request_id, body)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
      [
        this.clock.now(),
        entry.action,
        entry.outcome,
        entry.code,
        actor?.partyId ?? null,
        actor?.id ?? null,
        entry.subjectId,
        actor?.requestId ?? null,
        entry.body,
      ],
    );
  }

  /** Any number of entries of the exchange itself, in one statement. */
  async appendAll(tx: Transaction, entries: readonly AuditEntry[]): Promise<void> {
    const shape =
      'occurred_at timestamptz, action text, outcome text, code text, subject_id uuid, body jsonb';
    const occurredAt = this.clock.now();
    const rows = entries.map(({ subjectId, ...entry }) => ({
      ...entry,
      subject_id: subjectId,
      occurred_at: occurredAt,
    }));
    await insertRows(tx, 'audit_outbox', shape, rows);
  }
}
