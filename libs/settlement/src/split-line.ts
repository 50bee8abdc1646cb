import { allocate, Money } from '#libs/money';

export type Capacity = 'PROVIDER' | 'OPERATOR' | 'PLATFORM';

export interface Share {
  readonly capacity: Capacity;
  readonly partyId: string;
  readonly weight: number;
}

export interface Portion extends Share {
  readonly amount: Money;
}

const SCALE = 10n ** 10n;

/** units × price, rounded half up to the fen once. `pricePerCall` is decimal text with ten decimals at most. */
export function lineAmount(units: bigint, pricePerCall: string): Money {
  const [whole = '0', decimals = ''] = pricePerCall.split('.');
  const scaledPrice = BigInt(whole + decimals.padEnd(10, '0'));
  // In ten-billionths of a fen.
  const exact = units * scaledPrice * 100n;
  return Money.ofMinorUnits((exact + SCALE / 2n) / SCALE, 'CNY');
}

/** Who gets how much of a line: by largest remainder, ties by the name of the capacity, in sum the line's amount. */
export function splitLine(amount: Money, shares: readonly Share[]): Portion[] {
  const weighted = shares.map(({ capacity, weight }) => ({ party: capacity, weight: BigInt(weight) }));
  const portions = allocate(amount, weighted);
  return shares.map((share, i) => ({
    ...share,
    amount: portions[i]?.amount ?? Money.ofMinorUnits(0n, 'CNY'),
  }));
}
