import { Decimal } from 'decimal.js';

import { canonicalNumber, ColumnType, fits, isOfFormat, type NamedFormat, writtenOut } from '#libs/dataset';
import { addDays, addMonths, type LegalDay } from '#libs/foundation';

import type { RuleDefinition } from './define-rule.ts';
import { RuleKind, type UpdatePeriod } from './rule-kind.ts';

/** A of GB/T 36344 and its B, as `quality_measure` counts them. */
interface RuleCounts {
  readonly conforming: bigint;
  readonly considered: bigint;
  /** FRESHNESS: the newest day that was found. */
  readonly newestOn: LegalDay | null;
}

interface RuleTally {
  see(cells: readonly string[]): void;
  counts(): RuleCounts;
}

/** A column of a file, profiled. */
interface TalliedColumn {
  readonly name: string;
  readonly type: ColumnType;
  readonly nulls: number;
  readonly distinct: number;
}

/** The file as the rules look at it. */
interface TalliedTable {
  readonly rowCount: bigint;
  readonly columns: readonly TalliedColumn[];
  /** Days behind it make nothing fresh. */
  readonly today: LegalDay;
}

interface RangeParameters {
  readonly comparedAs: 'NUMBER' | 'DATE';
  readonly minimum: string | null;
  readonly maximum: string | null;
}

/** Each kind has its own of these, as the rule was defined. */
interface Parameters extends RangeParameters {
  readonly missing: readonly string[];
  readonly format: NamedFormat;
  readonly codes: readonly string[];
  readonly period: UpdatePeriod;
}

/** Null: of a row that does not count. */
type Judgement = (...cells: readonly string[]) => boolean | null;

/**
 * Counts what a proposed rule finds in rows that go by, in bounded memory; null: it cannot be told from a file alone.
 * The cells fit the types of their columns, and the rule was defined over these.
 */
export function tallyOf(rule: RuleDefinition, table: TalliedTable): RuleTally | null {
  const { kind, columns } = rule;
  const { missing, format, codes, period, ...range } = rule.parameters as unknown as Parameters;
  const [column] = columns;
  const profiled = table.columns.find(({ name }) => name === column);
  const places = columns.map((name) => table.columns.findIndex((other) => other.name === name));
  switch (kind) {
    case RuleKind.NOT_NULL: {
      const isMissing = isOneOf(missing, profiled);
      return judging(places, (cell) => /[^ \t\u3000]/.test(cell) && !isMissing(cell));
    }
    case RuleKind.FORMAT: {
      // A number is judged as it is stored.
      const stored = profiled?.type === ColumnType.DECIMAL ? writtenOut : null;
      return judging(places, (cell) => (cell === '' ? null : isOfFormat(format, stored?.(cell) ?? cell)));
    }
    case RuleKind.CODE_LIST: {
      const isCode = isOneOf(codes, profiled);
      return judging(places, (cell) => (cell === '' ? null : isCode(cell)));
    }
    case RuleKind.RANGE:
      return judging(places, rangeOf(range));
    case RuleKind.CROSS_COLUMN:
      // Proposed of two days, of which the first is not to be the later one.
      return judging(places, (from, to) => (from === '' || to === '' ? null : from <= to));
    case RuleKind.UNIQUE: {
      if (!profiled) return null;
      // Of each value the first row conforms.
      const considered = table.rowCount - BigInt(profiled.nulls);
      return fixed({ conforming: BigInt(profiled.distinct), considered, newestOn: null });
    }
    case RuleKind.FRESHNESS:
      return column === undefined ? null : freshness(places, period, table.today);
    case RuleKind.REFERENCE:
    case RuleKind.ANSWERED_CALLS:
      return null;
  }
}

function judging(places: readonly number[], judge: Judgement): RuleTally {
  let conforming = 0;
  let considered = 0;
  const [first = -1, second = -1] = places;
  return {
    see: (cells) => {
      const judgement = judge(cells[first] ?? '', cells[second] ?? '');
      if (judgement === null) return;
      considered += 1;
      if (judgement) conforming += 1;
    },
    counts: () => ({ conforming: BigInt(conforming), considered: BigInt(considered), newestOn: null }),
  };
}

/** In a column of numbers, 1 is 1.0; in any other, every character counts. */
function isOneOf(values: readonly string[], column: TalliedColumn | undefined): (cell: string) => boolean {
  if (column?.type !== ColumnType.INTEGER && column?.type !== ColumnType.DECIMAL)
    return (cell) => values.includes(cell);
  const numbers = new Set(values.filter((value) => fits(ColumnType.DECIMAL, value)).map(canonicalNumber));
  return (cell) => numbers.has(canonicalNumber(cell));
}

function fixed(counts: RuleCounts): RuleTally {
  return { see: () => undefined, counts: () => counts };
}

function rangeOf({ comparedAs, minimum, maximum }: RangeParameters): Judgement {
  const compare = comparedAs === 'DATE' ? compareDays : compareNumbers;
  return (cell) =>
    cell === ''
      ? null
      : (minimum === null || compare(cell, minimum) >= 0) &&
        (maximum === null || compare(cell, maximum) <= 0);
}

function compareDays(a: LegalDay, b: LegalDay): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Floats keep the order of numbers, but for those that they cannot tell apart. */
function compareNumbers(a: string, b: string): number {
  return Number(a) - Number(b) || new Decimal(a).cmp(b);
}

function freshness(places: readonly number[], period: UpdatePeriod, today: LegalDay): RuleTally {
  const [place = -1] = places;
  let newestOn: LegalDay | null = null;
  return {
    see: (cells) => {
      const day = cells[place] ?? '';
      if (day !== '' && day <= today && (newestOn === null || day > newestOn)) newestOn = day;
    },
    counts: () => {
      const isFresh = newestOn !== null && FRESH_UNTIL[period](newestOn) >= today;
      return { conforming: isFresh ? 1n : 0n, considered: 1n, newestOn };
    },
  };
}

const FRESH_UNTIL: Readonly<Record<UpdatePeriod, (day: LegalDay) => LegalDay>> = {
  DAILY: (day) => addDays(day, 1),
  WEEKLY: (day) => addDays(day, 7),
  MONTHLY: (day) => addMonths(day, 1),
  YEARLY: (day) => addMonths(day, 12),
};
