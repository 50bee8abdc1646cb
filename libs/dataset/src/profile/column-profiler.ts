import { ColumnMeaning } from './column-meaning.ts';
import { ColumnType, plainly } from './column-type.ts';
import { DistinctNumbers, type Room } from './distinct-numbers.ts';
import type { Counts } from './few-values.ts';
import { type FormatCounts, formatsOf, type NamedFormat } from './named-format.ts';
import { canonicalNumber, NumberTally } from './number-tally.ts';
import { comesBefore, TextTally } from './text-tally.ts';

export interface ProfiledColumn {
  readonly type: ColumnType;
  readonly isPersonal: boolean;
  /** Every cell is written as it is stored. */
  readonly isPlain: boolean;
  readonly meaning: ColumnMeaning | null;
}

/** What a column is taken for while its cells go by. */
export type SurveyedAs = Pick<ProfiledColumn, 'type' | 'isPersonal' | 'isPlain'>;

export interface ValueCount {
  readonly value: string;
  readonly rows: number;
}

/** Exact figures of a column. Of a personal one only what says nothing of a value. */
export interface ColumnProfile {
  readonly nulls: number;
  /** Null: more than are counted on the way. */
  readonly distinct: number | null;
  /** Numbers and days by what they are, texts by their code points, false before true. */
  readonly minimum: string | null;
  readonly maximum: string | null;
  /** Of numbers. */
  readonly mean: string | null;
  /** Of texts, in code points. */
  readonly shortest: number | null;
  readonly longest: number | null;
  /** The most frequent first; none where there are many. */
  readonly frequentValues: readonly ValueCount[];
  /** Of a personal column, whose values nobody can look at again; null: of any other. */
  readonly formatCounts: FormatCounts | null;
}

const FREQUENT_VALUES = 50;
const LISTED: ReadonlySet<ColumnMeaning | null> = new Set([ColumnMeaning.CODE, ColumnMeaning.REGION_CODE]);

/**
 * Profiles the cells of a column that fit its type while they are counted, in bounded memory. `1.0` and `1` are one
 * number, `TRUE` and `true` one truth value.
 */
export class ColumnProfiler {
  private readonly numbers: NumberTally | null;
  private readonly days: DistinctNumbers | null;
  private readonly texts: TextTally | null;
  private readonly formats = new Map<NamedFormat, number>();
  private nulls = 0;

  /** @param onValue is shown every value, in its one writing: each at least once, and never '' */
  constructor(
    private readonly column: SurveyedAs,
    room: Room,
    private readonly onValue: ((value: string) => void) | null = null,
  ) {
    const { type, isPersonal } = column;
    const isNumber = type === ColumnType.INTEGER || type === ColumnType.DECIMAL;
    this.numbers = isNumber && !isPersonal ? new NumberTally(room) : null;
    this.days = type === ColumnType.DATE && !isPersonal ? new DistinctNumbers(room) : null;
    this.texts = isNumber || isPersonal ? null : new TextTally();
  }

  /** @param counts of all cells that were taken; null: too many */
  profile(counts: Counts | null): ColumnProfile {
    const { type, isPersonal } = this.column;
    const byValue = counts && this.countsInOneWriting(counts);
    const range = this.numbers ?? this.texts;
    const lengths = type === ColumnType.TEXT ? this.texts : null;
    return {
      nulls: this.nulls,
      distinct: byValue ? byValue.size : (this.numbers?.distinct ?? this.days?.count ?? null),
      minimum: range?.minimum ?? null,
      maximum: range?.maximum ?? null,
      mean: this.numbers?.mean ?? null,
      shortest: lengths?.shortest ?? null,
      longest: lengths?.longest ?? null,
      frequentValues: byValue && !isPersonal ? mostFrequent(byValue) : [],
      formatCounts: isPersonal ? Object.fromEntries(this.formats) : null,
    };
  }

  take(written: string, rows: number): void {
    if (written === '') {
      this.nulls += rows;
      return;
    }
    const cell = this.asStored(written);
    this.onValue?.(this.inOneWriting(cell));
    if (this.column.isPersonal)
      for (const format of formatsOf(cell)) this.formats.set(format, (this.formats.get(format) ?? 0) + rows);
    this.numbers?.see(cell, rows);
    if (this.texts === null) return;
    const value = this.inOneWriting(cell);
    this.days?.see(Number(value.replaceAll('-', '')));
    this.texts.see(value);
  }

  private asStored(cell: string): string {
    const { type, isPlain } = this.column;
    return isPlain ? cell : plainly(type, cell);
  }

  private inOneWriting(cell: string): string {
    const { type, isPersonal } = this.column;
    if (isPersonal) return cell.trim();
    if (type === ColumnType.DECIMAL) return canonicalNumber(cell);
    return type === ColumnType.BOOLEAN ? cell.toLowerCase() : cell;
  }

  private countsInOneWriting(counts: Counts): ReadonlyMap<string, number> {
    const byValue = new Map<string, number>();
    for (const [cell, { rows }] of counts) {
      if (cell === '') continue;
      const value = this.inOneWriting(this.asStored(cell));
      byValue.set(value, (byValue.get(value) ?? 0) + rows);
    }
    return byValue;
  }
}

/** A profile as it is stored: with frequent values of codes and truth values only. */
export function profileAs(
  { type, meaning }: Pick<ProfiledColumn, 'type' | 'meaning'>,
  profile: ColumnProfile,
): ColumnProfile {
  const isListed = LISTED.has(meaning) || type === ColumnType.BOOLEAN;
  return isListed ? profile : { ...profile, frequentValues: [] };
}

function mostFrequent(counts: ReadonlyMap<string, number>): ValueCount[] {
  return Array.from(counts, ([value, rows]) => ({ value, rows }))
    .sort((a, b) => b.rows - a.rows || (comesBefore(a.value, b.value) ? -1 : 1))
    .slice(0, FREQUENT_VALUES);
}
