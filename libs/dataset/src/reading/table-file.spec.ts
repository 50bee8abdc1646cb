import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { parquetWriteBuffer } from 'hyparquet-writer';

import { DomainError } from '#libs/foundation';

import { formatOf, rowsOf } from './table-file.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'pdx-table-'));
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

const read = async (content: string | Uint8Array) => {
  const file = join(folder, 'table');
  writeFileSync(file, content);
  const format = await formatOf(file);
  const rows = [];
  for await (const some of rowsOf(file, format)) rows.push(...some);
  return { ...format, cells: rows.map((row) => row.cells), lines: rows.map(({ line }) => line) };
};
const refusalOf = (content: string | Uint8Array) =>
  read(content).then(
    () => 'read',
    (error: unknown) => (error instanceof DomainError ? `${error.code} ${error.path ?? ''}` : error),
  );

describe('JSON Lines', () => {
  it('are read with all members that any object has, and all digits of their numbers', async () => {
    const text = [
      '{"名称": "甲", "金额": 1.50, "编号": 12345678901234567890}',
      '{"名称": "乙\\n", "金额": 1e2, "上市": true}',
      '{"上市": null, "名称": "", "金额": -0.000000000000000000012}',
    ];
    expect(await read(`${text.join('\r\n')}\n`)).toEqual({
      ...{ fileFormat: 'JSON_LINES', encoding: 'UTF-8', delimiter: '' },
      columns: ['名称', '金额', '编号', '上市'],
      cells: [
        ['甲', '1.50', '12345678901234567890', ''],
        ['乙\n', '100', '', 'true'],
        ['', '-0.000000000000000000012', '', ''],
      ],
      lines: [1, 2, 3],
    });
  });

  it('are read wherever the parts of the file end', async () => {
    const rows = Array.from({ length: 5000 }, (_, i) => ({ a: `值${i}`.repeat(20), b: i }));
    const { cells } = await read(rows.map((row) => JSON.stringify(row)).join('\n'));
    expect(cells).toEqual(rows.map(({ a, b }) => [a, String(b)]));
  });

  it.each(['[', '{"a":'])('are refused where they nest without end by %j', async (open) => {
    const close = open === '[' ? ']' : '}';
    const deep = `${open.repeat(100_000)}1${close.repeat(100_000)}`;
    expect(await refusalOf(`{"a": 1}\n{"a": ${deep}}`)).toBe('NESTED_VALUE line 2');
  });

  it.each([
    ['{"a": {"b": 1}}', 'NESTED_VALUE line 1, a'],
    ['{"a": 1}\n{"a": [1]}', 'NESTED_VALUE line 2, a'],
    ['{"a": 1}\n{"a": 1', 'BROKEN_ROW line 2'],
    ['{"a": 1}\n\n{"a": 1}', 'BROKEN_ROW line 2'],
    ['{"a": 1}\n[1]', 'BROKEN_ROW line 2'],
    ['{"a": "\\u0000"}', 'BROKEN_ROW line 1'],
    ['{"a": "\\ud800"}', 'BROKEN_ROW line 1'],
    ['{"a": "=1"}', 'FORMULA_CELL line 1, column a'],
    ['{"": 1}', 'WRONG_HEADER columns[0].name'],
    ['{"a": 1, "__proto__": 2}', 'WRONG_HEADER columns[1].name'],
    ['{}', 'NO_ROWS file'],
    [`{${Array.from({ length: 1001 }, (_, i) => `"c${i}": 1`).join()}}`, 'TOO_MANY_COLUMNS columns'],
  ])('are refused in %j', async (text, refusal) => {
    expect(await refusalOf(text)).toBe(refusal);
  });
});

