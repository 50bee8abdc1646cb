import { verify } from 'node:crypto';
import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import { KeyRing } from './index.ts';

describe('KeyRing', () => {
  let dir: string;
  beforeAll(() => {
    dir = join(mkdtempSync(join(tmpdir(), 'pdx-keys-')), 'keys');
  });
  afterAll(() => {
    rmSync(dir, { recursive: true });
  });

  it('finds the keys again that it has made, and keeps them to itself', () => {
    const bytes = Buffer.from('某事');
    const signature = new KeyRing(dir).signing('RECEIPT').sign(bytes);
    const again = new KeyRing(dir);

    expect(again.signing('RECEIPT').sign(bytes)).toEqual(signature);
    expect(verify(null, bytes, again.signing('RECEIPT').publicKey, signature)).toBe(true);
    expect(verify(null, bytes, again.signing('CERTIFICATE').publicKey, signature)).toBe(false);
    for (const file of readdirSync(dir)) expect(statSync(join(dir, file)).mode & 0o077).toBe(0);
  });

  it('makes the same pseudonym for files as for anything else', () => {
    const ring = new KeyRing(dir);
    const identifiers = fc.oneof(
      fc.string({ unit: 'grapheme' }),
      fc.string({ minLength: 200, maxLength: 300 }),
    );
    fc.assert(
      fc.property(identifiers, (identifier) => {
        expect(ring.pseudonymHexOf(identifier)).toBe(ring.pseudonymOf(identifier).toString('hex'));
      }),
    );
  });

  it('gives one identifier one pseudonym, and another exchange another', () => {
    const ring = new KeyRing(dir);
    const other = new KeyRing(join(dir, 'other'));

    expect(new KeyRing(dir).pseudonymOf('110101199003070000')).toEqual(
      ring.pseudonymOf('110101199003070000'),
    );
    expect(other.pseudonymOf('110101199003070000')).not.toEqual(ring.pseudonymOf('110101199003070000'));
    rmSync(join(dir, 'other'), { recursive: true });
  });

  it('opens what it has sealed, for the same context only, and nothing that was altered', () => {
    const secret = Buffer.from('secret');
    const sealed = new KeyRing(dir).seal(secret, 'row 1');
    const ring = new KeyRing(dir);

    expect(ring.open(sealed, 'row 1')).toEqual(secret);
    expect(sealed.includes(secret)).toBe(false);
    expect(ring.seal(secret, 'row 1')).not.toEqual(sealed);
    expect(() => ring.open(sealed, 'row 2')).toThrow();
    for (let i = 0; i < sealed.length; i++) {
      const altered = Buffer.from(sealed);
      altered.writeUInt8(altered.readUInt8(i) ^ 1, i);
      expect(() => ring.open(altered, 'row 1')).toThrow();
    }
    expect(() => ring.open(sealed.subarray(0, 20), 'row 1')).toThrow();
    expect(() => new KeyRing(join(dir, 'other')).open(sealed, 'row 1')).toThrow();
    rmSync(join(dir, 'other'), { recursive: true });
  });
});
