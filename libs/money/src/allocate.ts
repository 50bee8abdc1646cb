import { Money } from './money.ts';

export interface Share {
  readonly party: string;
  /** Relative; only the proportions matter. */
  readonly weight: bigint;
}

export interface Portion {
  readonly party: string;
  readonly amount: Money;
}

/**
 * Splits `amount` in proportion to the weights, to the last minor unit: each party gets its exact portion rounded
 * down, then the units left over go one each to the largest remainders, ties to the lower party. So the order of
 * `shares` never changes who gets what, the portions (in input order) sum to `amount`, and no weight means no pay.
 */
export function allocate(amount: Money, shares: readonly Share[]): Portion[] {
  if (amount.minorUnits < 0n) throw new RangeError('The amount must not be negative');
  if (shares.some(({ weight }) => weight < 0n)) throw new RangeError('Weights must not be negative');
  if (new Set(shares.map(({ party }) => party)).size < shares.length)
    throw new RangeError('A party must not have two shares');
  const total = shares.reduce((sum, { weight }) => sum + weight, 0n);
  if (total === 0n) throw new RangeError('At least one weight must be positive');

  const portions = shares.map(({ party, weight }) => ({
    party,
    units: (amount.minorUnits * weight) / total,
    remainder: (amount.minorUnits * weight) % total,
  }));
  const left = amount.minorUnits - portions.reduce((sum, { units }) => sum + units, 0n);
  const byRemainder = portions.toSorted((a, b) =>
    a.remainder === b.remainder ? (a.party < b.party ? -1 : 1) : a.remainder > b.remainder ? -1 : 1,
  );
  for (const portion of byRemainder.slice(0, Number(left))) portion.units += 1n;
  return portions.map(({ party, units }) => ({ party, amount: Money.ofMinorUnits(units, amount.currency) }));
}
