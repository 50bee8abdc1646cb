import { createHash, randomUUID } from 'node:crypto';
import { createReadStream, createWriteStream, mkdirSync } from 'node:fs';
import { link, mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';

import { FileDamaged, UploadEmpty, UploadTooLarge } from './dataset.errors.ts';
import type { OnBytes } from './reading/table-format.ts';

export interface StoredFile {
  readonly sha256: Buffer;
  readonly byteSize: bigint;
}

/** 8 GiB. */
export const LARGEST_FILE = 8_589_934_592;

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
      await syncFolder(this.dir);
      return { sha256, byteSize: BigInt(size) };
    } catch (error) {
      await rm(temporary, { force: true });
      throw error;
    }
  }

  pathOf(sha256: Buffer): string {
    return join(this.dir, sha256.toString('hex'));
  }

  /**
   * Reads all of a file: half of it may look like a whole one, and a disk may lose a bit of what nobody changes.
   *
   * @throws FileDamaged when these are not the bytes that were kept, Error when there are none
   */
  async mustBeUndamaged(sha256: Buffer, onBytes: OnBytes): Promise<void> {
    const hash = createHash('sha256');
    const bytes = createReadStream(this.pathOf(sha256), { highWaterMark: 1_048_576 });
    for await (const chunk of bytes as AsyncIterable<Buffer>) {
      onBytes(chunk.length);
      hash.update(chunk);
    }
    if (!hash.digest().equals(sha256)) throw new FileDamaged();
  }

  /** How many bytes of a file have come in parts, without a gap. */
  async sizeOfParts(id: string): Promise<number> {
    return (await this.partsOf(id)).reduce((sum, { size }) => sum + size, 0);
  }

  /**
   * Keeps what comes as the part that begins at `offset`; on disk when it resolves. If the stream breaks off, what came of
   * it is kept. Of several that come for one place one is kept.
   *
   * @returns whether it was this one
   * @throws UploadTooLarge, and what broke the stream
   */
  async keepPart(id: string, offset: number, stream: NodeJS.ReadableStream, most: number): Promise<boolean> {
    const dir = this.partsDirOf(id);
    await mkdir(dir, { recursive: true, mode: 0o700 });
    const temporary = join(dir, `.${randomUUID()}`);
    let size = 0;
    const measured = new Transform({
      transform(chunk: Buffer, _, done) {
        size += chunk.length;
        done(size > most ? new UploadTooLarge(most) : null, chunk);
      },
    });
    try {
      const broken = await pipeline(stream, measured, createWriteStream(temporary, { mode: 0o600 })).then(
        () => null,
        (error: unknown) => ({ error }),
      );
      if (broken?.error instanceof UploadTooLarge) throw broken.error;
      const { size: written } = await stat(temporary);
      if (written > 0) {
        const file = await open(temporary, 'r+');
        await file.sync();
        await file.close();
        // Unlike renaming, this never takes the place of what is there.
        await link(temporary, join(dir, String(offset)));
        await syncFolder(dir);
      }
      if (broken) throw broken.error;
      return true;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
      throw error;
    } finally {
      await rm(temporary, { force: true });
    }
  }

  /** All of the bytes, or it ends with an error: who has put them together takes the parts away. */
  async *bytesOfParts(id: string, byteSize: number): AsyncGenerator<Buffer> {
    const parts = await this.partsOf(id);
    const size = parts.reduce((sum, part) => sum + part.size, 0);
    if (size !== byteSize) throw new Error(`Of ${id} there are ${size} of ${byteSize} bytes`);
    for (const { path } of parts) yield* createReadStream(path) as AsyncIterable<Buffer>;
  }

  async removeParts(id: string): Promise<void> {
    await rm(this.partsDirOf(id), { recursive: true, force: true });
  }

  private partsDirOf(id: string): string {
    return join(this.dir, 'parts', id);
  }

  /** Each begins where the one before ends. */
  private async partsOf(id: string): Promise<{ readonly path: string; readonly size: number }[]> {
    const dir = this.partsDirOf(id);
    const names = new Set(await readdir(dir).catch(() => []));
    const parts = [];
    let offset = 0;
    while (names.has(String(offset))) {
      const path = join(dir, String(offset));
      const file = await stat(path).catch(() => null);
      // It is being taken away.
      if (!file) break;
      parts.push({ path, size: file.size });
      offset += file.size;
    }
    return parts;
  }
}

/** A file is there after a power cut when its folder is on disk, too. */
async function syncFolder(dir: string): Promise<void> {
  // Windows opens no folders.
  if (process.platform === 'win32') return;
  const folder = await open(dir);
  await folder.sync();
  await folder.close();
}
