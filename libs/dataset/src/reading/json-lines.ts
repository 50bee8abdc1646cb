import { Decimal } from 'decimal.js';
import { parse } from 'lossless-json';

import { BrokenRow, NestedValue, NoRows, TooManyColumns, WrongHeader } from '../dataset.errors.ts';
import { MAX_COLUMNS, mustBeNames } from './column-names.ts';
import { type Encoding, FileFormat, type OnBytes, type TableFormat, type TableRow } from './table-format.ts';
import { textOf } from './text-of.ts';

/**
 * One object a line; its columns are all members that any of them has, in the order in which they come.
 *
 * @throws BrokenRow, NestedValue, TooManyColumns, WrongHeader, NoRows
 */
export async function jsonLinesFormatOf(
  file: string,
  encoding: Encoding,
  onBytes?: OnBytes,
): Promise<TableFormat> {
  const columns = new Set<string>();
  for await (const lines of linesOf(file, encoding, onBytes))
    for (const { line, text } of lines) {
      for (const name of Object.keys(objectIn(text, line, (json) => JSON.parse(json)))) columns.add(name);
      if (columns.size > MAX_COLUMNS) throw new TooManyColumns(MAX_COLUMNS);
    }
  if (columns.size === 0) throw new NoRows();
  const names = [...columns];
  mustBeNames(names);
  // No object can be trusted to have it as a member of its own.
  const at = names.indexOf('__proto__');
  if (at >= 0) throw new WrongHeader(at + 1, '__proto__ is no name of a column');
  return { fileFormat: FileFormat.JSON_LINES, encoding, delimiter: '', columns: names };
}

/** @throws BrokenRow, NestedValue */
export async function* jsonLinesRowsOf(
  file: string,
  { encoding, columns }: TableFormat,
  onBytes?: OnBytes,
): AsyncGenerator<readonly TableRow[]> {
  for await (const lines of linesOf(file, encoding, onBytes))
    yield lines.map(({ line, text }) => {
      const object = objectIn(text, line, (json) => parse(json, null, plainNumber));
      const cells = columns.map((name) =>
        Object.hasOwn(object, name) ? cellOf(object[name], line, name) : '',
      );
      return { line, cells, text: null };
    });
}

function cellOf(value: unknown, line: number, name: string): string {
  if (value === null) return '';
  if (typeof value === 'boolean') return String(value);
  if (typeof value !== 'string') throw new NestedValue(`line ${line}, ${name}`);
  if (value.includes('\0')) throw new BrokenRow(line, 'holds a byte of zero');
  if (/\p{Surrogate}/u.test(value)) throw new BrokenRow(line, 'holds half a character');
  return value;
}

function objectIn(text: string, line: number, read: (json: string) => unknown): Record<string, unknown> {
  let value: unknown;
  try {
    value = read(text);
  } catch (error) {
    // Nested so deeply that reading it ran out of stack.
    if (error instanceof RangeError) throw new NestedValue(`line ${line}`);
    if (!(error instanceof SyntaxError)) throw error;
    throw new BrokenRow(line, 'is no JSON object');
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new BrokenRow(line, 'is no JSON object');
  return value as Record<string, unknown>;
}

/** A number with all its digits, and without an exponent unless it is longer than any column takes. */
function plainNumber(text: string): string {
  const [, exponent] = /[eE]([+-]?\d+)$/.exec(text) ?? [];
  if (exponent === undefined || Math.abs(Number(exponent)) > 60) return text;
  return new Decimal(text).toFixed();
}

async function* linesOf(
  file: string,
  encoding: Encoding,
  onBytes?: OnBytes,
): AsyncGenerator<readonly { readonly line: number; readonly text: string }[]> {
  let rest = '';
  let line = 0;
  const numbered = (text: string) => ({ line: ++line, text });
  for await (const part of textOf(file, encoding, onBytes)) {
    const lines = (rest + part).split('\n');
    rest = lines.pop() ?? '';
    yield lines.map(numbered);
  }
  if (rest.trim() !== '') yield [numbered(rest)];
}
