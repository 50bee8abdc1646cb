import { CsvError, parse } from 'csv-parse/sync';

import { BrokenRow, NoRows } from '../dataset.errors.ts';
import { mustBeNames } from './column-names.ts';
import { type Encoding, FileFormat, type OnBytes, type TableFormat, type TableRow } from './table-format.ts';
import { MAX_RECORD_CHARACTERS, textOf } from './text-of.ts';

const DELIMITERS = [',', '\t', ';', '|'] as const;
const QUOTE = '"';

/** @throws TooManyColumns, BrokenRow, WrongHeader, NoRows */
export async function delimitedFormatOf(file: string, encoding: Encoding): Promise<TableFormat> {
  const header = await firstLineOf(file, encoding);
  const [delimiter = ','] = DELIMITERS.toSorted((a, b) => header.split(b).length - header.split(a).length);
  for await (const [first] of recordsOf(file, { encoding, delimiter })) {
    if (!first) continue;
    const columns = first.cells.map((name) => name.trim());
    mustBeNames(columns);
    return { fileFormat: delimiter === '\t' ? FileFormat.TSV : FileFormat.CSV, encoding, delimiter, columns };
  }
  throw new NoRows();
}

/** The rows behind the header. @throws BrokenRow */
export async function* delimitedRowsOf(
  file: string,
  format: Pick<TableFormat, 'encoding' | 'delimiter'>,
  onBytes?: OnBytes,
): AsyncGenerator<readonly TableRow[]> {
  let isHeader = true;
  for await (const records of recordsOf(file, format, onBytes)) {
    yield isHeader ? records.slice(1) : records;
    isHeader &&= records.length === 0;
  }
}

/** Whole records, as many as a part of the file holds. */
async function* recordsOf(
  file: string,
  { encoding, delimiter }: Pick<TableFormat, 'encoding' | 'delimiter'>,
  onBytes?: OnBytes,
): AsyncGenerator<readonly TableRow[]> {
  let lineEnd: string | null = null;
  let linesBefore = 0;
  let rest = '';
  const take = (text: string): TableRow[] => {
    const rows = text.includes(QUOTE)
      ? quotedRecords(text, delimiter, lineEnd, linesBefore)
      : plainRecords(text, delimiter, lineEnd, linesBefore);
    linesBefore = rows.at(-1)?.line ?? linesBefore;
    return rows;
  };
  for await (const part of textOf(file, encoding, onBytes)) {
    rest += part;
    lineEnd ??= lineEndOf(rest);
    const end = lineEnd === null ? 0 : endOfRecords(rest, lineEnd);
    const records = rest.slice(0, end);
    rest = rest.slice(end);
    if (records !== '') yield take(records);
    if (rest.length <= MAX_RECORD_CHARACTERS) continue;
    // Names the quote that was not begun, if it is one.
    take(rest);
    throw new BrokenRow(linesBefore + 1, 'is too long');
  }
  if (rest !== '') yield take(rest);
}

/** Without a quote a record is a line and a cell what lies between delimiters: several times as fast as a parser. */
function plainRecords(
  text: string,
  delimiter: string,
  lineEnd: string | null,
  linesBefore: number,
): TableRow[] {
  const lines = lineEnd === null ? [text] : text.split(lineEnd);
  if (lines.at(-1) === '') lines.pop();
  const hasStrayEnds = lineEnd !== '\n' || text.includes('\r');
  return lines.map((record, i) => {
    const text = hasStrayEnds && /[\r\n]/.test(record) ? null : record;
    return new PlainRow(linesBefore + i + 1, text, record, delimiter);
  });
}

/** Is not cut into cells before somebody asks for them: who copies it does not. */
class PlainRow implements TableRow {
  private cut: readonly string[] | null = null;

  constructor(
    readonly line: number,
    readonly text: string | null,
    private readonly record: string,
    private readonly delimiter: string,
  ) {}

  get cells(): readonly string[] {
    return (this.cut ??= this.record.split(this.delimiter));
  }
}

function quotedRecords(
  text: string,
  delimiter: string,
  lineEnd: string | null,
  linesBefore: number,
): TableRow[] {
  try {
    const records = parse(text, {
      delimiter,
      record_delimiter: lineEnd ?? [],
      info: true,
      relax_column_count: true,
      max_record_size: MAX_RECORD_CHARACTERS,
    }) as unknown as { record: string[]; info: { lines: number } }[];
    return records.map(({ record, info }) => ({ line: linesBefore + info.lines, cells: record, text: null }));
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    const rule =
      error.code === 'CSV_MAX_RECORD_SIZE' ? 'is too long' : 'has a quote that is not closed or not begun';
    throw new BrokenRow(linesBefore + Number((error as { lines?: unknown }).lines ?? 0), rule);
  }
}

/** What ends the first line outside quotes ends all of them; null: none has ended yet. */
function lineEndOf(text: string): string | null {
  let isQuoted = false;
  for (let i = 0; i < text.length; i++) {
    const character = text[i];
    if (character === QUOTE) isQuoted = !isQuoted;
    else if (isQuoted) continue;
    else if (character === '\n') return '\n';
    // Whether a line feed follows is known with the next part.
    else if (character === '\r' && i + 1 < text.length) return text[i + 1] === '\n' ? '\r\n' : '\r';
  }
  return null;
}

/** Where the last record ends that is whole: behind the last line end that has an even number of quotes before it. */
function endOfRecords(text: string, lineEnd: string): number {
  const quotes: number[] = [];
  for (let at = text.indexOf(QUOTE); at >= 0; at = text.indexOf(QUOTE, at + 1)) quotes.push(at);
  let to = quotes.length % 2 === 0 ? text.length : (quotes.pop() ?? 0);
  for (;;) {
    const from = (quotes.pop() ?? -1) + 1;
    const found = text.slice(from, to).lastIndexOf(lineEnd);
    if (found >= 0) return from + found + lineEnd.length;
    const opening = quotes.pop();
    if (opening === undefined) return 0;
    to = opening;
  }
}

async function firstLineOf(file: string, encoding: Encoding): Promise<string> {
  let text = '';
  for await (const part of textOf(file, encoding)) {
    text += part;
    if (/[\r\n]/.test(text)) break;
  }
  return text.split(/[\r\n]/, 1)[0] ?? '';
}
