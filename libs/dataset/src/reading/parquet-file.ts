import { open } from 'node:fs/promises';

import { Decimal } from 'decimal.js';
import {
  type AsyncBuffer,
  type FileMetaData,
  parquetMetadataAsync,
  parquetRead,
  type SchemaElement,
} from 'hyparquet';
import { compressors } from 'hyparquet-compressors';

import { BrokenRow, NestedValue, NoRows, UnreadableTable } from '../dataset.errors.ts';
import { mustBeNames } from './column-names.ts';
import { FileFormat, type OnBytes, type TableFormat, type TableRow } from './table-format.ts';

const MAGIC = 'PAR1';
/** Uncompressed: a row group is in memory as a whole, several times as large. */
const MAX_ROW_GROUP_BYTES = 268_435_456n;
/** Of a row group: where few bytes stand for many values, these are what fills the memory. */
const MAX_ROW_GROUP_CELLS = 33_554_432;
const CELLS_AT_ONCE = 1_048_576;
const ROWS_AT_ONCE = 4096;

export async function isParquet(path: string): Promise<boolean> {
  return withFile(path, async (file) => {
    const { byteLength: size } = file;
    if (size < 2 * MAGIC.length) return false;
    const ends = [await file.slice(0, MAGIC.length), await file.slice(size - MAGIC.length, size)];
    return ends.every((bytes) => Buffer.from(bytes).toString('latin1') === MAGIC);
  });
}

/** @throws UnreadableTable, NestedValue, TooManyColumns, WrongHeader, NoRows */
export async function parquetFormatOf(file: string): Promise<TableFormat> {
  const { columns } = await withFile(file, tableIn);
  if (columns.length === 0) throw new NoRows();
  const names = columns.map(({ name }) => name);
  mustBeNames(names);
  return { fileFormat: FileFormat.PARQUET, encoding: 'UTF-8', delimiter: '', columns: names };
}

/** Some rows of a row group at a time. @throws UnreadableTable, BrokenRow */
export async function* parquetRowsOf(
  file: string,
  _format: TableFormat,
  onBytes?: OnBytes,
): AsyncGenerator<readonly TableRow[]> {
  const { metadata, columns, cellsOf, fileSize } = await withFile(file, async (buffer) => ({
    ...(await tableIn(buffer)),
    fileSize: buffer.byteLength,
  }));
  const names = columns.map(({ name }) => name);
  const rowsAtOnce = Math.max(ROWS_AT_ONCE, Math.floor(CELLS_AT_ONCE / names.length));
  let before = 0;
  for (const [i, { total_byte_size: bytes, num_rows: rowCount }] of metadata.row_groups.entries()) {
    if (bytes > MAX_ROW_GROUP_BYTES)
      throw new UnreadableTable(`row group ${i + 1}`, `at most ${MAX_ROW_GROUP_BYTES} bytes`);
    if (rowCount * BigInt(names.length) > MAX_ROW_GROUP_CELLS)
      throw new UnreadableTable(`row group ${i + 1}`, `at most ${MAX_ROW_GROUP_CELLS} cells`);
    const end = before + Number(rowCount);
    for (; before < end; before = Math.min(before + rowsAtOnce, end)) {
      const first = before;
      const rows = await withFile(file, (buffer) =>
        readRows(buffer, metadata, names, first, Math.min(first + rowsAtOnce, end)),
      );
      // As rows are read in several columns at once, bytes are counted by rows.
      onBytes?.(Math.floor((fileSize * rows.length) / Number(metadata.num_rows)));
      for (let from = 0; from < rows.length; from += ROWS_AT_ONCE)
        yield rows.slice(from, from + ROWS_AT_ONCE).map((values, j) => {
          const line = first + from + j + 1;
          return { line, cells: cellsOf(values, line), text: null };
        });
    }
  }
}

type ReadValue = (value: unknown, line: number) => string;

async function tableIn(file: AsyncBuffer) {
  const metadata = await readable(parquetMetadataAsync(file));
  const [root, ...columns] = metadata.schema;
  const nested = columns.find(
    ({ num_children: children, repetition_type: repetition }) =>
      children !== undefined || repetition === 'REPEATED',
  );
  if (!root || nested) throw new NestedValue(nested?.name ?? 'schema');
  const read = columns.map(readerOf);
  const cellsOf = (values: readonly unknown[], line: number) =>
    read.map((readValue, i) => {
      const value = values[i];
      return value === null || value === undefined ? '' : readValue(value, line);
    });
  return { metadata, columns, cellsOf };
}

