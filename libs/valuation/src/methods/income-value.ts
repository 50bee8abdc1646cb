import { InvalidInput } from '#libs/foundation';
import { type Arithmetic, decimalOf, DOUBLE, EXACT, type Fraction, reduced } from '#libs/money';

import { fields } from '../inputs.ts';
import { defineMethod } from '../method.ts';
import {
  discountRateOf,
  eitherRate,
  presentValue,
  rateFields,
  type RateTerms,
  series,
} from './discounting.ts';

export interface FlowTerms<N> extends RateTerms<N> {
  readonly cashFlows: readonly N[];
  readonly terminal?: { readonly cashFlow: N };
}

/** V = Σ F_t/(1+i)^t, and in two stages + (F_∞/i)/(1+i)^n. @throws InvalidInput */
export function valueOfFlows<N>(terms: FlowTerms<N>, a: Arithmetic<N>): N {
  const rate = discountRateOf(terms, a);
  return presentValue(terms.cashFlows, rate, a, terms.terminal && perpetuity(terms, rate, a));
}

function perpetuity<N>({ terminal, capm }: FlowTerms<N>, rate: N, a: Arithmetic<N>): N {
  if (!terminal) return a.of(0);
  if (a.sign(rate) <= 0)
    throw new InvalidInput(
      capm ? 'capm' : 'discountRate',
      'must give a rate above 0 where income goes on for ever',
    );
  return a.over(terminal.cashFlow, rate);
}

/** The value with its parts, as every method of discounted flows shows them. @throws InvalidInput */
export function explainFlows(terms: FlowTerms<Fraction>) {
  const rate = reduced(discountRateOf(terms, EXACT));
  const growth = reduced(EXACT.plus(EXACT.of(1), rate));
  let factor = EXACT.of(1);
  const presentValues = terms.cashFlows.map((flow) => {
    factor = EXACT.times(factor, growth);
    return decimalOf(EXACT.over(flow, factor));
  });
  const terminalValue = EXACT.over(perpetuity(terms, rate, EXACT), factor);
  return {
    value: decimalOf(valueOfFlows(terms, EXACT)),
    discountRate: decimalOf(rate),
    presentValues,
    terminalValue: decimalOf(terminalValue),
  };
}

/** Income method, of flows that are given: F1, and F13 with a rate by the capital asset pricing model. */
export const incomeValue = defineMethod<FlowTerms<Fraction>, FlowTerms<number>>({
  id: 'income-value',
  version: 1,
  source: '资产评估执业准则; 资产评估专家指引第9号 (discounted income, CAPM, two stages)',
  measure: 'AMOUNT',
  approach: 'INCOME',
  inputs: fields({ cashFlows: series }, rateFields, eitherRate),
  value: (terms) => valueOfFlows(terms, EXACT),
  estimate: (terms) => valueOfFlows(terms, DOUBLE),
  explain: (terms) => explainFlows(terms),
});
