import { createHash } from 'node:crypto';
import { accessSync, constants, createReadStream, type Stats, statSync } from 'node:fs';
import { basename } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { setTimeout as delay } from 'node:timers/promises';

import { InvalidInput } from '#libs/foundation';

import { type ExchangeClient, Refused } from './exchange-client.ts';
import { isId } from './fields.ts';

const PART_BYTES = 16 * 1024 * 1024;
const PAUSE_MS = 1_000;
/** One after the other without a byte in between. */
const MOST_BREAKS = 10;

export interface SentFile {
  readonly id: string;
  readonly sha256: string;
}

/**
 * Sends a file in parts, so that nothing is held in memory and a broken connection goes on where it broke.
 *
 * @param begun what an earlier call has begun and not ended; null: nothing
 * @param onProgress is told of the upload, once the exchange knows it, and how many bytes it has
 * @throws Refused, InvalidInput
 */
export async function sendFile(
  client: ExchangeClient,
  file: string,
  begun: string | null,
  onProgress: (id: string, sent: number, size: number) => void,
): Promise<SentFile> {
  if (begun !== null && !isId(begun))
    throw new InvalidInput('--resume', 'must be the id of an upload, as an earlier call has printed it');
  const size = sizeOf(file);
  const id = begun ?? (await client.beginFile(basename(file), size));
  const place = begun === null ? { offset: 0, size } : await client.placeOf(id);
  if (place.size !== size)
    throw new InvalidInput('FILE', `has ${size} bytes; the one that was begun has ${place.size}`);
  let { offset } = place;
  for (let breaks = 0; ;) {
    if (sizeOf(file) !== size) throw new FileChanged();
    onProgress(id, offset, size);
    const end = Math.min(offset + PART_BYTES, size);
    // An empty part asks for what became of a file that has all of its bytes.
    const bytes = offset < end ? createReadStream(file, { start: offset, end: end - 1 }) : Readable.from([]);
    try {
      const sent = await client.sendPart(id, offset, Readable.toWeb(bytes) as ReadableStream);
      if (sent) {
        // What was begun may have been another file of this size, and this one may have been written to.
        if (sent.sha256 !== (await sha256Of(file))) throw new FileChanged();
        return sent;
      }
      offset = end;
      breaks = 0;
    } catch (error) {
      if (error instanceof Refused || breaks === MOST_BREAKS) throw error;
      breaks += 1;
      await delay(PAUSE_MS);
      offset = await client.placeOf(id).then(
        (now) => now.offset,
        () => offset,
      );
    }
  }
}

/** What the exchange has is not what is in the file. */
class FileChanged extends Refused {
  constructor() {
    super('FILE_CHANGED', 'What was sent is not what this file holds now: send it anew', 'FILE', null);
  }
}

async function sha256Of(file: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(file), hash);
  return hash.digest('hex');
}

/** @throws InvalidInput */
function sizeOf(file: string): number {
  const found = infoOf(file);
  if (!found.isFile()) throw new InvalidInput('FILE', `is no file: ${file}`);
  if (found.size === 0) throw new InvalidInput('FILE', `has no bytes: ${file}`);
  return found.size;
}

function infoOf(file: string): Stats {
  try {
    accessSync(file, constants.R_OK);
    return statSync(file);
  } catch {
    throw new InvalidInput('FILE', `cannot be read: ${file}`);
  }
}
