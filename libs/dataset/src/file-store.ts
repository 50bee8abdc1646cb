import { createHash, randomUUID } from 'node:crypto';
import { createWriteStream, mkdirSync } from 'node:fs';
import { open, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';

import { UploadEmpty, UploadTooLarge } from './dataset.errors.ts';

export interface StoredFile {
  readonly sha256: Buffer;
  readonly byteSize: bigint;
}

const LARGEST_FILE = 1_073_741_824;

/** Files by what they hold: the same bytes are kept once, under their SHA-256, and never change. */
export class FileStore {
  constructor(private readonly dir: string) {
    mkdirSync(dir, { recursive: true, mode: 0o700 });
  }

  /** Keeps what is streamed in; on disk when it resolves. @throws UploadTooLarge, UploadEmpty */
  async keep(stream: NodeJS.ReadableStream): Promise<StoredFile> {
    const temporary = join(this.dir, `.${randomUUID()}`);
    const hash = createHash('sha256');
    let size = 0;
    const measured = new Transform({
      transform(chunk: Buffer, _, done) {
        size += chunk.length;
        hash.update(chunk);
        done(size > LARGEST_FILE ? new UploadTooLarge(LARGEST_FILE) : null, chunk);
      },
    });
    try {
      await pipeline(stream, measured, createWriteStream(temporary, { mode: 0o600 }));
      if (size === 0) throw new UploadEmpty();
      const file = await open(temporary, 'r+');
      await file.sync();
      await file.close();
      const sha256 = hash.digest();
      await rename(temporary, this.pathOf(sha256));
      return { sha256, byteSize: BigInt(size) };
    } catch (error) {
      await rm(temporary, { force: true });
      throw error;
    }
  }

  pathOf(sha256: Buffer): string {
    return join(this.dir, sha256.toString('hex'));
  }
}
