import { InvalidInput } from '#libs/foundation';
import { type Arithmetic, decimalOf, DOUBLE, EXACT, type Fraction } from '#libs/money';

import { fields, number } from '../inputs.ts';
import { defineMethod } from '../method.ts';
import { presentValue, series } from './discounting.ts';

interface ProfitTerms<N> {
  readonly extraProfits: readonly N[];
  readonly totalProfits: readonly N[];
  readonly discountRate: N;
}

function rate<N>({ extraProfits, totalProfits, discountRate }: ProfitTerms<N>, a: Arithmetic<N>): N {
  const total = presentValue(totalProfits, discountRate, a);
  if (a.sign(total) <= 0) throw new InvalidInput('totalProfits', 'must be worth more than nothing');
  return a.over(presentValue(extraProfits, discountRate, a), total);
}

/** F11: s = PV(extra profit) / PV(total profit). Above 1 where there would be a loss without the technology. */
export const profitShareRate = defineMethod<ProfitTerms<Fraction>, ProfitTerms<number>>({
  id: 'profit-share-rate',
  version: 1,
  source: '《资产评估学教程》: 利润分成率, 追加利润法',
  measure: 'RATE',
  approach: null,
  inputs: fields({ extraProfits: series, totalProfits: series, discountRate: number({ atLeast: 0 }) }),
  prepare: ({ extraProfits, totalProfits }) => {
    if (extraProfits.length !== totalProfits.length)
      throw new InvalidInput('totalProfits', `must hold the same ${extraProfits.length} years`);
    return undefined;
  },
  value: (terms) => rate(terms, EXACT),
  estimate: (terms) => rate(terms, DOUBLE),
  explain: (terms) => ({
    rate: decimalOf(rate(terms, EXACT)),
    presentValueExtra: decimalOf(presentValue(terms.extraProfits, terms.discountRate, EXACT)),
    presentValueTotal: decimalOf(presentValue(terms.totalProfits, terms.discountRate, EXACT)),
  }),
});
