import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

import type { PoolClient } from 'pg';
import copyStreams from 'pg-copy-streams';

import { isUniqueViolation, sqlStateOf, type Transaction } from '#libs/database';
import { invariant } from '#libs/foundation';

import { RowTooWide, SubjectMissing, SubjectTwice } from '../dataset.errors.ts';
import { plainly } from '../profile/column-type.ts';
import { surveyBeside } from '../profile/survey-beside.ts';
import type { Misfit, SurveyPlan, TableSurvey } from '../profile/table-survey.ts';
import { rowsOf } from '../reading/table-file.ts';
import type { TableRow } from '../reading/table-format.ts';

export interface LoadPlan extends SurveyPlan {
  readonly versionId: string;
  /** Null: the number of the row names its subject. */
  readonly subjectColumn: string | null;
  /** In hexadecimal digits. */
  readonly pseudonymOf: (identifier: string) => string;
  /** Is told how many bytes of the file were read, and rows copied; what it throws ends the loading. */
  readonly onBytes: (count: number) => void;
  readonly onRows: (count: number) => void;
}

/** What was found out of the rows, or which cell did not fit its column. */
export interface LoadedRows extends TableSurvey {
  readonly rowCount: bigint;
}

const CHUNK_CHARACTERS = 65_536;
const PROGRAM_LIMIT_EXCEEDED = '54000';
/** A class of codes. */
const DATA_EXCEPTION = '22';

/**
 * Copies the rows of a file into the table of a dataset version, in the caller's transaction and in bounded memory, and
 * closes it, while they are surveyed. Where a cell does not fit its column, the table is worth nothing.
 *
 * @throws SubjectMissing, SubjectTwice, RowTooWide, and as reading the file does
 */
export async function loadRows(tx: Transaction, plan: LoadPlan): Promise<LoadedRows> {
  const survey = surveyBeside(plan);
  const misfitFound = new AbortController();
  const misfit = survey.ended.then((found) => {
    if (found.misfit) misfitFound.abort();
    return found.misfit;
  });
  // Reading fails here, too, and says how.
  misfit.catch(() => undefined);
  try {
    const rowCount = await copyUnlessMisfit(tx, plan, misfit, misfitFound.signal);
    if (rowCount !== null) await sealTable(tx, plan.versionId);
    return { ...(await survey.ended), rowCount: rowCount ?? 0n };
  } finally {
    await survey.stop();
  }
}

/**
 * PostgreSQL may come upon the misfit before the survey does; what it then says of it is not for the provider.
 *
 * @returns how many rows were copied; null: there is a misfit
 */
async function copyUnlessMisfit(
  tx: Transaction,
  plan: LoadPlan,
  misfit: Promise<Misfit | null>,
  signal: AbortSignal,
): Promise<bigint | null> {
  invariant(tx.queryRunner, 'A transaction has its connection');
  const client = (await tx.queryRunner.connect()) as PoolClient;
  const copied = new CopiedRows(plan);
  const table = `dataset_row.v_${plan.versionId.replaceAll('-', '')}`;
  const copy = `COPY ${table} FROM STDIN (FORMAT csv, DELIMITER '${copied.delimiter}')`;
  await tx.query('SAVEPOINT before_rows');
  try {
    await pipeline(Readable.from(copied.text()), client.query(copyStreams.from(copy)), { signal });
  } catch (error) {
    const sqlState = sqlStateOf(error);
    if (sqlState === PROGRAM_LIMIT_EXCEEDED) throw new RowTooWide();
    const mayBeMisfit = signal.aborted || sqlState?.startsWith(DATA_EXCEPTION);
    if (!mayBeMisfit || (await misfit) === null) throw error;
    await tx.query('ROLLBACK TO SAVEPOINT before_rows');
    return null;
  }
  return BigInt(copied.rowCount);
}

/** @throws SubjectTwice */
async function sealTable(tx: Transaction, versionId: string): Promise<void> {
  try {
    await tx.query('SELECT dataset_seal_table($1)', [versionId]);
  } catch (error) {
    if (isUniqueViolation(error, 'dataset_row_subject_unique')) throw new SubjectTwice();
    throw error;
  }
}

class CopiedRows {
  /** A line of the file that needs no quotes is copied as it stands. */
  readonly delimiter: string;
  rowCount = 0;

  constructor(private readonly plan: LoadPlan) {
    this.delimiter = plan.format.delimiter || ',';
  }

  async *text(): AsyncGenerator<string> {
    const { file, format, columns, subjectColumn, pseudonymOf, onBytes, onRows } = this.plan;
    const { delimiter } = this;
    const subjectAt = subjectColumn === null ? -1 : format.columns.indexOf(subjectColumn);
    const isAsWritten = columns.every(({ isPersonal, isPlain }) => isPlain && !isPersonal);
    let copyText = '';
    for await (const rows of rowsOf(file, format, onBytes)) {
      for (const row of rows) {
        this.rowCount += 1;
        const subject = subjectAt < 0 ? String(this.rowCount) : this.cellOf(row, subjectAt).trim();
        if (subject === '') throw new SubjectMissing(row.line);
        const stored = row.text === null || !isAsWritten ? this.storedText(row.cells) : row.text;
        copyText += `${this.rowCount}${delimiter}\\x${pseudonymOf(subject)}${delimiter}${stored}\n`;
      }
      onRows(rows.length);
      if (copyText.length < CHUNK_CHARACTERS) continue;
      yield copyText;
      copyText = '';
    }
    yield copyText;
  }

  /** One cell of a line does not need the others. */
  private cellOf(row: TableRow, column: number): string {
    if (row.text === null) return row.cells[column] ?? '';
    let begin = 0;
    for (let i = 0; i < column; i++) begin = row.text.indexOf(this.delimiter, begin) + this.delimiter.length;
    const end = row.text.indexOf(this.delimiter, begin);
    return row.text.slice(begin, end < 0 ? undefined : end);
  }

  private storedText(cells: readonly string[]): string {
    const { columns, pseudonymOf } = this.plan;
    const stored = cells.map((cell, i) => {
      const column = columns[i];
      if (cell === '' || !column) return cell;
      if (!column.isPersonal)
        return quoted(column.isPlain ? cell : plainly(column.type, cell), this.delimiter);
      // A blank names nobody; it stays one, so that it does not count as a value that is there.
      return cell.trim() === '' ? '""' : pseudonymOf(cell.trim());
    });
    return stored.join(this.delimiter);
  }
}

/** An empty text without quotes is a null. */
function quoted(cell: string, delimiter: string): string {
  const isPlain = !cell.includes(delimiter) && !/["\r\n]/.test(cell);
  return isPlain ? cell : `"${cell.replaceAll('"', '""')}"`;
}
