import { isUtf8 } from 'node:buffer';
import { createReadStream } from 'node:fs';

import { BrokenRow, WrongEncoding } from '../dataset.errors.ts';
import type { Encoding, OnBytes } from './table-format.ts';

/** Of one line, or one record over several. */
export const MAX_RECORD_CHARACTERS = 1_048_576;

/** The text of a file, part by part, without a byte order mark. @throws BrokenRow */
export async function* textOf(file: string, encoding: Encoding, onBytes?: OnBytes): AsyncGenerator<string> {
  const decoder = new TextDecoder(encoding, { fatal: true });
  let line = 1;
  let length = 0;
  for await (const bytes of createReadStream(file) as AsyncIterable<Buffer>) {
    onBytes?.(bytes.length);
    const text = decoder.decode(bytes, { stream: true });
    const zero = text.indexOf('\0');
    // Before anything parses it: a line of millions of empty cells is small as text and huge as cells.
    for (let from = 0, end = 0; from < text.length; from = end + 1) {
      end = text.indexOf('\n', from);
      length += (end < 0 ? text.length : end) - from;
      if (length > MAX_RECORD_CHARACTERS) throw new BrokenRow(line, 'is too long');
      if (zero >= from && (end < 0 || zero < end)) throw new BrokenRow(line, 'holds a byte of zero');
      if (end < 0) break;
      line += 1;
      length = 0;
    }
    yield text;
  }
  yield decoder.decode();
}

/** Whether this is the first character that is no space. */
export async function beginsWith(file: string, encoding: Encoding, character: string): Promise<boolean> {
  for await (const text of textOf(file, encoding)) {
    const begin = text.trimStart();
    if (begin !== '') return begin.startsWith(character);
  }
  return false;
}

/** @throws WrongEncoding */
export async function encodingOf(file: string, onBytes?: OnBytes): Promise<Encoding> {
  if (await isInUtf8(file, onBytes)) return 'UTF-8';
  if (await isInGb18030(file, onBytes)) return 'GB18030';
  throw new WrongEncoding();
}

/** By its bytes, of which no text is made. */
async function isInUtf8(file: string, onBytes?: OnBytes): Promise<boolean> {
  let rest: Buffer = Buffer.alloc(0);
  for await (const bytes of createReadStream(file) as AsyncIterable<Buffer>) {
    onBytes?.(bytes.length);
    const all = rest.length === 0 ? bytes : Buffer.concat([rest, bytes]);
    const end = all.length - cutOff(all);
    if (!isUtf8(all.subarray(0, end))) return false;
    rest = all.subarray(end);
  }
  return rest.length === 0;
}

/** How many bytes at the end begin a character that is not all there: of two to four bytes, the first says how many. */
function cutOff(bytes: Buffer): number {
  for (let back = 1; back <= 3 && back <= bytes.length; back++) {
    const byte = bytes[bytes.length - back] as number;
    if (byte < 0x80) return 0;
    if (byte >= 0xc0) return back < (byte < 0xe0 ? 2 : byte < 0xf0 ? 3 : 4) ? back : 0;
  }
  return 0;
}

async function isInGb18030(file: string, onBytes?: OnBytes): Promise<boolean> {
  const decoder = new TextDecoder('GB18030', { fatal: true });
  try {
    for await (const bytes of createReadStream(file) as AsyncIterable<Buffer>) {
      onBytes?.(bytes.length);
      decoder.decode(bytes, { stream: true });
    }
    decoder.decode();
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ERR_ENCODING_INVALID_ENCODED_DATA') return false;
    throw error;
  }
}