describe('Parquet', () => {
  const written = (
    columnData: Parameters<typeof parquetWriteBuffer>[0]['columnData'],
    more: Partial<Parameters<typeof parquetWriteBuffer>[0]> = {},
  ) => new Uint8Array(parquetWriteBuffer({ columnData, ...more }));

  it('is read with texts, numbers, days and instants as they are', async () => {
    const file = written([
      { name: '名称', data: ['甲', null, '𠀀'], type: 'STRING' },
      { name: '整数', data: [9007199254740993n, -1n, null], type: 'INT64' },
      { name: '小数', data: [0.1, 1e-7, 1e21], type: 'DOUBLE' },
      { name: '真假', data: [true, false, null], type: 'BOOLEAN' },
      {
        name: '时刻',
        data: [new Date('2025-01-01T00:00:00.5Z'), null, new Date('1969-12-31T23:59:59Z')],
        type: 'TIMESTAMP',
      },
    ]);
    expect(await read(file)).toEqual({
      ...{ fileFormat: 'PARQUET', encoding: 'UTF-8', delimiter: '' },
      columns: ['名称', '整数', '小数', '真假', '时刻'],
      cells: [
        ['甲', '9007199254740993', '0.1', 'true', '2025-01-01T00:00:00.5Z'],
        ['', '-1', '0.0000001', 'false', ''],
        ['𠀀', '', '1000000000000000000000', '', '1969-12-31T23:59:59Z'],
      ],
      lines: [1, 2, 3],
    });
  });

  it('is read with exact decimals and days', async () => {
    const file = written(
      [
        { name: '金额', data: [123456789012345678n, -5n] },
        { name: '日期', data: [20_148, -1] },
      ],
      {
        schema: [
          { name: 'root', num_children: 2 },
          {
            name: '金额',
            type: 'INT64',
            converted_type: 'DECIMAL',
            precision: 18,
            scale: 2,
            repetition_type: 'REQUIRED',
          },
          { name: '日期', type: 'INT32', converted_type: 'DATE', repetition_type: 'REQUIRED' },
        ],
      },
    );
    expect((await read(file)).cells).toEqual([
      ['1234567890123456.78', '2025-03-01'],
      ['-0.05', '1969-12-31'],
    ]);
  });

  it('is read part by part of a row group, and not where few bytes are too many values', async () => {
    const data = Array.from({ length: 1_100_000 }, (_, i) => i);
    const file = written([{ name: 'a', data, type: 'INT32' }], { rowGroupSize: data.length });
    const { cells } = await read(file);
    expect(cells).toHaveLength(data.length);
    expect(cells.findIndex(([cell], i) => cell !== String(i))).toBe(-1);

    // The counts in its footer, as Thrift writes them.
    const count = (value: number) => [
      (value & 127) | 128,
      ((value >> 7) & 127) | 128,
      ((value >> 14) & 127) | 128,
      value >> 21,
    ];
    const [before, after] = [count(2 * data.length), count(2 * 40_000_000)];
    for (let i = file.length - 300; i < file.length; i++)
      if (before.every((byte, j) => file[i + j] === byte)) file.set(after, i);
    expect(await refusalOf(file)).toBe('UNREADABLE_TABLE row group 1');
  });

  it('is read over many row groups', async () => {
    const data = Array.from({ length: 10_000 }, (_, i) => i);
    const { cells, lines } = await read(
      written([{ name: 'a', data, type: 'INT32' }], { rowGroupSize: 3000 }),
    );
    expect(cells).toEqual(data.map((value) => [String(value)]));
    expect(lines).toEqual(data.map((value) => value + 1));
  });

  it('is refused where it is nested or broken', async () => {
    const nested = written([{ name: '地址', data: [{ city: '青岛' }], type: 'JSON' }]);
    expect(await refusalOf(nested)).toBe('read');
    expect(await refusalOf(Buffer.from('PAR1 and nothing else PAR1'))).toBe('UNREADABLE_TABLE file');
    expect(await refusalOf(written([{ name: 'a', data: [Number.NaN], type: 'DOUBLE' }]))).toBe(
      'BROKEN_ROW line 1',
    );
    expect(await refusalOf(written([{ name: 'a', data: [Uint8Array.of(1)], type: 'BYTE_ARRAY' }]))).toBe(
      'UNREADABLE_TABLE a',
    );
    const list = written([{ name: '标签', data: [[1]] }], {
      schema: [
        { name: 'root', num_children: 1 },
        { name: '标签', num_children: 1, repetition_type: 'OPTIONAL', converted_type: 'LIST' },
        { name: 'list', num_children: 1, repetition_type: 'REPEATED' },
        { name: 'element', type: 'INT32', repetition_type: 'OPTIONAL' },
      ],
    });
    expect(await refusalOf(list)).toBe('NESTED_VALUE 标签');
  });
});
