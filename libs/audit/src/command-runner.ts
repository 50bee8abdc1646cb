import { createHash } from 'node:crypto';

import { Injectable } from '@nestjs/common';

import { constraintOf, sqlStateOf, type Transaction, TransactionRunner } from '#libs/database';
import {
  canonicalJson,
  Clock,
  DomainError,
  InvalidInput,
  invariant,
  type JsonObject,
  type JsonValue,
} from '#libs/foundation';

import { type AuditActor, AuditLog } from './audit-log.ts';
import { ClientIdReused, NotAPerson } from './audit.errors.ts';

export interface Command {
  /** Chosen by the client, unique with its party: the idempotency key. */
  readonly clientId: string;
  readonly action: string;
  /** Everything that makes two sends the same command. Only its hash is stored. */
  readonly content: JsonValue;
}

export interface CommandResult {
  readonly subjectId: string;
  /** More for the log's entry; no personal data. */
  readonly note?: JsonObject;
}

interface EarlierCommand {
  readonly content_hash: Buffer;
  readonly subject_id: string | null;
}

@Injectable()
export class CommandRunner {
  constructor(
    private readonly transactions: TransactionRunner,
    private readonly auditLog: AuditLog,
    private readonly clock: Clock,
  ) {}

  /**
   * Runs a use case once: its transaction, its idempotency and its entry in the log.
   *
   * The same client id with the same content changes nothing and answers the first subject, also when both are sent at
   * once. A refusal thrown by `work` rolls everything back, is logged by itself, and goes on to the caller; its client
   * id may be used again.
   *
   * @returns the id of what the command made or changed
   * @throws InvalidInput, ClientIdReused, NotAPerson, and what `work` throws
   */
  async run(
    actor: AuditActor,
    command: Command,
    work: (tx: Transaction) => Promise<CommandResult>,
  ): Promise<string> {
    const { clientId, action, content } = command;
    const hash = createHash('sha256').update(canonicalJson({ action, content })).digest();
    const body = { clientId, contentHash: hash.toString('hex') };
    try {
      if (!/^[A-Za-z0-9._:-]{1,64}$/.test(clientId))
        throw new InvalidInput('clientId', 'must be 1 to 64 of A-Z a-z 0-9 . _ : -');
      return await this.transactions.run(actor, async (tx) => {
        // Two sends of one id meet on the primary key: the second waits for the first to commit or to roll back.
        // What the database itself writes down of the command, it writes by the command's name and time.
        const inserted: unknown[] = await tx.query(
          `INSERT INTO command (party_id, client_id, action, content_hash, created_at) VALUES ($1, $2, $3, $4, $5)
           ON CONFLICT DO NOTHING
           RETURNING set_config('app.command_action', action, true), set_config('app.command_at', created_at::text, true)`,
          [actor.partyId, clientId, action, hash, this.clock.now()],
        );
        if (inserted.length === 0) return this.replay(tx, actor, command, hash, body);
        const { subjectId, note = {} } = await work(tx);
        await tx.query('UPDATE command SET subject_id = $3 WHERE party_id = $1 AND client_id = $2', [
          actor.partyId,
          clientId,
          subjectId,
        ]);
        await this.auditLog.append(tx, actor, {
          action,
          outcome: 'DONE',
          code: null,
          subjectId,
          body: { ...body, note },
        });
        return subjectId;
      });
    } catch (caught) {
      const error = isByNobody(caught) ? new NotAPerson() : caught;
      if (error instanceof DomainError) {
        const refusal = { action, outcome: 'REFUSED', code: error.code, subjectId: null } as const;
        await this.transactions.run(actor, (tx) =>
          this.auditLog.append(tx, actor, { ...refusal, body: error instanceof InvalidInput ? {} : body }),
        );
      }
      throw error;
    }
  }

  private async replay(
    tx: Transaction,
    actor: AuditActor,
    { clientId, action }: Command,
    hash: Buffer,
    body: JsonObject,
  ): Promise<string> {
    const [earlier]: EarlierCommand[] = await tx.query(
      'SELECT content_hash, subject_id FROM command WHERE party_id = $1 AND client_id = $2',
      [actor.partyId, clientId],
    );
    if (!earlier?.content_hash.equals(hash)) throw new ClientIdReused(clientId);
    const subjectId = earlier.subject_id;
    invariant(subjectId, 'A committed command has a subject');
    await this.auditLog.append(tx, actor, { action, outcome: 'REPLAYED', code: null, subjectId, body });
    return subjectId;
  }
}

const FOREIGN_KEY_VIOLATION = '23503';

/** Whether a column that names who acted (`…_by`) was given an API key's id, which is no person's. */
function isByNobody(error: unknown): boolean {
  return sqlStateOf(error) === FOREIGN_KEY_VIOLATION && /_by_fkey$/.test(constraintOf(error) ?? '');
}
