import { InvalidInput } from '#libs/foundation';
import { type Arithmetic, decimalOf, DOUBLE, EXACT, type Fraction } from '#libs/money';

import { fields, number } from '../inputs.ts';
import { defineMethod } from '../method.ts';

interface Investment<N> {
  readonly cost: N;
  readonly profitRate: N;
}

interface InvestmentTerms<N> {
  readonly technology: Investment<N>;
  readonly operator: Investment<N>;
}

const equivalent = <N>({ cost, profitRate }: Investment<N>, a: Arithmetic<N>) =>
  a.times(cost, a.plus(a.of(1), profitRate));

function rate<N>({ technology, operator }: InvestmentTerms<N>, a: Arithmetic<N>): N {
  const part = equivalent(technology, a);
  const whole = a.plus(part, equivalent(operator, a));
  if (a.sign(whole) <= 0) throw new InvalidInput('operator.cost', 'must not be 0 where technology.cost is 0');
  return a.over(part, whole);
}

const investment = fields({ cost: number({ atLeast: 0 }), profitRate: number({ above: -1 }) });

/** F12: s = A(1+p_a) / [A(1+p_a) + B(1+p_b)], of replacement costs and the profit on cost usual to each. */
export const investmentShareRate = defineMethod<InvestmentTerms<Fraction>, InvestmentTerms<number>>({
  id: 'investment-share-rate',
  version: 1,
  source: '《资产评估学教程》: 利润分成率, 约当投资分析法',
  measure: 'RATE',
  approach: null,
  inputs: fields({ technology: investment, operator: investment }),
  value: (terms) => rate(terms, EXACT),
  estimate: (terms) => rate(terms, DOUBLE),
  explain: (terms) => ({ rate: decimalOf(rate(terms, EXACT)) }),
});
