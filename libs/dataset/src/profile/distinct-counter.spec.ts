import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import { TooManyValues } from '../dataset.errors.ts';
import { DistinctCounter } from './distinct-counter.ts';

describe('DistinctCounter', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'pdx-distinct-'));
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  it('counts as a set does, in memory or on disk', () => {
    let position = 0;
    const value = fc.oneof(fc.string({ unit: 'grapheme' }), fc.constantFrom('\n', '"', '\\n', ' a', 'a '));
    fc.assert(
      fc.property(
        fc.array(value, { maxLength: 100 }),
        fc.integer({ min: 1, max: 20 }),
        (values, inMemory) => {
          const counter = new DistinctCounter(folder, 'a', ++position, 1, { inMemory, partBytes: 1e6 });
          for (const each of values) counter.see(each);
          expect(counter.count()).toBe(new Set(values).size);
        },
      ),
      { numRuns: 40 },
    );
  });

  it('keeps on disk what is different, however often it is there', () => {
    const counter = new DistinctCounter(folder, 'a', 1, 1, { inMemory: 10, partBytes: 256 });
    for (let i = 0; i < 20_000; i++) counter.see(String(i % 500));

    expect(counter.count()).toBe(500);
    expect(readdirSync(folder).length).toBeLessThanOrEqual(256);
  });

  it('refuses a column of more values than the files may hold, and never guesses', () => {
    const counter = new DistinctCounter(folder, '编号', 1, 1, { inMemory: 10, partBytes: 64 });
    const seeMany = () => {
      for (let i = 0; i < 20_000; i++) counter.see(String(i));
    };
    expect(seeMany).toThrow(TooManyValues);
  });
});
