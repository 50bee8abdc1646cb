import { type Arithmetic, decimalOf, DOUBLE, EXACT, type Fraction } from '#libs/money';

import { choice, fields, list, number, text } from '../inputs.ts';
import { defineMethod } from '../method.ts';

/** Early work, direct and indirect cost, cost of the opportunity, taxes. */
const CATEGORIES = ['early', 'direct', 'indirect', 'opportunity', 'taxes'] as const;

interface BasketTerms<N> {
  readonly basket: readonly {
    readonly category: (typeof CATEGORIES)[number];
    readonly name?: string;
    readonly amount: N;
  }[];
  readonly valueCoefficient: N;
}

const cost = <N>({ basket }: Pick<BasketTerms<N>, 'basket'>, a: Arithmetic<N>) =>
  basket.reduce((sum, { amount }) => a.plus(sum, amount), a.of(0));

const value = <N>(terms: BasketTerms<N>, a: Arithmetic<N>) => a.times(cost(terms, a), terms.valueCoefficient);

/** F6: P = C·δ, a basket of costs times the coefficient of value. */
export const costValue = defineMethod<BasketTerms<Fraction>, BasketTerms<number>>({
  id: 'cost-value',
  version: 1,
  source: 'project model after 数据资产评估指导意见 (中评协〔2023〕17号), annex: cost method (text not seen)',
  measure: 'AMOUNT',
  approach: 'COST',
  inputs: fields({
    basket: list(
      fields({ category: choice(...CATEGORIES), amount: number({ atLeast: 0 }) }, { name: text }),
      500,
    ),
    valueCoefficient: number({ atLeast: 0 }),
  }),
  value: (terms) => value(terms, EXACT),
  estimate: (terms) => value(terms, DOUBLE),
  explain: (terms) => ({
    value: decimalOf(value(terms, EXACT)),
    cost: decimalOf(cost(terms, EXACT)),
    costs: Object.fromEntries(
      CATEGORIES.map((of) => {
        const basket = terms.basket.filter(({ category }) => category === of);
        return [of, decimalOf(cost({ basket }, EXACT))];
      }),
    ),
  }),
});
