import { Injectable } from '@nestjs/common';

import { AuditLog } from '#libs/audit';
import { SYSTEM, type Transaction, TransactionRunner } from '#libs/database';
import { Clock, newId } from '#libs/foundation';
import { KeyRing } from '#libs/keys';

import { Outbox } from './outbox.ts';
import { type Answer, postWebhook } from './post-webhook.ts';
import { pauseAfter } from './retry-schedule.ts';
import { WebhookDelivery, WebhookDeliveryState } from './webhook-delivery.entity.ts';
import { WebhookDisabledFor, WebhookEndpoint, WebhookEndpointState } from './webhook-endpoint.entity.ts';
import { cloudEventOf, CONTENT_TYPE, signedHeaders, type ToldEvent } from './webhook-message.ts';

const TIMEOUT_MS = 10_000;
/** Longer than an attempt can take: another worker takes over from one that has died, not from one that is slow. */
const LEASE = '30 seconds';
/** Attempts at once to one endpoint, so that a slow one does not take all there are. */
const PER_ENDPOINT = 8;
const GONE = 410;

/** One attempt, leased. */
export interface LeasedDelivery {
  readonly id: string;
  readonly leaseId: string;
  readonly attempt: number;
  readonly endpointId: string;
  readonly partyId: string;
  readonly isSample: boolean;
  readonly url: string;
  readonly secret: Buffer;
  readonly previousSecret: Buffer | null;
  readonly previousSecretUntil: Date | null;
  readonly source: string;
  readonly event: ToldEvent;
}

/**
 * Sends what is due, each attempt once however many workers there are, and at least once in all: of a worker that dies
 * between the sending and its record, another sends again under the same webhook id. In no order.
 */
@Injectable()
export class WebhookRelay {
  constructor(
    private readonly transactions: TransactionRunner,
    private readonly outbox: Outbox,
    private readonly auditLog: AuditLog,
    private readonly keys: KeyRing,
    private readonly clock: Clock,
  ) {}

  /** Begins attempts that are due, `most` at most, and leases them to the caller. */
  lease(most: number): Promise<LeasedDelivery[]> {
    return this.transactions.run(SYSTEM, async (tx) => {
      const leaseId = newId();
      const rows: (Omit<LeasedDelivery, 'leaseId' | 'event'> &
        Omit<ToldEvent, 'id'> & { eventId: string })[] = await tx.query(
        `WITH due AS MATERIALIZED (
             SELECT delivery.id FROM webhook_endpoint endpoint CROSS JOIN LATERAL (
               SELECT id, due_at FROM webhook_delivery
               WHERE endpoint_id = endpoint.id AND state = 'PENDING' AND due_at <= $1
                 AND (leased_until IS NULL OR leased_until <= now())
               ORDER BY due_at
               LIMIT greatest(0, $3 - (SELECT count(*) FROM webhook_delivery under_way
                                       WHERE under_way.endpoint_id = endpoint.id AND lease_id IS NOT NULL
                                         AND leased_until > now()))
               FOR UPDATE SKIP LOCKED
             ) delivery
             WHERE endpoint.state = 'ENABLED' ORDER BY delivery.due_at LIMIT $2
           ), leased AS (
             UPDATE webhook_delivery SET attempts = attempts + 1, lease_id = $4, leased_until = now() + $5::interval,
                                         last_attempt_at = $1
             FROM due WHERE webhook_delivery.id = due.id
             RETURNING webhook_delivery.id, attempts, endpoint_id, event_id
           )
           SELECT leased.id, attempts AS attempt, endpoint_id AS "endpointId", endpoint.party_id AS "partyId",
                  is_sample AS "isSample", url, secret, previous_secret AS "previousSecret",
                  previous_secret_until AS "previousSecretUntil",
                  (SELECT 'https://' || log_origin FROM exchange) AS source,
                  event_id AS "eventId", event.type, subject_id AS "subjectId", occurred_at AS "occurredAt", data
           FROM leased JOIN webhook_endpoint endpoint ON endpoint.id = endpoint_id
           JOIN party ON party.id = endpoint.party_id JOIN event ON event.id = event_id`,
        [this.clock.now(), most, PER_ENDPOINT, leaseId, LEASE],
      );
      return rows.map(({ eventId, type, subjectId, occurredAt, data, ...row }) => ({
        ...row,
        leaseId,
        event: { id: eventId, type, subjectId, occurredAt, data },
      }));
    });
  }

