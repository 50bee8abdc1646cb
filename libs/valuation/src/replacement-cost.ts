import { InvalidInput } from '#libs/foundation';

import { Exact, type ExactDecimal } from './exact-decimal.ts';

export interface CostTerms {
  readonly historicalCost: ExactDecimal;
  /** Yearly changes of the price level since, as decimals. */
  readonly priceChanges: readonly ExactDecimal[];
  readonly usedYears: ExactDecimal;
  readonly remainingYears: ExactDecimal;
}

export interface ReplacementCost {
  readonly replacementCost: ExactDecimal;
  /** What is left of its life: remaining ÷ (used + remaining). */
  readonly newnessRate: ExactDecimal;
  readonly netCost: ExactDecimal;
}

/**
 * Cost method: C = C0·Π(1+g_k), net C·L_rem/(L_used+L_rem); the handbook's formulas F8 and F9.
 *
 * @throws InvalidInput
 */
export function replacementCost(terms: CostTerms): ReplacementCost {
  const { historicalCost, priceChanges, usedYears, remainingYears } = terms;
  if (historicalCost.lt(0)) throw new InvalidInput('historicalCost', 'must not be negative');
  if (usedYears.lt(0)) throw new InvalidInput('usedYears', 'must not be negative');
  if (remainingYears.lt(0)) throw new InvalidInput('remainingYears', 'must not be negative');
  const life = usedYears.plus(remainingYears);
  if (life.lte(0)) throw new InvalidInput('remainingYears', 'must give a life above zero, with usedYears');
  priceChanges.forEach((change, i) => {
    if (change.lte(-1)) throw new InvalidInput(`priceChanges[${i}]`, 'must be above -1');
  });
  const index = priceChanges.reduce((product, change) => product.times(change.plus(1)), new Exact(1));
  const cost = historicalCost.times(index);
  const newnessRate = remainingYears.div(life);
  // One division, last, so that a terminating result is exact.
  return { replacementCost: cost, newnessRate, netCost: cost.times(remainingYears).div(life) };
}
