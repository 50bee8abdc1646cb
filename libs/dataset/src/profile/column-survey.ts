import { type ColumnProfile, ColumnProfiler, type SurveyedAs } from './column-profiler.ts';
import type { Room } from './distinct-numbers.ts';
import { FewValues } from './few-values.ts';
import { isAlwaysPlain } from './column-type.ts';
import { ColumnInference, type InferredColumn } from './table-inference.ts';

export interface SurveyedColumn extends InferredColumn {
  readonly profile: ColumnProfile;
}

/** Infers and profiles a column that is taken for one of a type, while its cells go by, in bounded memory. */
export class ColumnSurvey {
  /** A cell does not fit the type, or is not as plain as was said: whatever is found out from then on is worth nothing. */
  isMisfit = false;
  private readonly inference = new ColumnInference();
  private readonly profiler: ColumnProfiler;
  private readonly values: FewValues;

  /** @param noteOf is asked of every value, at least once */
  constructor(
    { type, isPersonal, isPlain }: SurveyedAs,
    columnCount: number,
    room: Room,
    noteOf: (value: string) => number,
  ) {
    this.profiler = new ColumnProfiler({ type, isPersonal, isPlain }, room);
    this.values = new FewValues(
      columnCount,
      (value) => {
        this.inference.see(value);
        this.isMisfit ||= !this.inference.fits(type, isPlain && !isAlwaysPlain(type));
        return noteOf(value);
      },
      (value, rows) => {
        if (this.isMisfit) return;
        this.inference.take(value, rows);
        this.profiler.take(value, rows);
      },
    );
  }

  /** @returns what was noted of the cell */
  see(cell: string): number {
    return this.values.see(cell);
  }

  /** To be called once, after the last cell. */
  end(): SurveyedColumn {
    const counts = this.values.end();
    return { ...this.inference.inferred(counts), profile: this.profiler.profile(counts) };
  }
}
