import { BrokenRow, FormulaCell, NoRows } from '../dataset.errors.ts';
import { delimitedFormatOf, delimitedRowsOf } from './delimited-text.ts';
import type { TableFormat, TableRow } from './table-format.ts';
import { encodingOf } from './text-of.ts';

/**
 * How the file is written: format, encoding, delimiter and columns.
 *
 * @throws WrongEncoding, TooManyColumns, BrokenRow, WrongHeader, NoRows
 */
export async function formatOf(file: string): Promise<TableFormat> {
  return delimitedFormatOf(file, await encodingOf(file));
}

/**
 * The rows, some at a time, in bounded memory. Cells may be slices of a larger text: whoever keeps one keeps
 * `detached` of it.
 *
 * @throws BrokenRow, FormulaCell, NoRows
 */
export async function* rowsOf(file: string, format: TableFormat): AsyncGenerator<readonly TableRow[]> {
  let isEmpty = true;
  for await (const rows of delimitedRowsOf(file, format)) {
    for (const row of rows) check(row, format.columns);
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

function isFormula(cell: string): boolean {
  const first = cell.charCodeAt(0);
  if (first > 0x40 || (first > 0x2d && first < 0x3d)) return false;
  if (first === 0x3d || first === 0x40 || first === 0x09 || first === 0x0d) return true;
  return (first === 0x2b || first === 0x2d) && cell.length > 1 && !/^[+-][\d.]/.test(cell);
}
