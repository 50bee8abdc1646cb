import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

import type { PoolClient } from 'pg';
import copyStreams from 'pg-copy-streams';

import { sqlStateOf, type Transaction } from '#libs/database';
import { invariant } from '#libs/foundation';

import { RowTooWide, SubjectMissing } from './dataset.errors.ts';
import type { ProfiledColumn } from './profile/column-profiler.ts';
import { ColumnSurvey, type SurveyedColumn } from './profile/column-survey.ts';
import { KEPT_NUMBERS } from './profile/distinct-numbers.ts';
import { rowsOf } from './reading/table-file.ts';
import type { TableFormat } from './reading/table-format.ts';
import type { ContentSketcher } from './sketch/content-sketcher.ts';

export interface LoadPlan {
  readonly file: string;
  readonly format: TableFormat;
  readonly versionId: string;
  readonly columns: readonly Pick<ProfiledColumn, 'type' | 'isPersonal'>[];
  /** Null: the number of the row names its subject. */
  readonly subjectColumn: string | null;
  /** In hexadecimal digits. */
  readonly pseudonymOf: (identifier: string) => string;
  /** Is shown every row that is copied. */
  readonly sketcher: ContentSketcher;
  /** Is told how many bytes of the file were read, and rows copied; what it throws ends the loading. */
  readonly onBytes: (count: number) => void;
  readonly onRows: (count: number) => void;
}

/** What was found out of the rows on the way, or which cell did not fit its column. */
export interface LoadedRows {
  readonly rowCount: bigint;
  readonly columns: readonly SurveyedColumn[];
  readonly misfit: Misfit | null;
}

export interface Misfit {
  readonly line: number;
  readonly column: number;
}

const CHUNK_CHARACTERS = 65_536;
const PROGRAM_LIMIT_EXCEEDED = '54000';

/**
 * Copies the rows of a file into the table of a dataset version, in the caller's transaction and in bounded memory, up to
 * the first that holds a cell which does not fit its column.
 *
 * @throws SubjectMissing, RowTooWide, and as reading the file does
 */
export async function loadRows(tx: Transaction, plan: LoadPlan): Promise<LoadedRows> {
  invariant(tx.queryRunner, 'A transaction has its connection');
  const client = (await tx.queryRunner.connect()) as PoolClient;
  const table = `dataset_row.v_${plan.versionId.replaceAll('-', '')}`;
  const copied = new CopiedRows(plan);
  const rows = Readable.from(copied.text());
  const copy = `COPY ${table} FROM STDIN (FORMAT csv, DELIMITER '${copied.delimiter}')`;
  try {
    await pipeline(rows, client.query(copyStreams.from(copy)));
  } catch (error) {
    if (sqlStateOf(error) === PROGRAM_LIMIT_EXCEEDED) throw new RowTooWide();
    throw error;
  }
  return copied.end();
}

class CopiedRows {
  /** A line of the file that needs no quotes is copied as it stands. */
  readonly delimiter: string;
  private readonly surveys: readonly ColumnSurvey[];
  private rowNumber = 0;
  private misfit: Misfit | null = null;

  constructor(private readonly plan: LoadPlan) {
    const { columns, sketcher, format } = plan;
    this.delimiter = format.delimiter || ',';
    const room = { numbers: KEPT_NUMBERS };
    const hashOf = (i: number) => (cell: string) => sketcher.seeCell(i, cell);
    this.surveys = columns.map((column, i) => new ColumnSurvey(column, columns.length, room, hashOf(i)));
  }

  async *text(): AsyncGenerator<string> {
    const { file, format, columns, subjectColumn, pseudonymOf, sketcher, onBytes, onRows } = this.plan;
    const { surveys, delimiter } = this;
    const subjectAt = subjectColumn === null ? -1 : format.columns.indexOf(subjectColumn);
    const isAnyPersonal = columns.some(({ isPersonal }) => isPersonal);
    const hashes = new Float64Array(columns.length);
    let copyText = '';
    for await (const rows of rowsOf(file, format, onBytes)) {
      for (const { line, cells, text } of rows) {
        this.rowNumber += 1;
        const subject = subjectAt < 0 ? String(this.rowNumber) : (cells[subjectAt] ?? '').trim();
        if (subject === '') throw new SubjectMissing(line);
        // Not by entries(): every cell of a file goes through here.
        for (let i = 0; i < surveys.length; i++) {
          const survey = surveys[i] as ColumnSurvey;
          hashes[i] = survey.see(cells[i] ?? '');
          if (!survey.isMisfit) continue;
          this.misfit = { line, column: i };
          return;
        }
        sketcher.seeRow(hashes);
        const stored = text === null || isAnyPersonal ? this.storedText(cells) : text;
        copyText += `${this.rowNumber}${delimiter}\\x${pseudonymOf(subject)}${delimiter}${stored}\n`;
      }
      onRows(rows.length);
      if (copyText.length < CHUNK_CHARACTERS) continue;
      yield copyText;
      copyText = '';
    }
    yield copyText;
  }

  end(): LoadedRows {
    const { misfit } = this;
    const columns = misfit ? [] : this.surveys.map((survey) => survey.end());
    return { rowCount: BigInt(this.rowNumber), columns, misfit };
  }

  private storedText(cells: readonly string[]): string {
    const { columns, pseudonymOf } = this.plan;
    const stored = cells.map((cell, i) => {
      if (cell === '' || columns[i]?.isPersonal !== true) return quoted(cell, this.delimiter);
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
