import { gunzipSync, gzipSync } from 'node:zlib';

import { canonicalJson, type JsonObject, type JsonValue } from '#libs/foundation';

/** Bits of a list: what Bitstring Status List 1.0 asks for at least, so that an index tells nothing about its holder. */
export const STATUS_LIST_SIZE = 131_072;

/** The text of a status list credential (W3C Bitstring Status List 1.0): the bits of `ended` are set. */
export function statusListDocument(url: string, ended: readonly number[], at: Date): string {
  const bits = Buffer.alloc(STATUS_LIST_SIZE / 8);
  // The first bit is the leftmost of the first byte.
  for (const index of ended) bits[index >> 3] = (bits[index >> 3] ?? 0) | (128 >> (index & 7));
  return canonicalJson({
    '@context': ['https://www.w3.org/ns/credentials/v2'],
    type: ['VerifiableCredential', 'BitstringStatusListCredential'],
    id: url,
    validFrom: at.toISOString(),
    credentialSubject: {
      id: `${url}#list`,
      type: 'BitstringStatusList',
      statusPurpose: 'revocation',
      encodedList: `u${gzipSync(bits).toString('base64url')}`,
    },
  });
}

/** Whether the bit of `entry` is set; null: this is not the list that the entry is in. */
export function statusListOf(list: JsonObject, entry: JsonValue | undefined): boolean | null {
  const subject = list['credentialSubject'] as JsonObject | undefined;
  const { statusListCredential, statusListIndex } = (entry ?? {}) as JsonObject;
  const index = Number(statusListIndex);
  const encoded = subject?.['encodedList'];
  if (typeof encoded !== 'string' || list['id'] !== statusListCredential) return null;
  if (!Number.isSafeInteger(index) || index < 0 || index >= STATUS_LIST_SIZE) return null;
  const bits = bitsOf(list, encoded);
  return ((bits[index >> 3] ?? 0) & (128 >> (index & 7))) !== 0;
}

/** Unpacked once for each list, however many are looked up in it. */
const unpacked = new WeakMap<JsonObject, Buffer>();
function bitsOf(list: JsonObject, encoded: string): Buffer {
  const known = unpacked.get(list);
  if (known) return known;
  const bits = gunzipSync(Buffer.from(encoded.slice(1), 'base64url'), {
    maxOutputLength: STATUS_LIST_SIZE / 8,
  });
  unpacked.set(list, bits);
  return bits;
}
