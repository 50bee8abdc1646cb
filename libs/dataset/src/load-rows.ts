import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

import type { PoolClient } from 'pg';
import copyStreams from 'pg-copy-streams';

import type { Transaction } from '#libs/database';
import { invariant } from '#libs/foundation';

import { CellNotOfType, SubjectMissing } from './dataset.errors.ts';
import { type ColumnProfile, ColumnProfiler, type ProfiledColumn } from './profile/column-profiler.ts';
import { fits } from './profile/column-type.ts';
import { rowsOf } from './reading/table-file.ts';
import type { TableFormat } from './reading/table-format.ts';
import type { ContentSketcher } from './sketch/content-sketcher.ts';

export interface LoadPlan {
  readonly file: string;
  readonly format: TableFormat;
  readonly versionId: string;
  readonly columns: readonly ProfiledColumn[];
  /** Null: the number of the row names its subject. */
  readonly subjectColumn: string | null;
  readonly pseudonymOf: (identifier: string) => Buffer;
  /** Is shown every row that is copied. */
  readonly sketcher: ContentSketcher;
}

const CHUNK_CHARACTERS = 65_536;

/**
 * Copies the rows of a file into the table of a dataset version, in the caller's transaction and in bounded memory.
 *
 * @returns what its columns hold, found out on the way
 * @throws CellNotOfType, SubjectMissing, and as reading the file does
 */
export async function loadRows(tx: Transaction, plan: LoadPlan): Promise<ColumnProfile[]> {
  invariant(tx.queryRunner, 'A transaction has its connection');
  const client = (await tx.queryRunner.connect()) as PoolClient;
  const table = `dataset_row.v_${plan.versionId.replaceAll('-', '')}`;
  const profilers = plan.columns.map((column) => new ColumnProfiler(column, plan.columns.length));
  const rows = Readable.from(copyTextOf(plan, profilers));
  await pipeline(rows, client.query(copyStreams.from(`COPY ${table} FROM STDIN`)));
  return profilers.map((profiler) => profiler.end());
}

async function* copyTextOf(plan: LoadPlan, profilers: readonly ColumnProfiler[]): AsyncGenerator<string> {
  const { file, format, columns, subjectColumn, pseudonymOf, sketcher } = plan;
  const subjectAt = subjectColumn === null ? -1 : format.columns.indexOf(subjectColumn);
  let text = '';
  let rowNumber = 0;
  for await (const rows of rowsOf(file, format)) {
    for (const { line, cells } of rows) {
      rowNumber += 1;
      const subject = subjectAt < 0 ? String(rowNumber) : (cells[subjectAt] ?? '').trim();
      if (subject === '') throw new SubjectMissing(line);
      text += `${rowNumber}\t\\\\x${pseudonymOf(subject).toString('hex')}`;
      // Not by entries(): every cell of a file goes through here.
      for (let i = 0; i < columns.length; i++) {
        const { type, isPersonal } = columns[i] as ProfiledColumn;
        const cell = cells[i] ?? '';
        const isKnown = profilers[i]?.see(cell) ?? false;
        if (cell === '') text += '\t\\N';
        else if (isPersonal) text += `\t${pseudonymOf(cell.trim()).toString('hex')}`;
        else if (isKnown || fits(type, cell)) text += `\t${escaped(cell)}`;
        else throw new CellNotOfType(line, format.columns[i] ?? '', type);
      }
      text += '\n';
      sketcher.see(cells);
    }
    if (text.length < CHUNK_CHARACTERS) continue;
    yield text;
    text = '';
  }
  yield text;
}

const ESCAPES: Readonly<Partial<Record<string, string>>> = {
  '\\': '\\\\',
  '\t': '\\t',
  '\n': '\\n',
  '\r': '\\r',
};

function escaped(cell: string): string {
  return /[\\\t\n\r]/.test(cell)
    ? cell.replace(/[\\\t\n\r]/g, (character) => ESCAPES[character] ?? '')
    : cell;
}
