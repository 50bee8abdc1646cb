import { InvalidInput } from '#libs/foundation';
import { type Arithmetic, decimalOf, DOUBLE, EXACT, type Fraction } from '#libs/money';

import { fields, list, number } from '../inputs.ts';
import { defineMethod } from '../method.ts';
import { checkSumIsOne } from './weights.ts';

interface Comparable<N> {
  readonly price: N;
  readonly coefficients: Readonly<Record<(typeof COEFFICIENTS)[number], N>>;
}

interface MarketTerms<N> {
  readonly comparables: readonly Comparable<N>[];
  readonly weights?: readonly N[];
}

const COEFFICIENTS = ['quality', 'supplyDemand', 'date', 'volume', 'other'] as const;
const aboveZero = number({ above: 0 });

const adjusted = <N>({ price, coefficients }: Comparable<N>, a: Arithmetic<N>) =>
  COEFFICIENTS.reduce((product, name) => a.times(product, coefficients[name]), price);

function value<N>({ comparables, weights }: MarketTerms<N>, a: Arithmetic<N>): N {
  const sum = comparables.reduce((total, comparable, i) => {
    const price = adjusted(comparable, a);
    return a.plus(total, weights ? a.times(weights[i] as N, price) : price);
  }, a.of(0));
  return weights ? sum : a.over(sum, a.of(comparables.length));
}

/** F7: P = Σ w_i·Q_i·X_i1·…·X_i5 over comparables, Σw = 1; each weighs the same unless weights are given. */
export const marketValue = defineMethod<MarketTerms<Fraction>, MarketTerms<number>>({
  id: 'market-value',
  version: 1,
  source:
    'project model after 数据资产评估指导意见 (中评协〔2023〕17号), annex: market method (text not seen)',
  measure: 'AMOUNT',
  approach: 'MARKET',
  inputs: fields(
    {
      comparables: list(
        fields({
          price: aboveZero,
          coefficients: fields(Object.fromEntries(COEFFICIENTS.map((name) => [name, aboveZero]))),
        }),
        500,
      ),
    },
    { weights: list(number({ atLeast: 0, takesFractions: true, isBound: true }), 500) },
  ),
  prepare: ({ comparables, weights }) => {
    if (!weights) return undefined;
    if (weights.length !== comparables.length)
      throw new InvalidInput(
        'weights',
        `must hold one weight for each of the ${comparables.length} comparables`,
      );
    checkSumIsOne(weights, 'weights');
    return undefined;
  },
  value: (terms) => value(terms, EXACT),
  estimate: (terms) => value(terms, DOUBLE),
  explain: (terms) => ({
    value: decimalOf(value(terms, EXACT)),
    adjusted: terms.comparables.map((comparable) => decimalOf(adjusted(comparable, EXACT))),
  }),
});
