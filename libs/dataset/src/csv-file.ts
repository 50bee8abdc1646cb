import { createReadStream } from 'node:fs';
import { Readable } from 'node:stream';

import { CsvError, parse } from 'csv-parse';

import {
  BrokenRow,
  FormulaCell,
  NoRows,
  TooManyColumns,
  WrongEncoding,
  WrongHeader,
} from './dataset.errors.ts';

export type Encoding = 'UTF-8' | 'GB18030';

export interface CsvFormat {
  readonly encoding: Encoding;
  readonly delimiter: string;
  readonly columns: readonly string[];
}

export interface CsvRow {
  /** The line of the file on which the row ends, from 1. */
  readonly line: number;
  readonly cells: readonly string[];
}

const MAX_COLUMNS = 1000;
const MAX_NAME = 100;
/** Of one line or one quoted cell. */
const MAX_RECORD_CHARACTERS = 1_048_576;
const DELIMITERS = [',', '\t', ';', '|'] as const;

/**
 * How the file is written: encoding, delimiter and header.
 *
 * @throws WrongEncoding, TooManyColumns, BrokenRow, WrongHeader, NoRows
 */
export async function formatOf(file: string): Promise<CsvFormat> {
  const encoding = await encodingOf(file);
  const header = await firstLineOf(file, encoding);
  const [delimiter] = DELIMITERS.toSorted((a, b) => header.split(b).length - header.split(a).length);
  const format = { encoding, delimiter: delimiter ?? ',' };
  for await (const { cells } of recordsOf(file, format)) {
    const columns = cells.map((name) => name.trim());
    if (columns.length > MAX_COLUMNS) throw new TooManyColumns(MAX_COLUMNS);
    columns.forEach((name, i) => {
      if (name === '') throw new WrongHeader(i + 1, 'must have a name');
      if (name.length > MAX_NAME) throw new WrongHeader(i + 1, `must have at most ${MAX_NAME} characters`);
      if (columns.indexOf(name) < i) throw new WrongHeader(i + 1, `${name} is the name of an earlier column`);
    });
    return { ...format, columns };
  }
  throw new NoRows();
}

/**
 * The rows behind the header, one after the other, in bounded memory.
 *
 * @throws BrokenRow, FormulaCell, NoRows
 */
export async function* rowsOf(file: string, { columns, ...format }: CsvFormat): AsyncGenerator<CsvRow> {
  let count = -1;
  for await (const row of recordsOf(file, format)) {
    count += 1;
    if (count === 0) continue;
    if (row.cells.length !== columns.length)
      throw new BrokenRow(row.line, `has ${row.cells.length} cells where the header has ${columns.length}`);
    row.cells.forEach((cell, i) => {
      if (cell.includes('\0')) throw new BrokenRow(row.line, 'holds a byte of zero');
      if (isFormula(cell)) throw new FormulaCell(row.line, columns[i] ?? '');
    });
    yield row;
  }
  if (count < 1) throw new NoRows();
}

function isFormula(cell: string): boolean {
  const first = cell.charCodeAt(0);
  if (first === 0x3d || first === 0x40 || first === 0x09 || first === 0x0d) return true;
  return (first === 0x2b || first === 0x2d) && cell.length > 1 && !/^[+-][\d.]/.test(cell);
}

async function* recordsOf(file: string, format: Omit<CsvFormat, 'columns'>): AsyncGenerator<CsvRow> {
  const parser = parse({
    delimiter: format.delimiter,
    bom: true,
    info: true,
    relax_column_count: true,
    max_record_size: MAX_RECORD_CHARACTERS,
  });
  // Ends when the reader does, and takes the reader's errors with it, which pipe() alone does not.
  const source = Readable.from(textOf(file, format.encoding)).on('error', (error) => parser.destroy(error));
  try {
    for await (const record of source.pipe(parser) as AsyncIterable<{
      record: string[];
      info: { lines: number };
    }>)
      yield { line: record.info.lines, cells: record.record };
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    const rule =
      error.code === 'CSV_MAX_RECORD_SIZE' ? 'is too long' : 'has a quote that is not closed or not begun';
    throw new BrokenRow(Number((error as { lines?: unknown }).lines ?? 0), rule);
  } finally {
    source.destroy();
  }
}

async function* textOf(file: string, encoding: Encoding): AsyncGenerator<string> {
  const decoder = new TextDecoder(encoding, { fatal: true });
  let line = 1;
  let length = 0;
  for await (const bytes of createReadStream(file) as AsyncIterable<Buffer>) {
    const text = decoder.decode(bytes, { stream: true });
    // Before the parser sees it: a line of millions of empty cells is small as text and huge as cells.
    for (let from = 0, end = 0; from < text.length; from = end + 1) {
      end = text.indexOf('\n', from);
      length += (end < 0 ? text.length : end) - from;
      if (length > MAX_RECORD_CHARACTERS) throw new BrokenRow(line, 'is too long');
      if (end < 0) break;
      line += 1;
      length = 0;
    }
    yield text;
  }
  yield decoder.decode();
}

async function encodingOf(file: string): Promise<Encoding> {
  for (const encoding of ['UTF-8', 'GB18030'] as const) if (await isReadable(file, encoding)) return encoding;
  throw new WrongEncoding();
}

async function isReadable(file: string, encoding: Encoding): Promise<boolean> {
  const decoder = new TextDecoder(encoding, { fatal: true });
  try {
    for await (const bytes of createReadStream(file) as AsyncIterable<Buffer>)
      decoder.decode(bytes, { stream: true });
    decoder.decode();
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ERR_ENCODING_INVALID_ENCODED_DATA') return false;
    throw error;
  }
}

async function firstLineOf(file: string, encoding: Encoding): Promise<string> {
  let text = '';
  for await (const part of textOf(file, encoding)) {
    text += part;
    if (text.includes('\n')) break;
  }
  return text.split('\n', 1)[0] ?? '';
}
