import { createReadStream, statSync } from 'node:fs';
import { basename } from 'node:path';
import { Readable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';

import { InvalidInput } from '#libs/foundation';

import { type ExchangeClient, Refused } from './exchange-client.ts';

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
 * @param onProgress is told the file's place and how many bytes the exchange has
 * @throws Refused, InvalidInput
 */
export async function sendFile(
  client: ExchangeClient,
  file: string,
  begun: string | null,
  onProgress: (id: string, sent: number, size: number) => void,
): Promise<SentFile> {
  const size = sizeOf(file);
  const id = begun ?? (await client.beginFile(basename(file), size));
  let offset = begun === null ? 0 : await client.offsetOf(id);
  for (let breaks = 0; ;) {
    onProgress(id, offset, size);
    const end = Math.min(offset + PART_BYTES, size);
    // An empty part asks for what became of a file that has all of its bytes.
    const bytes = offset < end ? createReadStream(file, { start: offset, end: end - 1 }) : Readable.from([]);
    try {
      const sent = await client.sendPart(id, offset, Readable.toWeb(bytes) as ReadableStream);
      if (sent) return sent;
      offset = end;
      breaks = 0;
    } catch (error) {
      if (error instanceof Refused || breaks === MOST_BREAKS) throw error;
      breaks += 1;
      await delay(PAUSE_MS);
      offset = await client.offsetOf(id).catch(() => offset);
    }
  }
}

function sizeOf(file: string): number {
  try {
    return statSync(file).size;
  } catch {
    throw new InvalidInput('FILE', `cannot be read: ${file}`);
  }
}
