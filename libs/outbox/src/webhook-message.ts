import { createHmac } from 'node:crypto';

import { canonicalJson, type JsonObject } from '#libs/foundation';

export interface ToldEvent {
  readonly id: string;
  readonly type: string;
  readonly subjectId: string;
  readonly occurredAt: Date;
  /** JSON. */
  readonly data: string;
}

export const CONTENT_TYPE = 'application/cloudevents+json';

/** The event as CloudEvents 1.0 in structured mode: the same bytes every time. */
export function cloudEventOf(event: ToldEvent, source: string): string {
  return canonicalJson({
    specversion: '1.0',
    id: event.id,
    source,
    type: event.type,
    subject: event.subjectId,
    time: event.occurredAt.toISOString(),
    datacontenttype: 'application/json',
    data: JSON.parse(event.data) as JsonObject,
  });
}

/**
 * The headers of Standard Webhooks: the id is the event's, so that a receiver knows what it has had already; one
 * signature for each secret that counts.
 *
 * @param sentAt real time: receivers refuse what was signed long ago or ahead of their clocks
 */
export function signedHeaders(
  id: string,
  sentAt: Date,
  body: string,
  secrets: readonly Uint8Array[],
): Readonly<Record<string, string>> {
  const timestamp = String(Math.floor(sentAt.getTime() / 1000));
  const signatures = secrets.map((secret) => {
    const mac = createHmac('sha256', secret).update(`${id}.${timestamp}.${body}`);
    return `v1,${mac.digest('base64')}`;
  });
  return { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': signatures.join(' ') };
}

/** A secret as its party is shown it. */
export const secretText = (secret: Uint8Array): string => `whsec_${Buffer.from(secret).toString('base64')}`;