/** How the values of a column are written as cells; takes away what the library would make inexact. */
function readerOf(column: SchemaElement): ReadValue {
  const { converted_type: converted, logical_type: logical, type } = column;
  if (converted === 'DECIMAL' || logical?.type === 'DECIMAL') {
    const scale = column.scale ?? 0;
    delete column.converted_type;
    delete column.logical_type;
    return (value) => new Decimal(unscaledOf(value).toString()).div(`1e${scale}`).toFixed();
  }
  // What is neither text nor number has no cell.
  const isText =
    converted === 'UTF8' || converted === 'ENUM' || converted === 'JSON' || logical?.type === 'STRING';
  const isBytes = type === 'BYTE_ARRAY' || type === 'FIXED_LEN_BYTE_ARRAY';
  if (isBytes && !isText && logical?.type !== 'UUID')
    throw new UnreadableTable(column.name, 'no column of bytes');
  return cellOf;
}

const cellOf: ReadValue = (value, line) => {
  if (typeof value === 'string') {
    if (value.includes('\0')) throw new BrokenRow(line, 'holds a byte of zero');
    return value;
  }
  if (typeof value === 'bigint' || typeof value === 'boolean') return String(value);
  if (typeof value !== 'number') throw new BrokenRow(line, 'holds neither a text nor a number');
  if (!Number.isFinite(value)) throw new BrokenRow(line, 'holds what is no number');
  return new Decimal(value).toFixed();
};

function unscaledOf(value: unknown): bigint {
  if (typeof value === 'bigint' || typeof value === 'number') return BigInt(value);
  const bytes = value instanceof Uint8Array ? value : new Uint8Array();
  return BigInt.asIntN(
    bytes.length * 8,
    bytes.length === 0 ? 0n : BigInt(`0x${Buffer.from(bytes).toString('hex')}`),
  );
}

const PARSERS = {
  dateFromDays: (days: number | null | undefined) =>
    days == null ? days : new Date(days * 86_400_000).toISOString().slice(0, 10),
  timestampFromMilliseconds: (count: bigint | null | undefined) => instantOf(count, 3),
  timestampFromMicroseconds: (count: bigint | null | undefined) => instantOf(count, 6),
  timestampFromNanoseconds: (count: bigint | null | undefined) => instantOf(count, 9),
  jsonFromBytes: (bytes: Uint8Array | undefined) => bytes && Buffer.from(bytes).toString(),
};

/** RFC 3339 in UTC, with all decimals of the second that there are. */
function instantOf(count: bigint | null | undefined, decimals: number): string | null {
  if (count === null || count === undefined) return null;
  const perSecond = 10n ** BigInt(decimals);
  const behind = ((count % perSecond) + perSecond) % perSecond;
  const seconds = (count - behind) / perSecond;
  const fraction = behind.toString().padStart(decimals, '0').replace(/0+$/, '');
  const whole = new Date(Number(seconds) * 1000).toISOString().slice(0, 19);
  return `${whole}${fraction && `.${fraction}`}Z`;
}

async function readRows(
  file: AsyncBuffer,
  metadata: FileMetaData,
  columns: string[],
  rowStart: number,
  rowEnd: number,
): Promise<unknown[][]> {
  let rows: unknown[][] = [];
  await readable(
    parquetRead({
      ...{ file, metadata, columns, rowStart, rowEnd, compressors, utf8: false, parsers: PARSERS },
      onComplete: (read) => {
        rows = read;
      },
    }),
  );
  return rows;
}

/** Whatever the library cannot read is a file that is broken, or written in a way that it does not know. */
async function readable<T>(read: Promise<T>): Promise<T> {
  try {
    return await read;
  } catch (error) {
    throw new UnreadableTable('file', error instanceof Error ? error.message : 'Parquet');
  }
}

async function withFile<T>(path: string, read: (file: AsyncBuffer) => Promise<T>): Promise<T> {
  const handle = await open(path);
  try {
    const { size } = await handle.stat();
    return await read({
      byteLength: size,
      slice: async (start, end = size) => {
        // Places come from the file, too, and may be anywhere.
        const bytes = new Uint8Array(Math.max(0, Math.min(end, size) - start));
        await handle.read(bytes, 0, bytes.length, start);
        return bytes.buffer;
      },
    });
  } finally {
    await handle.close();
  }
}
