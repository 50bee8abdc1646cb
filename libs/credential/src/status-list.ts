import { gunzipSync, gzipSync } from 'node:zlib';

import { canonicalJson, type JsonObject, type JsonValue } from '#libs/foundation';

/** Entries of a list: what Bitstring Status List 1.0 asks for at least, so that an index tells nothing about its holder. */
export const STATUS_LIST_SIZE = 131_072;

/** For how long a list is relied on, in milliseconds; ours: a week, after which the CRLs of many authorities end too. */
const TIME_TO_LIVE = 7 * 86_400_000;

export interface StatusList {
  readonly url: string;
  /** The instant that it is of. */
  readonly at: Date;
  /** Those that are not 0, in no order; with one bit to an entry their status is 1: it was revoked. */
  readonly entries: readonly { readonly index: number; readonly status: number }[];
  /** Bits of an entry; with more than one, what they say is the messages that the entries themselves name. */
  readonly bitsPerEntry: 1 | 2;
}

/** The text of a status list credential (W3C Bitstring Status List 1.0). */
export function statusListDocument({ url, at, entries, bitsPerEntry: size }: StatusList): string {
  const bits = Buffer.alloc((STATUS_LIST_SIZE * size) / 8);
  // The first entry is the leftmost of the first byte, its highest bit first.
  for (const { index, status } of entries) {
    const bit = index * size;
    bits[bit >> 3] = (bits[bit >> 3] ?? 0) | (status << (8 - size - (bit & 7)));
  }
  return canonicalJson({
    '@context': ['https://www.w3.org/ns/credentials/v2'],
    type: ['VerifiableCredential', 'BitstringStatusListCredential'],
    id: url,
    validFrom: at.toISOString(),
    credentialSubject: {
      id: `${url}#list`,
      type: 'BitstringStatusList',
      statusPurpose: purposeOf(size),
      ttl: TIME_TO_LIVE,
      encodedList: `u${gzipSync(bits).toString('base64url')}`,
    },
  });
}

/** Which entry of which list is something's own, as it is signed with it. */
export interface StatusEntry {
  readonly statusList: string;
  readonly statusIndex: number;
}

/**
 * The `credentialStatus` of what is in a list.
 *
 * @param messages what each status says, by its number; none: there is one bit, and it says that it was revoked
 */
export function statusEntry(
  { statusList, statusIndex }: StatusEntry,
  messages?: readonly [string, string, string, string],
): JsonObject {
  return {
    id: `${statusList}#${statusIndex}`,
    type: 'BitstringStatusListEntry',
    statusPurpose: purposeOf(messages ? 2 : 1),
    statusListIndex: String(statusIndex),
    statusListCredential: statusList,
    ...(messages && {
      statusSize: 2,
      statusMessage: messages.map((message, status) => ({ status: `0x${status}`, message })),
    }),
  };
}

/** The status of `entry`, 0: nothing happened; null: this is not the list that the entry is in. */
export function statusListOf(list: JsonObject, entry: JsonValue | undefined): number | null {
  const subject = list['credentialSubject'] as JsonObject | undefined;
  const { statusListCredential, statusListIndex, statusSize = 1 } = (entry ?? {}) as JsonObject;
  const index = Number(statusListIndex);
  const encoded = subject?.['encodedList'];
  if (typeof encoded !== 'string' || list['id'] !== statusListCredential) return null;
  if (!Number.isSafeInteger(index) || index < 0 || index >= STATUS_LIST_SIZE) return null;
  if (statusSize !== 1 && statusSize !== 2) return null;
  const bits = bitsOf(list, encoded);
  // What is not in it is not known to be well.
  if (bits.length * 8 < STATUS_LIST_SIZE * statusSize) return null;
  const bit = index * statusSize;
  return ((bits[bit >> 3] ?? 0) >> (8 - statusSize - (bit & 7))) & (2 ** statusSize - 1);
}

/** Whether a list has outlived what it says its time to live is; one that does not say lives on. */
export function isStale(list: JsonObject, from: string, at: Date): boolean {
  const ttl = (list['credentialSubject'] as JsonObject | undefined)?.['ttl'];
  return typeof ttl === 'number' && at.getTime() > Date.parse(from) + ttl;
}

const purposeOf = (bitsPerEntry: 1 | 2) => (bitsPerEntry === 1 ? 'revocation' : 'message');

/** Unpacked once for each list, however many are looked up in it. */
const unpacked = new WeakMap<JsonObject, Buffer>();
function bitsOf(list: JsonObject, encoded: string): Buffer {
  const known = unpacked.get(list);
  if (known) return known;
  const bits = gunzipSync(Buffer.from(encoded.slice(1), 'base64url'), {
    maxOutputLength: (STATUS_LIST_SIZE * 2) / 8,
  });
  unpacked.set(list, bits);
  return bits;
}
