import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { parse } from 'csv-parse/sync';
import fc from 'fast-check';

import { DomainError } from '#libs/foundation';

import { formatOf, rowsOf } from './table-file.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'pdx-csv-'));
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

const read = async (text: string) => {
  const file = join(folder, 'table');
  writeFileSync(file, text);
  const format = await formatOf(file);
  const rows = [];
  for await (const some of rowsOf(file, format)) rows.push(...some);
  return { format, cells: rows.map((row) => row.cells), lines: rows.map(({ line }) => line) };
};
const refusalOf = (text: string) =>
  read(text).then(
    () => 'read',
    (error: unknown) =>
      error instanceof DomainError ? `${error.code} ${error.path ?? ''} ${error.rule ?? ''}` : error,
  );

describe('delimited text', () => {
  const cell = fc.oneof(
    fc.stringMatching(/^[a-z0-9甲乙 ]{0,6}$/),
    fc.constantFrom('a"b', 'a,b', 'line\nbreak', 'line\r\nbreak', '""', 'x'.repeat(40_000)),
  );
  const written = (text: string) => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);

  it('is read as a parser reads it, wherever the parts of the file end', async () => {
    const tables = fc.array(fc.tuple(cell, cell, fc.constantFrom('1', '2')), { minLength: 1, maxLength: 30 });
    await fc.assert(
      fc.asyncProperty(tables, fc.constantFrom('\n', '\r\n'), fc.boolean(), async (rows, end, isEnded) => {
        const text =
          ['a,b,c', ...rows.map((row) => row.map(written).join(','))].join(end) + (isEnded ? end : '');
        const { cells, lines } = await read(text);
        const parsed = parse(text, { info: true, record_delimiter: end }) as unknown as {
          record: string[];
          info: { lines: number };
        }[];
        expect(cells).toEqual(parsed.slice(1).map(({ record }) => record));
        expect(lines).toEqual(parsed.slice(1).map(({ info }) => info.lines));
      }),
      { numRuns: 60 },
    );
  });

  it.each([
    ['a;b\n1;2\n', 'CSV', ';'],
    ['a\tb\n1\t2\n', 'TSV', '\t'],
    ['a|b\r1|2\r', 'CSV', '|'],
    ['\ufeffa,b\n1,2', 'CSV', ','],
    ['"a\nx",b\r\n1,2\r\n', 'CSV', ','],
  ])('of %j is %s', async (text, fileFormat, delimiter) => {
    const { format, cells } = await read(text);
    expect(format).toMatchObject({ fileFormat, delimiter, encoding: 'UTF-8' });
    expect(cells).toEqual([['1', '2']]);
  });

  it.each([
    ['too few cells', 'a,b\n1,2\n1\n', 'BROKEN_ROW line 3 has 1 cells where the header has 2'],
    ['an empty line', 'a,b\n1,2\n\n', 'BROKEN_ROW line 3 has 1 cells where the header has 2'],
    ['an open quote', 'a,b\n1,"2\n3,4\n', 'BROKEN_ROW line 3 has a quote that is not closed or not begun'],
    [
      'a stray quote',
      'a,b\n1,2\n1,2"3\n4,5\n',
      'BROKEN_ROW line 3 has a quote that is not closed or not begun',
    ],
    [
      'a stray quote far from the next one',
      `a,b\n1,2"3\n${'4,5\n'.repeat(500_000)}`,
      'BROKEN_ROW line 2 has a quote that is not closed or not begun',
    ],
    [
      'a quote that takes the rest',
      `a,b\n1,"${'4,5\n'.repeat(500_000)}`,
      'BROKEN_ROW line 262146 is too long',
    ],
    ['a line of empty cells', `a,b\n1,2\n${','.repeat(2_000_000)}`, 'BROKEN_ROW line 3 is too long'],
    ['a byte of zero', 'a,b\n1,2\n1,\0\n', 'BROKEN_ROW line 3 holds a byte of zero'],
    [
      'a formula',
      'a,b\n1,=2\n',
      'FORMULA_CELL line 2, column b no cell begins with = @ or a tab, or with + or - before anything but a number or an amount',
    ],
    ...['-无', '-¥=1', '- 5', '+@a', '=', '--a'].map((cell) => [
      `a formula ${cell}`,
      `a,b\n1,${cell}\n`,
      'FORMULA_CELL line 2, column b no cell begins with = @ or a tab, or with + or - before anything but a number or an amount',
    ]),
    ['a header alone', 'a,b\n', 'NO_ROWS file at least one row'],
    ['a name twice', 'a,a\n1,2\n', 'WRONG_HEADER columns[1].name a is the name of an earlier column'],
  ])('refuses %s', async (_, text, refusal) => {
    expect(await refusalOf(text)).toBe(refusal);
  });

  it('takes what begins with a sign and is no formula', async () => {
    const cells = ['-5', '+.5', '-¥3.50', '-￥ 12', '-', '--', '+'];
    expect(await refusalOf(`a,b\n${cells.map((cell) => `1,${cell}\n`).join('')}`)).toBe('read');
  });
});
