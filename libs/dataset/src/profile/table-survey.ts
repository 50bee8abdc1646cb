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

/** Every so many columns one, so that some can be surveyed beside others. */
export interface ColumnShare {
  readonly first: number;
  readonly every: number;
}

/** Some of the rows, as a share of the columns sees them. */
interface SeenRows {
  /** Of each row those cells. */
  readonly hashes: Float64Array;
  readonly misfit: Misfit | null;
}

interface SurveyedShare {
  readonly columns: readonly SurveyedColumn[];
  readonly sketches: ContentSketch['columns'];
}

/** Goes on row by row, and ends with what was found out. */
export type ShareSurvey = AsyncGenerator<SeenRows, SurveyedShare>;

const byPlace = (a: Misfit, b: Misfit) => a.line - b.line || a.column - b.column;

/**
 * Infers, profiles and sketches the columns of a file as what they are taken for, in bounded memory, while it is read for
 * something else.
 *
 * @param shares surveys of all columns, which see the same rows at each step
 * @throws as reading the file does
 */
export async function surveyTable(
  { sketchSecret }: SurveyPlan,
  shares: readonly ShareSurvey[],
): Promise<TableSurvey> {
  const sketcher = new ContentSketcher(sketchKeyOf(Buffer.from(sketchSecret)), 0);
  try {
    for (;;) {
      const steps = await Promise.all(shares.map((share) => share.next()));
      const seen = steps.flatMap(({ done, value }) => (done ? [] : [value]));
      if (seen.length === 0)
        return whole(
          steps.map(({ value }) => value as SurveyedShare),
          sketcher,
        );
      const [misfit] = seen.flatMap((rows) => rows.misfit ?? []).sort(byPlace);
      if (misfit) return { columns: [], sketch: { rows: [], columns: [] }, misfit };
      const [rows, ...others] = seen.map(({ hashes }) => hashes);
      rows?.forEach((hash, i) => {
        sketcher.seeRow(others.reduce((row, cells) => rowHashWith(row, cells[i] ?? NO_VALUE), hash));
      });
    }
  } finally {
    await Promise.all(shares.map((share) => share.return({ columns: [], sketches: [] })));
  }
}

/** The columns in their own order again. */
function whole(shares: readonly SurveyedShare[], rows: ContentSketcher): TableSurvey {
  const inOrder = <T>(listOf: (share: SurveyedShare) => readonly T[]): T[] => {
    const lists = shares.map(listOf);
    const count = lists.reduce((sum, { length }) => sum + length, 0);
    return Array.from(
      { length: count },
      (_, i) => lists[i % lists.length]?.[Math.floor(i / lists.length)] as T,
    );
  };
  const sketch = { rows: rows.sketch.rows, columns: inOrder(({ sketches }) => sketches) };
  return { columns: inOrder(({ columns }) => columns), sketch, misfit: null };
}

/** Surveys a share of the columns. All that goes in and comes out is data, for it may be done in a thread. */
export async function* surveyShare(
  { file, format, columns, sketchSecret }: SurveyPlan,
  { first, every }: ColumnShare,
): ShareSurvey {
  const places = columns.flatMap((_, i) => (i % every === first ? [i] : []));
  const sketcher = new ContentSketcher(sketchKeyOf(Buffer.from(sketchSecret)), places.length);
  const room = { numbers: Math.floor(KEPT_NUMBERS / every) };
  const hashOf = (i: number) => (cell: string) => sketcher.seeCell(i, cell);
  const surveys = places.map(
    (place, i) => new ColumnSurvey(columns[place] as SurveyedAs, columns.length, room, hashOf(i)),
  );
  for await (const rows of uncheckedRowsOf(file, format)) {
    const lines = rows.map(({ cells }) => cells);
    const hashes = new Float64Array(rows.length).fill(NO_VALUE);
    let misfit: Misfit | null = null;
    let end = rows.length;
    // Column by column, because what is known of one lies together in memory; and not by entries().
    for (let i = 0; i < surveys.length; i++) {
      const survey = surveys[i] as ColumnSurvey;
      const place = places[i] as number;
      for (let j = 0; j < end; j++) {
        const cell = (lines[j] as readonly string[])[place] ?? '';
        hashes[j] = rowHashWith(hashes[j] as number, survey.see(cell));
        if (!survey.isMisfit) continue;
        misfit = { line: rows[j]?.line ?? 0, column: place };
        end = j;
      }
    }
    yield { hashes, misfit };
  }
  return { columns: surveys.map((survey) => survey.end()), sketches: sketcher.sketch.columns };
}
