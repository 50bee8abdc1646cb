import { decimalOf, EXACT, type Fraction, Money, roundHalfUp } from '#libs/money';

import { fields, list, number, readInputs, text } from '../inputs.ts';
import { checkSumIsOne } from '../methods/weights.ts';

interface ReconciliationTerms {
  readonly values: readonly {
    readonly method: string;
    readonly value: Fraction;
    readonly weight: Fraction;
  }[];
}

export interface Reconciliation {
  /** Yuan, to the fen. */
  readonly value: string;
  readonly unrounded: string;
  /** Halves of a fen away from zero. */
  readonly rounding: 'HALF_UP';
}

const inputs = fields({
  values: list(
    fields({ method: text, value: number(), weight: number({ atLeast: 0, takesFractions: true }) }),
    50,
  ),
});

/**
 * The values that several methods have come to, as one: Σ weight·value with weights that sum to 1 exactly, rounded once.
 *
 * @throws InvalidInput
 */
export function reconcile(given: unknown): Reconciliation {
  const { values } = readInputs(inputs, given, (exact) => exact).terms as ReconciliationTerms;
  checkSumIsOne(
    values.map(({ weight }) => weight),
    'values',
  );
  const sum = values.reduce(
    (total, { value, weight }) => EXACT.plus(total, EXACT.times(value, weight)),
    EXACT.of(0),
  );
  return { value: yuanOf(sum), unrounded: decimalOf(sum), rounding: 'HALF_UP' };
}

/** An amount of yuan to the fen, halves away from zero. */
export function yuanOf(amount: Fraction): string {
  return Money.ofMinorUnits(fenOf(amount), 'CNY').toDecimal();
}

export const fenOf = (amount: Fraction) => roundHalfUp(EXACT.times(amount, EXACT.of(100)));
