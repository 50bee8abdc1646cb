import { createRequire } from 'node:module';

import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import { HASH_RANGE, KeyedHash } from './keyed-hash.ts';

// Imported, its TypeScript would be checked by our rules.
const siphash = createRequire(import.meta.url)('siphash/lib/siphash13.js') as {
  hash_uint(key: Uint32Array, message: Uint8Array): number;
};

const secrets = fc.uint8Array({ minLength: 16, maxLength: 16 }).map((bytes) => Buffer.from(bytes));
const texts = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 300 }),
  fc.string({ unit: 'binary-ascii', maxLength: 300 }),
);
const keyOf = (secret: Buffer) => Uint32Array.from({ length: 4 }, (_, i) => secret.readUInt32LE(i * 4));

/** What is hashed of a text. */
const bytesOf = (text: string) =>
  /^[\x00-\x7f]*$/.test(text) ? Buffer.from(text) : Buffer.from(`\ufeff${text}`, 'utf16le');

describe('KeyedHash', () => {
  it('is SipHash-1-3, as another implementation has it', () => {
    fc.assert(
      fc.property(secrets, texts, (secret, text) => {
        const expected = siphash.hash_uint(keyOf(secret), bytesOf(text));
        expect(new KeyedHash(secret).of(text)).toBe(expected);
      }),
    );
  });

  it('hashes numbers as their eight bytes', () => {
    fc.assert(
      fc.property(secrets, fc.integer({ min: 0, max: HASH_RANGE - 1 }), (secret, value) => {
        const bytes = Buffer.alloc(8);
        bytes.writeBigUInt64LE(BigInt(value));
        expect(new KeyedHash(secret).ofNumber(value)).toBe(siphash.hash_uint(keyOf(secret), bytes));
      }),
    );
  });

  it('hashes texts of any length', () => {
    const secret = Buffer.alloc(16, 7);
    const hash = new KeyedHash(secret);
    for (const text of ['青'.repeat(100_000), 'a', 'b'.repeat(1000)])
      expect(hash.of(text)).toBe(siphash.hash_uint(keyOf(secret), bytesOf(text)));
  });

  it('gives what others have published for no text at all', () => {
    const secret = Buffer.from(Array.from({ length: 16 }, (_, i) => i));
    const published = 0xabac0158050fc4dcn & BigInt(HASH_RANGE - 1);
    expect(new KeyedHash(secret).of('')).toBe(Number(published));
  });
});
