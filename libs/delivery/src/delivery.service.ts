import { createHash } from 'node:crypto';

import { Injectable } from '@nestjs/common';

import { type AuditActor, ClientIdReused } from '#libs/audit';
import { canonicalJson, type DomainError, InvalidInput, invariant } from '#libs/foundation';
import { KeyRing } from '#libs/keys';

import {
  ConsentMissing,
  FieldNotGranted,
  PurposeNotGranted,
  SubjectNotFound,
  UsageGrantExpired,
  UsageGrantFrozen,
  UsageGrantNotFound,
  UsageGrantNotYetValid,
  UsageQuotaExceeded,
} from './delivery.errors.ts';
import { InvocationLane } from './invocation-lane.ts';
import { type Receipt, receiptOf } from './receipt.ts';

export interface Call {
  readonly clientId: string;
  readonly usageGrantId: string;
  /** What the product's data is keyed by: a person's or body's identifier, or a row number. */
  readonly subject: string;
  readonly purpose: string;
  /** Null: all that is granted. */
  readonly fields: readonly string[] | null;
}

export interface Delivery {
  readonly usageGrantId: string;
  readonly clientId: string;
  /** The exact text of the answer, JSON. */
  readonly answer: string;
  readonly answerDigest: Buffer;
  readonly occurredAt: Date;
  readonly remaining: bigint;
  readonly isReplay: boolean;
  readonly receipt: Receipt;
}

/** Each reason of invoke_group and its refusal. */
const REFUSALS: Readonly<Partial<Record<string, (call: Call) => DomainError>>> = {
  USAGE_GRANT_NOT_FOUND: () => new UsageGrantNotFound(),
  CLIENT_ID_REUSED: ({ clientId }) => new ClientIdReused(clientId),
  USAGE_GRANT_FROZEN: () => new UsageGrantFrozen(),
  USAGE_GRANT_NOT_YET_VALID: () => new UsageGrantNotYetValid(),
  USAGE_GRANT_EXPIRED: () => new UsageGrantExpired(),
  USAGE_QUOTA_EXCEEDED: () => new UsageQuotaExceeded(),
  PURPOSE_NOT_GRANTED: () => new PurposeNotGranted(),
  FIELD_NOT_GRANTED: () => new FieldNotGranted(),
  CONSENT_MISSING: () => new ConsentMissing(),
  SUBJECT_NOT_FOUND: () => new SubjectNotFound(),
};

@Injectable()
export class DeliveryService {
  constructor(
    private readonly lane: InvocationLane,
    private readonly keys: KeyRing,
  ) {}

  /**
   * Answers one call under a grant. The same client id and content gives the same answer and receipt again, for nothing.
   *
   * @throws InvalidInput, ClientIdReused, GatewayBusy and the refusals of delivery.errors.ts
   */
  async invoke(actor: AuditActor, call: Call): Promise<Delivery> {
    const subject = check(call);
    invariant(actor.partyId, 'A call is made for a party');
    const subjectKey = this.keys.pseudonymOf(subject);
    const { usageGrantId, clientId, purpose } = call;
    const fields = call.fields && call.fields.toSorted();
    const requestHash = createHash('sha256')
      .update(canonicalJson({ usageGrantId, subject: subjectKey.toString('hex'), purpose, fields }))
      .digest();
    const verdict = await this.lane.invoke({
      usageGrantId,
      consumerId: actor.partyId,
      clientId,
      requestHash,
      subjectKey,
      purpose,
      fields: fields && JSON.stringify(fields),
      actorId: actor.id,
      requestId: actor.requestId,
    });
    if (verdict.outcome === 'REFUSED') {
      const refusal = REFUSALS[verdict.reason ?? ''];
      invariant(refusal, `Every reason has its refusal: ${String(verdict.reason)}`);
      throw refusal(call);
    }
    const { answer, answer_digest: answerDigest, occurred_at: occurredAt, remaining } = verdict;
    invariant(
      answer !== null && answerDigest && occurredAt && remaining !== null,
      'An answered call has an answer',
    );
    return {
      usageGrantId,
      clientId,
      answer,
      answerDigest,
      occurredAt,
      remaining: BigInt(remaining),
      isReplay: verdict.outcome === 'REPLAYED',
      receipt: receiptOf(
        { usageGrantId, clientId, requestHash, answerDigest, occurredAt },
        this.keys.signing('RECEIPT'),
      ),
    };
  }
}

/** The trimmed subject of a call whose shape is right. */
function check({ clientId, subject, fields }: Call): string {
  if (!/^[A-Za-z0-9._:-]{1,64}$/.test(clientId))
    throw new InvalidInput('clientId', 'must be 1 to 64 of A-Z a-z 0-9 . _ : -');
  const trimmed = subject.trim();
  if (trimmed === '' || trimmed.length > 200)
    throw new InvalidInput('subject', 'must be 1 to 200 characters');
  if (fields) {
    if (fields.length < 1 || fields.length > 50) throw new InvalidInput('fields', 'must be 1 to 50 names');
    if (new Set(fields).size < fields.length) throw new InvalidInput('fields', 'must not name a field twice');
    if (fields.some((name) => name.length > 100 || name.includes('\0')))
      throw new InvalidInput('fields', 'must be names of at most 100 characters');
  }
  return trimmed;
}
