import { EXACT, type Fraction, Money, roundHalfUp } from '#libs/money';

import { checkSumIsOne } from '../methods/weights.ts';

export interface WeighedAmount {
  readonly amount: Fraction;
  readonly weight: Fraction;
}

/**
 * The amounts that several methods have come to, as one in yuan: Σ weight·amount with weights that sum to 1 exactly,
 * rounded to the fen once.
 *
 * @throws InvalidInput naming `path`
 */
export function reconcile(weighed: readonly WeighedAmount[], path: string): string {
  checkSumIsOne(
    weighed.map(({ weight }) => weight),
    path,
  );
  return yuanOf(
    weighed.reduce((sum, { amount, weight }) => EXACT.plus(sum, EXACT.times(weight, amount)), EXACT.of(0)),
  );
}

/** An amount of yuan to the fen, halves away from zero. */
export function yuanOf(amount: Fraction): string {
  return Money.ofMinorUnits(fenOf(amount), 'CNY').toDecimal();
}

export const fenOf = (amount: Fraction) => roundHalfUp(EXACT.times(amount, EXACT.of(100)));
