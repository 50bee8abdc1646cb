import { Decimal } from 'decimal.js';

import type { QualityGroup } from '../rule/rule-kind.ts';

/** Digits behind the point. Rounded down, so that 1 means that everything conforms. */
const DIGITS = 6;
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

/**
 * The mean of the rates of each group's rules, and the mean of those groups (ours: the standard has no weights that were
 * seen). Rules that had nothing to measure, and groups of such rules only, are left out.
 */
export function scoresOf(rates: readonly Rate[]): {
  readonly groupScores: Readonly<Partial<Record<QualityGroup, string>>>;
  readonly score: string | null;
} {
  const measured = new Map<QualityGroup, Decimal[]>();
  for (const { group, conforming, considered } of rates)
    if (considered > 0n)
      measured.set(group, [...(measured.get(group) ?? []), exactRate(conforming, considered)]);
  const means = [...measured].map(([group, all]) => [group, mean(all)] as const);
  return {
    groupScores: Object.fromEntries(means.map(([group, value]) => [group, textOf(value)])),
    score: means.length === 0 ? null : textOf(mean(means.map(([, value]) => value))),
  };
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
