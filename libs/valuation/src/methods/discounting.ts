import { InvalidInput } from '#libs/foundation';
import type { Arithmetic } from '#libs/money';

import { fields, list, number } from '../inputs.ts';

/** The most years that a series may hold. */
export const MOST_YEARS = 1000;

/** Yuan of the years 1 … n, at their ends. */
export const series = list(number(), MOST_YEARS);

/** The fields that say how income is discounted, for methods that take either rate. */
export const rateFields = {
  discountRate: number({ atLeast: 0 }),
  capm: fields({ riskFree: number(), marketReturn: number(), beta: number() }),
  /** Income of every year after n, for ever. */
  terminal: fields({ cashFlow: number() }),
};
export const eitherRate = ['discountRate', 'capm'] as const;

export interface RateTerms<N> {
  readonly discountRate?: N;
  readonly capm?: { readonly riskFree: N; readonly marketReturn: N; readonly beta: N };
}

/** The rate itself, or by the capital asset pricing model i = r_f + β(r_m − r_f). @throws InvalidInput below zero */
export function discountRateOf<N>({ discountRate, capm }: RateTerms<N>, a: Arithmetic<N>): N {
  if (!capm) return discountRate ?? a.of(0);
  const rate = a.plus(capm.riskFree, a.times(capm.beta, a.minus(capm.marketReturn, capm.riskFree)));
  if (a.sign(rate) < 0) throw new InvalidInput('capm', 'must give a rate that is not negative');
  return rate;
}

/**
 * What the flows of the years 1 … n are worth, and `after` at the end of year n, if it is given. From the last year
 * back, so that exact fractions grow with the years and not with their square.
 */
export function presentValue<N>(flows: readonly N[], rate: N, a: Arithmetic<N>, after?: N): N {
  const factor = a.plus(a.of(1), rate);
  let value = after ?? a.of(0);
  for (let t = flows.length - 1; t >= 0; t--) value = a.over(a.plus(value, flows[t] as N), factor);
  return value;
}
