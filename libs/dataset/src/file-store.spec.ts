import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import { FileStore } from './file-store.ts';

describe('FileStore', () => {
  let dir: string;
  let files: FileStore;
  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), 'pdx-store-'));
    files = new FileStore(dir);
  });
  afterEach(() => {
    rmSync(dir, { recursive: true });
  });
  const textOf = async (byteSize: number) =>
    Buffer.concat(await Readable.from(files.bytesOfParts('a', byteSize)).toArray()).toString();

  it('puts a file together from all of its parts, or not at all', async () => {
    await files.keepPart('a', 0, Readable.from([Buffer.from('水务')]), 100);
    await files.keepPart('a', 6, Readable.from([Buffer.from('集团')]), 100);
    expect(await textOf(12)).toBe('水务集团');
    // Whoever has put it together is taking them away.
    rmSync(join(dir, 'parts', 'a', '6'));
    await expect(textOf(12)).rejects.toThrow('there are 6 of 12 bytes');
    await files.removeParts('a');
    await expect(textOf(12)).rejects.toThrow('there are 0 of 12 bytes');
  });
});
