import { Decimal } from 'decimal.js';

import { GROUP_NAMES, QualityGroup } from '../rule/rule-kind.ts';

/** Digits behind the point. Rounded down, so that 1 means that everything conforms. */
const DIGITS = 6;
const GROUPS = Object.values(QualityGroup);
const Exact = Decimal.clone({ precision: 60, rounding: Decimal.ROUND_DOWN, toExpNeg: -1000, toExpPos: 1000 });

export interface Rate {
  readonly group: QualityGroup;
  readonly conforming: bigint;
  readonly considered: bigint;
}

/** X = A/B of GB/T 36344, as decimal text; null: there was nothing to measure. */
export function rateOf({ conforming, considered }: Omit<Rate, 'group'>): string | null {
  return considered === 0n ? null : textOf(exactRate(conforming, considered));
}

export interface Scores {
  readonly groupScores: Readonly<Partial<Record<QualityGroup, string>>>;
  readonly score: string | null;
  /** On how many rules each of the six groups rests; 0: it was not measured. */
  readonly measuredRules: Readonly<Record<QualityGroup, number>>;
}

/** One of the six groups, measured or not. */
export interface GroupScore {
  readonly group: QualityGroup;
  readonly name: string;
  readonly rules: number;
  /** Null: not measured. */
  readonly score: string | null;
}

/**
 * The mean of the rates of each group's rules, and the mean of those groups (ours: the standard has no weights that were
 * seen). Rules that had nothing to measure, and groups of such rules only, are left out.
 */
export function scoresOf(rates: readonly Rate[]): Scores {
  const measured = new Map<QualityGroup, Decimal[]>();
  for (const { group, conforming, considered } of rates)
    if (considered > 0n)
      measured.set(group, [...(measured.get(group) ?? []), exactRate(conforming, considered)]);
  const means = [...measured].map(([group, all]) => [group, mean(all)] as const);
  return {
    groupScores: Object.fromEntries(means.map(([group, value]) => [group, textOf(value)])),
    score: means.length === 0 ? null : textOf(mean(means.map(([, value]) => value))),
    measuredRules: Object.fromEntries(
      GROUPS.map((group) => [group, measured.get(group)?.length ?? 0]),
    ) as Record<QualityGroup, number>,
  };
}

/** All six groups: a score says nothing of those that it leaves out. */
export function groupsOf({ groupScores, measuredRules }: Omit<Scores, 'score'>): GroupScore[] {
  return GROUPS.map((group) => ({
    ...{ group, name: GROUP_NAMES[group], rules: measuredRules[group] },
    score: groupScores[group] ?? null,
  }));
}

function exactRate(conforming: bigint, considered: bigint): Decimal {
  return new Exact(conforming.toString()).div(considered.toString());
}

function mean(values: readonly Decimal[]): Decimal {
  return values.reduce((sum, value) => sum.plus(value), new Exact(0)).div(values.length);
}

/** The means of thirds come out a hair below one in any number of digits: that hair is taken away first. */
function textOf(value: Decimal): string {
  return value.toDecimalPlaces(40, Decimal.ROUND_HALF_UP).toFixed(DIGITS, Decimal.ROUND_DOWN);
}
