import { InvalidInput } from '#libs/foundation';
import { type Arithmetic, decimalOf, DOUBLE, EXACT, type Fraction } from '#libs/money';

import { fields, list, number } from '../inputs.ts';
import { defineMethod } from '../method.ts';
import { MOST_YEARS } from './discounting.ts';

export interface CostTerms<N> {
  readonly historicalCost: N;
  readonly priceChanges: readonly N[];
  readonly usedYears: N;
  readonly remainingYears: N;
}

export const costFields = {
  historicalCost: number({ atLeast: 0 }),
  /** Yearly changes of the price level since. */
  priceChanges: list(number({ above: -1 }), MOST_YEARS),
  usedYears: number({ atLeast: 0 }),
  remainingYears: number({ atLeast: 0 }),
};

/** F8: C = C0·Π(1+g_k). */
const replaced = <N>({ historicalCost, priceChanges }: CostTerms<N>, a: Arithmetic<N>) =>
  priceChanges.reduce((cost, change) => a.times(cost, a.plus(a.of(1), change)), historicalCost);

/** What is left of its life: remaining ÷ (used + remaining). @throws InvalidInput */
function newness<N>({ usedYears, remainingYears }: CostTerms<N>, a: Arithmetic<N>): N {
  const life = a.plus(usedYears, remainingYears);
  if (a.sign(life) <= 0)
    throw new InvalidInput('remainingYears', 'must give a life above zero, with usedYears');
  return a.over(remainingYears, life);
}

/** F9: C·L_rem/(L_used+L_rem). @throws InvalidInput */
export const netCost = <N>(terms: CostTerms<N>, a: Arithmetic<N>) =>
  a.times(replaced(terms, a), newness(terms, a));

/** @throws InvalidInput */
export const explainCost = (terms: CostTerms<Fraction>) => ({
  replacementCost: decimalOf(replaced(terms, EXACT)),
  newnessRate: decimalOf(newness(terms, EXACT)),
  netCost: decimalOf(netCost(terms, EXACT)),
});

/** Cost method by price index and life: F8 and F9. */
export const replacementCost = defineMethod<CostTerms<Fraction>, CostTerms<number>>({
  id: 'replacement-cost',
  version: 1,
  source: '《资产评估学教程》: 物价指数法, 成新率',
  measure: 'AMOUNT',
  approach: 'COST',
  inputs: fields(costFields),
  value: (terms) => netCost(terms, EXACT),
  estimate: (terms) => netCost(terms, DOUBLE),
  explain: explainCost,
});