  /**
   * Makes a leased attempt and records what came of it.
   *
   * An attempt that `signal` cuts off is given back, as if it had not begun.
   */
  async deliver(delivery: LeasedDelivery, signal: AbortSignal): Promise<void> {
    const { event, url, isSample, source } = delivery;
    const body = cloudEventOf(event, source);
    // The exchange's clock may run ahead of those of its receivers.
    const signed = signedHeaders(event.id, new Date(), body, this.secretsOf(delivery));
    const headers = { ...signed, 'content-type': CONTENT_TYPE, 'user-agent': 'public-data-exchange' };
    let answer: Answer;
    try {
      answer = await postWebhook(
        { url, headers, body, allowLoopback: isSample, timeoutMs: TIMEOUT_MS },
        signal,
      );
    } catch (error) {
      if (!signal.aborted) throw error;
      await this.giveBack(delivery);
      return;
    }
    await this.record(delivery, answer);
  }

  private secretsOf({
    endpointId,
    secret,
    previousSecret,
    previousSecretUntil,
  }: LeasedDelivery): readonly Buffer[] {
    const stillCounts =
      previousSecret && previousSecretUntil && previousSecretUntil > this.clock.now() ? [previousSecret] : [];
    return [secret, ...stillCounts].map((sealed) => this.keys.open(sealed, endpointId));
  }

  private record(delivery: LeasedDelivery, { status, fault, retryAfterMs }: Answer): Promise<void> {
    const { id, leaseId, attempt } = delivery;
    return this.transactions.run(SYSTEM, async (tx) => {
      const pause = status === GONE ? null : pauseAfter(attempt, retryAfterMs, Math.random());
      const done = { leaseId: null, leasedUntil: null, lastStatus: status, lastFault: fault };
      const next =
        fault === null
          ? { state: WebhookDeliveryState.DELIVERED }
          : pause === null
            ? { state: WebhookDeliveryState.FAILED }
            : { dueAt: new Date(this.clock.now().getTime() + pause) };
      const { affected } = await tx.update(WebhookDelivery, { id, leaseId }, { ...done, ...next });
      // It took so long that another has taken over, or its party has asked for it anew.
      if (affected !== 1) return;
      if (next.state === WebhookDeliveryState.FAILED)
        await this.disable(
          tx,
          delivery,
          status === GONE ? WebhookDisabledFor.GONE : WebhookDisabledFor.FAILING,
        );
    });
  }

  private async disable(
    tx: Transaction,
    { endpointId, partyId }: LeasedDelivery,
    disabledFor: WebhookDisabledFor,
  ): Promise<void> {
    const { affected } = await tx.update(
      WebhookEndpoint,
      { id: endpointId, state: WebhookEndpointState.ENABLED },
      { state: WebhookEndpointState.DISABLED, disabledFor },
    );
    // Another delivery has come to its end before.
    if (affected !== 1) return;
    const data = { disabledFor };
    await this.outbox.append(tx, {
      type: 'webhook-endpoint.disabled',
      subjectId: endpointId,
      data,
      partyIds: [partyId],
    });
    await this.auditLog.append(tx, null, {
      action: 'DISABLE_WEBHOOK_ENDPOINT',
      outcome: 'DONE',
      code: null,
      subjectId: endpointId,
      body: data,
    });
  }

  private async giveBack({ id, leaseId }: LeasedDelivery): Promise<void> {
    await this.transactions.run(SYSTEM, (tx) =>
      tx.update(
        WebhookDelivery,
        { id, leaseId },
        { attempts: () => 'attempts - 1', leaseId: null, leasedUntil: null },
      ),
    );
  }
}
