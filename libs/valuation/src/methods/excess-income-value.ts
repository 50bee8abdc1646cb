import { type Arithmetic, decimalOf, DOUBLE, EXACT, type Fraction } from '#libs/money';

import { count, fields, number } from '../inputs.ts';
import { defineMethod } from '../method.ts';
import { MOST_YEARS, presentValue } from './discounting.ts';

interface ExcessTerms<N> {
  readonly excessIncome: N;
  readonly years: number;
  readonly discountRate: N;
  readonly taxRate: N;
}

/** (1 − (1+i)^−n)/i as the sum that it is, so that a rate of 0 needs no case of its own. */
const annuityFactor = <N>({ years, discountRate }: ExcessTerms<N>, a: Arithmetic<N>) =>
  presentValue(Array<N>(years).fill(a.of(1)), discountRate, a);

const incomeAfterTax = <N>({ excessIncome, taxRate }: ExcessTerms<N>, a: Arithmetic<N>) =>
  a.times(excessIncome, a.minus(a.of(1), taxRate));

const value = <N>(terms: ExcessTerms<N>, a: Arithmetic<N>) =>
  a.times(incomeAfterTax(terms, a), annuityFactor(terms, a));

/** A level yearly excess income, taxed, for a number of years: E·(1 − tax)·(1 − (1+i)^−n)/i. */
export const excessIncomeValue = defineMethod<ExcessTerms<Fraction>, ExcessTerms<number>>({
  id: 'excess-income-value',
  version: 1,
  source: '资产评估执业准则 (excess income of an intangible asset, level)',
  measure: 'AMOUNT',
  approach: 'INCOME',
  inputs: fields({
    excessIncome: number(),
    years: count(1, MOST_YEARS),
    discountRate: number({ atLeast: 0 }),
    taxRate: number({ atLeast: 0, atMost: 1 }),
  }),
  value: (terms) => value(terms, EXACT),
  estimate: (terms) => value(terms, DOUBLE),
  explain: (terms) => ({
    value: decimalOf(value(terms, EXACT)),
    annuityFactor: decimalOf(annuityFactor(terms, EXACT)),
    incomeAfterTax: decimalOf(incomeAfterTax(terms, EXACT)),
  }),
});
