import type { JsonObject } from '#libs/foundation';

import { type ExactDecimal, parseDecimal } from './exact-decimal.ts';
import { incomeValue } from './income-value.ts';
import { replacementCost } from './replacement-cost.ts';

/** A calculation from JSON to JSON, in the shape that anyone can recompute it with. */
export interface Calculation {
  readonly formulaVersion: string;
  readonly inputs: JsonObject;
  readonly result: JsonObject;
  readonly value: ExactDecimal;
}

export interface IncomeInputs {
  readonly cashFlows: readonly unknown[];
  readonly discountRate?: unknown;
  readonly capm?: { readonly riskFree: unknown; readonly marketReturn: unknown; readonly beta: unknown };
  readonly terminal?: { readonly cashFlow: unknown };
}

export interface CostInputs {
  readonly historicalCost: unknown;
  readonly priceChanges: readonly unknown[];
  readonly usedYears: unknown;
  readonly remainingYears: unknown;
}

/** @throws InvalidInput */
export function calculateIncomeValue(inputs: IncomeInputs): Calculation {
  const { capm, terminal } = inputs;
  const outcome = incomeValue({
    cashFlows: inputs.cashFlows.map((flow, i) => parseDecimal(flow, `cashFlows[${i}]`)),
    rate: capm
      ? {
          capm: {
            riskFree: parseDecimal(capm.riskFree, 'capm.riskFree'),
            marketReturn: parseDecimal(capm.marketReturn, 'capm.marketReturn'),
            beta: parseDecimal(capm.beta, 'capm.beta'),
          },
        }
      : { discountRate: parseDecimal(inputs.discountRate, 'discountRate') },
    terminalCashFlow: terminal ? parseDecimal(terminal.cashFlow, 'terminal.cashFlow') : null,
  });
  return {
    formulaVersion: 'income-value/1',
    inputs: inputs as unknown as JsonObject,
    result: {
      value: outcome.value.toString(),
      discountRate: outcome.discountRate.toString(),
      presentValues: outcome.presentValues.map(String),
      terminalValue: outcome.terminalValue.toString(),
    },
    value: outcome.value,
  };
}

/** @throws InvalidInput */
export function calculateReplacementCost(inputs: CostInputs): Calculation {
  const outcome = replacementCost({
    historicalCost: parseDecimal(inputs.historicalCost, 'historicalCost'),
    priceChanges: inputs.priceChanges.map((change, i) => parseDecimal(change, `priceChanges[${i}]`)),
    usedYears: parseDecimal(inputs.usedYears, 'usedYears'),
    remainingYears: parseDecimal(inputs.remainingYears, 'remainingYears'),
  });
  return {
    formulaVersion: 'replacement-cost/1',
    inputs: inputs as unknown as JsonObject,
    result: {
      replacementCost: outcome.replacementCost.toString(),
      newnessRate: outcome.newnessRate.toString(),
      netCost: outcome.netCost.toString(),
    },
    value: outcome.netCost,
  };
}
