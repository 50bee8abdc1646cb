import { uncheckedRowsOf } from '../reading/table-file.ts';
import type { TableFormat } from '../reading/table-format.ts';
import {
  type ContentSketch,
  ContentSketcher,
  NO_VALUE,
  rowHashWith,
  sketchKeyOf,
} from '../sketch/content-sketcher.ts';
import type { SurveyedAs } from './column-profiler.ts';
import { ColumnSurvey, type SurveyedColumn } from './column-survey.ts';
import { KEPT_NUMBERS } from './distinct-numbers.ts';

export interface SurveyPlan {
  readonly file: string;
  readonly format: TableFormat;
  readonly columns: readonly SurveyedAs[];
  readonly sketchSecret: Uint8Array;
}

/** What was found out of all rows, or the first cell that does not fit its column and nothing else. */
export interface TableSurvey {
  readonly columns: readonly SurveyedColumn[];
  readonly sketch: ContentSketch;
  readonly misfit: Misfit | null;
}

export interface Misfit {
  readonly line: number;
  readonly column: number;
}

/**
 * Infers, profiles and sketches the columns of a file as what they are taken for, in bounded memory, while it is read for
 * something else. All that goes in and comes out is data, for it may be done in a thread.
 *
 * @throws as reading the file does
 */
export async function surveyTable({ file, format, columns, sketchSecret }: SurveyPlan): Promise<TableSurvey> {
  const sketcher = new ContentSketcher(sketchKeyOf(Buffer.from(sketchSecret)), columns.length);
  const room = { numbers: KEPT_NUMBERS };
  const hashOf = (i: number) => (cell: string) => sketcher.seeCell(i, cell);
  const surveys = columns.map((column, i) => new ColumnSurvey(column, columns.length, room, hashOf(i)));
  for await (const rows of uncheckedRowsOf(file, format)) {
    let misfit: Misfit | null = null;
    let end = rows.length;
    const lines = rows.map(({ cells }) => cells);
    const rowHashes = new Float64Array(rows.length).fill(NO_VALUE);
    // Column by column, because what is known of one lies together in memory; and not by entries().
    for (let i = 0; i < surveys.length; i++) {
      const survey = surveys[i] as ColumnSurvey;
      for (let j = 0; j < end; j++) {
        const cell = (lines[j] as readonly string[])[i] ?? '';
        rowHashes[j] = rowHashWith(rowHashes[j] as number, survey.see(cell));
        if (!survey.isMisfit) continue;
        misfit = { line: rows[j]?.line ?? 0, column: i };
        end = j;
      }
    }
    if (misfit) return { columns: [], sketch: { rows: [], columns: [] }, misfit };
    for (const hash of rowHashes) sketcher.seeRow(hash);
  }
  return { columns: surveys.map((survey) => survey.end()), sketch: sketcher.sketch, misfit: null };
}
