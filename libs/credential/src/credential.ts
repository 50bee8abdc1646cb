import { createHash, createPublicKey, type KeyObject, verify } from 'node:crypto';

import { canonicalJson, type JsonObject, type JsonValue } from '#libs/foundation';

import { isStale, statusListOf } from './status-list.ts';

// W3C VC Data Model 2.0, secured as JOSE (VC-JOSE-COSE): a compact JWS whose payload is the credential itself.

export type CredentialFault =
  /** It is no credential of this kind at all. */
  | 'MALFORMED'
  /** It names a key that is not trusted. */
  | 'WRONG_KEY'
  /** The trusted key has not signed these bytes. */
  | 'FORGED'
  | 'NOT_YET_VALID'
  | 'EXPIRED'
  /** Its bit is set in the status list: superseded, cancelled or revoked. */
  | 'REVOKED';

export type StatusListFault =
  /** It is not the list that is named, or not signed by the trusted key, or does not say of when it is. */
  | 'WRONG_STATUS_LIST'
  /** Its time to live was over at the instant that was asked for, or it is of before there was what is looked up. */
  | 'STALE_STATUS_LIST';

export interface ListedStatus {
  /** 0: nothing happened. */
  readonly status: number;
  /** The instant of the list, which knows nothing of what ended later. */
  readonly statusListFrom: string;
}

export interface CredentialVerdict {
  readonly valid: boolean;
  readonly reason?: CredentialFault | StatusListFault;
  readonly revocation: 'CHECKED' | 'NOT_CHECKED';
  /** With CHECKED: the instant of the status list, which knows nothing of what ended later. */
  readonly statusListFrom?: string;
  /** Of what the signature covers; null: nothing is known to be genuine. */
  readonly credential: JsonObject | null;
}

/** By which a verifier finds the public key: the beginning of its SHA-256. */
export function keyIdOf(publicKey: KeyObject): string {
  const der = publicKey.export({ type: 'spki', format: 'der' });
  return createHash('sha256').update(der).digest('hex').slice(0, 16);
}

/** What the signature covers. */
export function signingInputOf(document: string, keyId: string, type = 'vc+jwt'): Buffer {
  const header = canonicalJson({ alg: 'EdDSA', kid: keyId, typ: type });
  return Buffer.from(`${encode(header)}.${encode(document)}`);
}

/** The credential as it is handed out. */
export function compactOf(document: string, keyId: string, signature: Buffer, type?: string): string {
  return `${signingInputOf(document, keyId, type).toString()}.${signature.toString('base64url')}`;
}

/**
 * What a trusted key has signed as this `type`, or why it is not to be believed; no network, no database.
 *
 * @param trusted a PEM public key that was obtained beforehand
 */
export function openSigned(
  compact: string,
  trusted: string,
  type: string,
): JsonObject | 'MALFORMED' | 'WRONG_KEY' | 'FORGED' {
  const opened = open(compact, trustedKeyOf(trusted));
  if (typeof opened === 'string') return opened;
  const head = jsonOf(compact.trim().split('.')[0] ?? '');
  return head?.['typ'] === type ? opened : 'MALFORMED';
}

/**
 * Checks a credential by itself: no network, no database.
 *
 * @param trusted a PEM public key that was obtained beforehand; a key inside of the credential counts for nothing
 * @param statusList the compact status list credential; null: revocation is not checked
 */
