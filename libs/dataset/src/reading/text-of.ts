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
  for (const encoding of ['UTF-8', 'GB18030'] as const)
    if (await isReadable(file, encoding, onBytes)) return encoding;
  throw new WrongEncoding();
}

async function isReadable(file: string, encoding: Encoding, onBytes?: OnBytes): Promise<boolean> {
  const decoder = new TextDecoder(encoding, { fatal: true });
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
