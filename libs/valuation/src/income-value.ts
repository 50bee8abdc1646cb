import { InvalidInput } from '#libs/foundation';

import { Exact, type ExactDecimal } from './exact-decimal.ts';

export interface IncomeTerms {
  /** Income of the years 1 … n, at their ends. */
  readonly cashFlows: readonly ExactDecimal[];
  readonly rate:
    | { readonly discountRate: ExactDecimal }
    | {
        readonly capm: {
          readonly riskFree: ExactDecimal;
          readonly marketReturn: ExactDecimal;
          readonly beta: ExactDecimal;
        };
      };
  /** Income of every year after n, for ever; null: none. */
  readonly terminalCashFlow: ExactDecimal | null;
}

export interface IncomeValue {
  readonly value: ExactDecimal;
  readonly discountRate: ExactDecimal;
  readonly presentValues: readonly ExactDecimal[];
  readonly terminalValue: ExactDecimal;
}

/**
 * Income method: V = Σ F_t/(1+i)^t, and two-stage + (F_∞/i)/(1+i)^n; CAPM i = r_f + β(r_m − r_f).
 * Source: 资产评估执业准则 and 专家指引第9号 as quoted in the handbook's formulas F1 and F13.
 *
 * @throws InvalidInput
 */
export function incomeValue({ cashFlows, rate, terminalCashFlow }: IncomeTerms): IncomeValue {
  if (cashFlows.length < 1 || cashFlows.length > 100)
    throw new InvalidInput('cashFlows', 'must hold 1 to 100 years');
  const i =
    'capm' in rate
      ? rate.capm.riskFree.plus(rate.capm.beta.times(rate.capm.marketReturn.minus(rate.capm.riskFree)))
      : rate.discountRate;
  const ratePath = 'capm' in rate ? 'capm' : 'discountRate';
  if (i.lte(-1)) throw new InvalidInput(ratePath, 'must give a rate above -1');
  if (terminalCashFlow && i.lte(0))
    throw new InvalidInput(ratePath, 'must give a rate above 0 where income goes on for ever');
  const factor = i.plus(1);
  const presentValues = cashFlows.map((flow, t) => flow.div(factor.pow(t + 1)));
  const terminalValue = terminalCashFlow
    ? terminalCashFlow.div(i).div(factor.pow(cashFlows.length))
    : new Exact(0);
  const value = presentValues.reduce((sum, present) => sum.plus(present), terminalValue);
  return { value, discountRate: i, presentValues, terminalValue };
}