export function verifyCredential(
  compact: string,
  trusted: string,
  at: Date,
  statusList: string | null,
): CredentialVerdict {
  const key = trustedKeyOf(trusted);
  const unchecked = { revocation: 'NOT_CHECKED', credential: null } as const;
  const opened = open(compact, key);
  if (typeof opened === 'string') return { valid: false, reason: opened, ...unchecked };
  const { validFrom, validUntil, credentialStatus, credentialSubject } = opened;
  const about = { revocation: 'NOT_CHECKED', credential: opened } as const;
  if (typeof validFrom !== 'string' || typeof validUntil !== 'string')
    return { valid: false, reason: 'MALFORMED', ...unchecked };
  if (at < new Date(validFrom)) return { valid: false, reason: 'NOT_YET_VALID', ...about };
  // The last second counts to its end.
  if (at.getTime() >= Date.parse(validUntil) + 1000) return { valid: false, reason: 'EXPIRED', ...about };
  if (statusList === null) return { valid: true, ...about };
  const { issuedAt = validFrom } = (credentialSubject ?? {}) as { readonly issuedAt?: string };
  const listed = statusIn(statusList, trusted, credentialStatus, new Date(issuedAt), at);
  if (typeof listed === 'string') return { valid: false, reason: listed, ...about };
  const { status, statusListFrom } = listed;
  const checked = { revocation: 'CHECKED', statusListFrom, credential: opened } as const;
  return status === 0 ? { valid: true, ...checked } : { valid: false, reason: 'REVOKED', ...checked };
}

/**
 * What a compact status list credential says of an entry; no network, no database.
 *
 * @param trusted a PEM public key that was obtained beforehand
 * @param entry the `credentialStatus` of what is looked up, which its own signature covers
 * @param issuedAt when that came to be: a list of before tells nothing of it
 */
export function statusIn(
  compact: string,
  trusted: string,
  entry: JsonValue | undefined,
  issuedAt: Date,
  at: Date,
): ListedStatus | StatusListFault {
  const list = openList(compact, trustedKeyOf(trusted));
  const status = typeof list === 'string' ? null : statusListOf(list, entry);
  if (typeof list === 'string' || status === null) return 'WRONG_STATUS_LIST';
  const { validFrom: statusListFrom } = list;
  // Of a list that does not say of when it is, nothing can be said either.
  if (typeof statusListFrom !== 'string') return 'WRONG_STATUS_LIST';
  const isOfBefore = new Date(statusListFrom) < issuedAt;
  return isOfBefore || isStale(list, statusListFrom, at) ? 'STALE_STATUS_LIST' : { status, statusListFrom };
}

interface TrustedKey {
  readonly pem: string;
  readonly publicKey: KeyObject;
  readonly id: string;
}

// Who checks many trusts one key and asks one list: reading these costs more than checking a signature.
let lastTrusted: TrustedKey | undefined;
let lastList: { readonly compact: string; readonly key: TrustedKey; readonly opened: Opened } | undefined;

function trustedKeyOf(pem: string): TrustedKey {
  if (lastTrusted?.pem === pem) return lastTrusted;
  const publicKey = createPublicKey(pem);
  return (lastTrusted = { pem, publicKey, id: keyIdOf(publicKey) });
}

function openList(compact: string, key: TrustedKey): Opened {
  if (lastList?.key === key && lastList.compact === compact) return lastList.opened;
  const opened = open(compact, key);
  lastList = { compact, key, opened };
  return opened;
}

type Opened = JsonObject | 'MALFORMED' | 'WRONG_KEY' | 'FORGED';

/** The signed payload, or why it is not to be believed. */
function open(compact: string, { publicKey, id }: TrustedKey): Opened {
  const [header, payload, signature, ...rest] = compact.trim().split('.');
  if (!header || !payload || !signature || rest.length > 0) return 'MALFORMED';
  const head = jsonOf(header);
  const body = jsonOf(payload);
  if (!head || !body || head['alg'] !== 'EdDSA') return 'MALFORMED';
  if (head['kid'] !== id) return 'WRONG_KEY';
  const bytes = Buffer.from(signature, 'base64url');
  // Another spelling of the same bytes is another credential.
  const isGenuine =
    bytes.toString('base64url') === signature &&
    verify(null, Buffer.from(`${header}.${payload}`), publicKey, bytes);
  return isGenuine ? body : 'FORGED';
}

function jsonOf(part: string): JsonObject | null {
  try {
    const value: unknown = JSON.parse(Buffer.from(part, 'base64url').toString());
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as JsonObject)
      : null;
  } catch {
    return null;
  }
}

const encode = (text: string): string => Buffer.from(text).toString('base64url');
