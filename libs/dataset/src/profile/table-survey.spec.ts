import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { formatOf } from '../reading/table-file.ts';
import { columnsAsInferred } from './columns-as-inferred.ts';
import { inferTable } from './table-inference.ts';
import { surveyShare, surveyTable } from './table-survey.ts';

describe('the survey of a table', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'pdx-survey-'));
  });
  afterAll(() => {
    rmSync(folder, { recursive: true });
  });

  const lines = Array.from({ length: 9000 }, (_, i) => [
    ...[`K${i}`, i, `${i % 97}.${i % 10}`, i % 3 === 0 ? '' : `企业${i % 6000}`],
    ...[`2025-0${1 + (i % 9)}-1${i % 10}`, i % 2 === 0, `备注${i}`],
  ]);
  /** As the first rows look, in so many shares. */
  const surveyed = async (rows: readonly (readonly unknown[])[], every: number) => {
    const file = join(folder, 'table.csv');
    writeFileSync(file, ['a,b,c,d,e,f,g', ...rows.map((row) => row.join())].join('\n'));
    const format = await formatOf(file);
    const columns = columnsAsInferred(format, await inferTable(file, format, 100), [], []);
    const plan = { file, format, columns, sketchSecret: Buffer.alloc(32, 7) };
    return surveyTable(
      plan,
      Array.from({ length: every }, (_, first) => surveyShare(plan, { first, every })),
    );
  };

  it('is the same in however many shares', async () => {
    const whole = await surveyed(lines, 1);

    expect(whole.columns.map(({ profile }) => profile.distinct)).toEqual([
      null,
      9000,
      970,
      4000,
      90,
      2,
      null,
    ]);
    expect(whole.sketch.rows).toHaveLength(256);
    for (const shares of [2, 3, 7]) expect(await surveyed(lines, shares)).toEqual(whole);
  });

  it('finds the first misfit in the file, whichever share has it', async () => {
    const misfit = (at: number, cell: number) =>
      lines.map((row, i) => (i === at ? row.map((value, j) => (j === cell ? '甲' : value)) : row));
    const both = misfit(8000, 1).map((row, i) => (i === 7000 ? (misfit(7000, 4)[i] ?? row) : row));

    for (const shares of [1, 2, 3])
      expect((await surveyed(both, shares)).misfit).toEqual({ line: 7002, column: 4 });
  });
});
