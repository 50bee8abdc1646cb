import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import siphash from 'siphash';

import { HASH_RANGE, KeyedHash } from './keyed-hash.ts';

const secrets = fc.uint8Array({ minLength: 16, maxLength: 16 }).map((bytes) => Buffer.from(bytes));
const keyOf = (secret: Buffer) => Uint32Array.from({ length: 4 }, (_, i) => secret.readUInt32LE(i * 4));

describe('KeyedHash', () => {
  it('is SipHash-2-4, as another implementation has it', () => {
    fc.assert(
      fc.property(secrets, fc.string({ unit: 'binary', maxLength: 300 }), (secret, text) => {
        const expected = siphash.hash_uint(keyOf(secret), Buffer.from(text, 'utf16le'));
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

  it('gives what its authors published for no text at all', () => {
    const secret = Buffer.from(Array.from({ length: 16 }, (_, i) => i));
    const published = 0x726fdb47dd0e0e31n & BigInt(HASH_RANGE - 1);
    expect(new KeyedHash(secret).of('')).toBe(Number(published));
  });
});
