import { type KeyObject, verify } from 'node:crypto';

import { canonicalJson } from '#libs/foundation';
import type { SigningKey } from '#libs/keys';

export interface Receipt {
  /** The signed text, canonical JSON. */
  readonly document: string;
  /** Ed25519. */
  readonly signature: Buffer;
}

export interface ReceiptContent {
  readonly usageGrantId: string;
  readonly clientId: string;
  readonly requestHash: Buffer;
  readonly answerDigest: Buffer;
  readonly occurredAt: Date;
}

/** Made of stored fields only, so that the repetition of a call has the very same receipt. */
export function receiptOf(content: ReceiptContent, key: SigningKey): Receipt {
  const document = canonicalJson({
    v: 1,
    kind: 'RECEIPT',
    usageGrantId: content.usageGrantId,
    clientId: content.clientId,
    requestHash: content.requestHash.toString('hex'),
    answerDigest: content.answerDigest.toString('hex'),
    occurredAt: content.occurredAt.toISOString(),
  });
  return { document, signature: key.sign(Buffer.from(document)) };
}

export function isReceiptGenuine({ document, signature }: Receipt, publicKey: KeyObject): boolean {
  return verify(null, Buffer.from(document), publicKey, signature);
}
