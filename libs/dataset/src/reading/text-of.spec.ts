import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import { encodingOf } from './text-of.ts';

/** What a stream of a file hands on at a time. */
const CHUNK_BYTES = 65_536;

describe('the encoding of a file', () => {
  let dir: string;
  beforeAll(() => {
    dir = mkdtempSync(join(tmpdir(), 'pdx-text-'));
  });
  afterAll(() => {
    rmSync(dir, { recursive: true });
  });
  const encodingOfBytes = async (bytes: Uint8Array) => {
    const file = join(dir, 'a');
    writeFileSync(file, bytes);
    return encodingOf(file).catch(() => null);
  };
  const isReadableAs = (bytes: Uint8Array, encoding: string) => {
    try {
      new TextDecoder(encoding, { fatal: true }).decode(bytes);
      return true;
    } catch {
      return false;
    }
  };

  it('is UTF-8 where that can be read, else GB18030 where that can, wherever a character is cut in two', async () => {
    const bytes = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 12 }).map((text) => new TextEncoder().encode(text)),
      fc.uint8Array({ maxLength: 12 }),
      // Each of them begins a character of two, three or four bytes, or goes on with one.
      fc
        .array(fc.constantFrom(0x41, 0x80, 0xbf, 0xc2, 0xe4, 0xed, 0xf0, 0xf4), { maxLength: 8 })
        .map((chosen) => Buffer.from(chosen)),
    );
    await fc.assert(
      fc.asyncProperty(bytes, fc.nat({ max: 12 }), async (end, before) => {
        const whole = Buffer.concat([Buffer.alloc(CHUNK_BYTES - before, 'a'), end]);
        const expected = ['UTF-8', 'GB18030'].find((encoding) => isReadableAs(whole, encoding)) ?? null;
        expect(await encodingOfBytes(whole)).toBe(expected);
      }),
      { numRuns: 1000 },
    );
  });
});
