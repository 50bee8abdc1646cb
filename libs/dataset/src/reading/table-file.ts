import { BrokenRow, FormulaCell, NoRows } from '../dataset.errors.ts';
import { delimitedFormatOf, delimitedRowsOf } from './delimited-text.ts';
import { jsonLinesFormatOf, jsonLinesRowsOf } from './json-lines.ts';
import { isParquet, parquetFormatOf, parquetRowsOf } from './parquet-file.ts';
import type { FileFormat, OnBytes, TableFormat, TableRow } from './table-format.ts';
import { beginsWith, encodingOf } from './text-of.ts';

type RowsOf = (file: string, format: TableFormat, onBytes?: OnBytes) => AsyncGenerator<readonly TableRow[]>;

const ROWS: Readonly<Record<FileFormat, RowsOf>> = {
  CSV: delimitedRowsOf,
  TSV: delimitedRowsOf,
  JSON_LINES: jsonLinesRowsOf,
  PARQUET: parquetRowsOf,
};

/**
 * How the file is written: format, encoding, delimiter and columns.
 *
 * @throws UnreadableTable, WrongEncoding, TooManyColumns, BrokenRow, NestedValue, WrongHeader, NoRows
 */
export async function formatOf(file: string, onBytes?: OnBytes): Promise<TableFormat> {
  if (await isParquet(file)) return parquetFormatOf(file);
  const encoding = await encodingOf(file, onBytes);
  const isJson = await beginsWith(file, encoding, '{');
  return isJson ? jsonLinesFormatOf(file, encoding, onBytes) : delimitedFormatOf(file, encoding);
}

/**
 * The rows as `rowsOf` reads them, for who reads beside it: what is to be refused is refused there.
 *
 * @throws UnreadableTable, BrokenRow, NestedValue
 */
export function uncheckedRowsOf(file: string, format: TableFormat): AsyncGenerator<readonly TableRow[]> {
  return ROWS[format.fileFormat](file, format);
}

/**
 * The rows, some at a time, in bounded memory. Cells may be slices of a larger text: whoever keeps one keeps
 * `detached` of it.
 *
 * @throws UnreadableTable, BrokenRow, NestedValue, FormulaCell, NoRows
 */
export async function* rowsOf(
  file: string,
  format: TableFormat,
  onBytes?: OnBytes,
): AsyncGenerator<readonly TableRow[]> {
  let isEmpty = true;
  for await (const rows of ROWS[format.fileFormat](file, format, onBytes)) {
    for (const row of rows) if (row.text === null || !isSound(row.text, format)) check(row, format.columns);
    if (rows.length === 0) continue;
    isEmpty = false;
    yield rows;
  }
  if (isEmpty) throw new NoRows();
}

function check({ line, cells }: TableRow, columns: readonly string[]): void {
  if (cells.length !== columns.length)
    throw new BrokenRow(line, `has ${cells.length} cells where the header has ${columns.length}`);
  // Not by entries(): every cell of a file goes through here.
  for (let i = 0; i < cells.length; i++)
    if (isFormula(cells[i] ?? '')) throw new FormulaCell(line, columns[i] ?? '');
}

/** Whether a line holds nothing to be refused, as far as is seen without cutting it into cells. */
function isSound(text: string, { columns, delimiter }: TableFormat): boolean {
  let cells = 1;
  for (let at = 0; ; cells++) {
    const end = text.indexOf(delimiter, at);
    if (end !== at && mayBeginFormula(text, at)) return false;
    if (end < 0) return cells === columns.length;
    at = end + delimiter.length;
  }
}

function isFormula(cell: string): boolean {
  if (!mayBeginFormula(cell, 0)) return false;
  const first = cell.charCodeAt(0);
  return (first !== 0x2b && first !== 0x2d) || !/^(?:[+-](?:[¥￥] ?)?[\d.]|\+$|-+$)/.test(cell);
}

/** Whether a cell that begins here is a formula, or a sign stands first and what follows tells. */
function mayBeginFormula(text: string, at: number): boolean {
  const first = text.charCodeAt(at);
  if (first > 0x40 || (first > 0x2d && first < 0x3d)) return false;
  if (first === 0x2b || first === 0x2d) {
    const next = text.charCodeAt(at + 1);
    return next !== 0x2e && !(next >= 0x30 && next <= 0x39);
  }
  return first === 0x3d || first === 0x40 || first === 0x09 || first === 0x0d;
}
