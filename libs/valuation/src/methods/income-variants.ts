import { InvalidInput } from '#libs/foundation';
import { type Arithmetic, decimalOf, DOUBLE, EXACT, type Fraction } from '#libs/money';

import { fields, type InputShape, list, number } from '../inputs.ts';
import { defineMethod } from '../method.ts';
import { eitherRate, MOST_YEARS, rateFields, type RateTerms, series } from './discounting.ts';
import { explainFlows, valueOfFlows } from './income-value.ts';

interface CommonTerms<N> extends RateTerms<N> {
  readonly terminal?: { readonly cashFlow: N };
}

interface Variant<Exact, Doubles> {
  readonly id: string;
  readonly source: string;
  readonly inputs: Readonly<Record<string, InputShape>>;
  readonly check: (terms: Exact) => void;
  readonly exactFlows: (terms: Exact) => Fraction[];
  readonly doubleFlows: (terms: Doubles) => number[];
}

/** A method that derives the flows of F1 from something else, and then is F1. */
function defineVariant<Exact extends CommonTerms<Fraction>, Doubles extends CommonTerms<number>>({
  id,
  source,
  inputs,
  check,
  exactFlows,
  doubleFlows,
}: Variant<Exact, Doubles>) {
  return defineMethod<Exact, Doubles>({
    id,
    version: 1,
    source,
    measure: 'AMOUNT',
    approach: 'INCOME',
    inputs: fields(inputs, rateFields, eitherRate),
    prepare: (terms) => {
      check(terms);
      return undefined;
    },
    value: (terms) => valueOfFlows({ ...terms, cashFlows: exactFlows(terms) }, EXACT),
    estimate: (terms) => valueOfFlows({ ...terms, cashFlows: doubleFlows(terms) }, DOUBLE),
    explain: (terms) => {
      const cashFlows = exactFlows(terms);
      return { ...explainFlows({ ...terms, cashFlows }), cashFlows: cashFlows.map(decimalOf) };
    },
  });
}

function checkYears(path: string, series: readonly unknown[], years: number): void {
  if (series.length !== years) throw new InvalidInput(path, `must hold the same ${years} years`);
}

interface DirectTerms<N> extends CommonTerms<N> {
  readonly incomes: readonly N[];
}

/** F2: F_t = R_t, the earnings before interest and tax of year t. */
export const directIncome = defineVariant<DirectTerms<Fraction>, DirectTerms<number>>({
  id: 'income-direct',
  source: '数据资产评估指导意见 (中评协〔2023〕17号), annex: direct income',
  inputs: { incomes: series },
  check: () => undefined,
  exactFlows: ({ incomes }) => [...incomes],
  doubleFlows: ({ incomes }) => [...incomes],
});

interface ShareTerms<N> extends CommonTerms<N> {
  readonly incomes: readonly N[];
  readonly shares: readonly N[];
}

const sharedFlows = <N>({ incomes, shares }: ShareTerms<N>, a: Arithmetic<N>) =>
  incomes.map((income, t) => a.times(income, shares[t] as N));

/** F3: F_t = R_t·K_t, the part of an income that is the data's. */
export const shareIncome = defineVariant<ShareTerms<Fraction>, ShareTerms<number>>({
  id: 'income-share',
  source:
    'project model after 数据资产评估指导意见 (中评协〔2023〕17号), annex: shared income (text not seen)',
  inputs: { incomes: series, shares: list(number({ atLeast: 0, atMost: 1 }), MOST_YEARS) },
  check: ({ incomes, shares }) => {
    checkYears('shares', shares, incomes.length);
  },
  exactFlows: (terms) => sharedFlows(terms, EXACT),
  doubleFlows: (terms) => sharedFlows(terms, DOUBLE),
});

interface ExcessTerms<N> extends CommonTerms<N> {
  readonly incomes: readonly N[];
  readonly contributions: readonly (readonly N[])[];
}

const excessFlows = <N>({ incomes, contributions }: ExcessTerms<N>, a: Arithmetic<N>) =>
  incomes.map((income, t) =>
    (contributions[t] as readonly N[]).reduce((left, part) => a.minus(left, part), income),
  );

/** F4: F_t = R_t − Σ C_ti, what is left once every other asset has had its income. */
export const excessIncome = defineVariant<ExcessTerms<Fraction>, ExcessTerms<number>>({
  id: 'income-excess',
  source:
    'project model after 数据资产评估指导意见 (中评协〔2023〕17号), annex: excess income (text not seen)',
  inputs: { incomes: series, contributions: list(list(number({ atLeast: 0 }), 20, 0), MOST_YEARS) },
  check: ({ incomes, contributions }) => {
    checkYears('contributions', contributions, incomes.length);
  },
  exactFlows: (terms) => excessFlows(terms, EXACT),
  doubleFlows: (terms) => excessFlows(terms, DOUBLE),
});

interface IncrementalTerms<N> extends CommonTerms<N> {
  readonly withData: readonly N[];
  readonly withoutData: readonly N[];
}

const incrementalFlows = <N>({ withData, withoutData }: IncrementalTerms<N>, a: Arithmetic<N>) =>
  withData.map((income, t) => a.minus(income, withoutData[t] as N));

/** F5: F_t = RY_t − RN_t, earnings with the data less earnings without it. */
export const incrementalIncome = defineVariant<IncrementalTerms<Fraction>, IncrementalTerms<number>>({
  id: 'income-incremental',
  source:
    'project model after 数据资产评估指导意见 (中评协〔2023〕17号), annex: incremental income (text not seen)',
  inputs: { withData: series, withoutData: series },
  check: ({ withData, withoutData }) => {
    checkYears('withoutData', withoutData, withData.length);
  },
  exactFlows: (terms) => incrementalFlows(terms, EXACT),
  doubleFlows: (terms) => incrementalFlows(terms, DOUBLE),
});
