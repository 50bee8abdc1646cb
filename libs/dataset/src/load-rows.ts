import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

import type { PoolClient } from 'pg';
import copyStreams from 'pg-copy-streams';

import type { Transaction } from '#libs/database';
import { invariant } from '#libs/foundation';

import { type ColumnType, fits } from './column-type.ts';
import { type CsvFormat, rowsOf } from './csv-file.ts';
import { CellNotOfType, SubjectMissing } from './dataset.errors.ts';
import type { ContentSketcher } from './sketch/content-sketcher.ts';

export interface LoadPlan {
  readonly file: string;
  readonly format: CsvFormat;
  readonly versionId: string;
  readonly columns: readonly { readonly type: ColumnType; readonly isPersonal: boolean }[];
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
 * @throws CellNotOfType, SubjectMissing, and as reading the file does
 */
export async function loadRows(tx: Transaction, plan: LoadPlan): Promise<void> {
  invariant(tx.queryRunner, 'A transaction has its connection');
  const client = (await tx.queryRunner.connect()) as PoolClient;
  const table = `dataset_row.v_${plan.versionId.replaceAll('-', '')}`;
  await pipeline(Readable.from(copyTextOf(plan)), client.query(copyStreams.from(`COPY ${table} FROM STDIN`)));
}

async function* copyTextOf(plan: LoadPlan): AsyncGenerator<string> {
  const { file, format, columns, subjectColumn, pseudonymOf, sketcher } = plan;
  const subjectAt = subjectColumn === null ? -1 : format.columns.indexOf(subjectColumn);
  let text = '';
  let rowNumber = 0;
  for await (const { line, cells } of rowsOf(file, format)) {
    rowNumber += 1;
    const subject = subjectAt < 0 ? String(rowNumber) : (cells[subjectAt] ?? '').trim();
    if (subject === '') throw new SubjectMissing(line);
    text += `${rowNumber}\t\\\\x${pseudonymOf(subject).toString('hex')}`;
    for (const [i, { type, isPersonal }] of columns.entries()) {
      const cell = cells[i] ?? '';
      if (cell === '') text += '\t\\N';
      else if (isPersonal) text += `\t${pseudonymOf(cell.trim()).toString('hex')}`;
      else if (fits(type, cell)) text += `\t${escaped(cell)}`;
      else throw new CellNotOfType(line, format.columns[i] ?? '', type);
    }
    text += '\n';
    sketcher.see(cells);
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
