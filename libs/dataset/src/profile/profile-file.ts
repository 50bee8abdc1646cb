import { mkdtempSync, rmSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { invariant } from '#libs/foundation';

import { UploadEmpty } from '../dataset.errors.ts';
import { formatOf, rowsOf } from '../reading/table-file.ts';
import type { TableFormat } from '../reading/table-format.ts';
import { columnsAsInferred } from './columns-as-inferred.ts';
import type { ProposedMeaning } from './column-meaning.ts';
import { type ColumnProfile, ColumnProfiler, profileAs, type ProfiledColumn } from './column-profiler.ts';
import { DistinctCounter } from './distinct-counter.ts';
import { KEPT_NUMBERS } from './distinct-numbers.ts';
import { FewValues } from './few-values.ts';
import { inferTable } from './table-inference.ts';

export interface FileProfile {
  readonly format: TableFormat;
  readonly rowCount: bigint;
  readonly columns: readonly (ProfiledColumn &
    ColumnProfile & {
      readonly name: string;
      readonly proposal: ProposedMeaning | null;
      readonly distinct: number;
    })[];
}

/**
 * Profiles a file as registering it would, without an exchange and without a database: values beyond what memory may
 * hold are counted on disk.
 *
 * @throws UploadEmpty, TooManyValues, and what reading the file refuses
 */
export async function profileFile(file: string): Promise<FileProfile> {
  if ((await stat(file)).size === 0) throw new UploadEmpty();
  const format = await formatOf(file);
  const table = await inferTable(file, format);
  const columns = columnsAsInferred(format, table, [], []);
  const folder = mkdtempSync(join(tmpdir(), 'pdx-profile-'));
  try {
    const counters = columns.map(({ name }, i) => new DistinctCounter(folder, name, i + 1, columns.length));
    const room = { numbers: KEPT_NUMBERS };
    const profilers = columns.map(
      (column, i) => new ColumnProfiler(column, room, (value) => counters[i]?.see(value)),
    );
    const values = profilers.map(
      (profiler) =>
        new FewValues(
          columns.length,
          () => 0,
          (value, count) => {
            profiler.take(value, count);
          },
        ),
    );
    for await (const rows of rowsOf(file, format))
      for (const { cells } of rows) for (let i = 0; i < values.length; i++) values[i]?.see(cells[i] ?? '');
    return {
      format,
      rowCount: table.rowCount,
      columns: columns.map((column, i) => {
        const profile = profilers[i]?.profile(values[i]?.end() ?? null);
        const counter = counters[i];
        invariant(profile && counter, 'Every column was profiled');
        const distinct = profile.distinct ?? counter.count();
        return {
          ...column,
          ...profileAs(column, profile),
          distinct,
          proposal: table.columns[i]?.proposal ?? null,
        };
      }),
    };
  } finally {
    rmSync(folder, { recursive: true });
  }
}
