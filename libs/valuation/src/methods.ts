import { InvalidInput, type JsonObject } from '#libs/foundation';
import type { Fraction } from '#libs/money';

import { readInputs } from './inputs.ts';
import type { Method } from './method.ts';
import { ahp } from './methods/ahp.ts';
import { costValue } from './methods/cost-value.ts';
import { critic } from './methods/critic-weights.ts';
import { entropy } from './methods/entropy-weights.ts';
import { excessIncomeValue } from './methods/excess-income-value.ts';
import { incomeValue } from './methods/income-value.ts';
import { directIncome, excessIncome, incrementalIncome, shareIncome } from './methods/income-variants.ts';
import { indicatorScore } from './methods/indicator-score.ts';
import { investmentShareRate } from './methods/investment-share-rate.ts';
import { marketValue } from './methods/market-value.ts';
import { minimumLicenceFee } from './methods/minimum-licence-fee.ts';
import { profitShareRate } from './methods/profit-share-rate.ts';
import { replacementCost } from './methods/replacement-cost.ts';

/** Every method and version there is. One that has been used is never changed and never taken away. */
export const METHODS: readonly Method[] = [
  incomeValue,
  directIncome,
  shareIncome,
  excessIncome,
  incrementalIncome,
  profitShareRate,
  investmentShareRate,
  excessIncomeValue,
  replacementCost,
  minimumLicenceFee,
  costValue,
  marketValue,
  ahp,
  entropy,
  critic,
  indicatorScore,
];

/** A calculation from JSON to JSON, in the shape that anyone can recompute it with. */
export interface Calculation {
  /** Method and version, such as `income-value/1`. */
  readonly formulaVersion: string;
  readonly inputs: JsonObject;
  readonly result: JsonObject;
  /** Null for weights. */
  readonly value: Fraction | null;
}

/** A method by its name, in its newest version unless another is asked for. @throws InvalidInput */
export function methodOf(id: string, version?: number): Method {
  const found = METHODS.findLast(
    (method) => method.id === id && (version === undefined || method.version === version),
  );
  if (!found)
    throw new InvalidInput(
      'method',
      `must be one of ${METHODS.map((method) => method.id).join(', ')}, in a version there is`,
    );
  return found;
}

/** Computes by the method and version named, from inputs that are read and checked here. @throws InvalidInput */
export function calculate({ id, version }: Pick<Method, 'id' | 'version'>, inputs: unknown): Calculation {
  const method = methodOf(id, version);
  const { terms } = readInputs(method.inputs, inputs, (exact) => exact);
  const prepared = method.prepare(terms);
  return {
    formulaVersion: `${id}/${version}`,
    inputs: inputs as JsonObject,
    result: method.explain(terms, prepared),
    value: method.value?.(terms, prepared) ?? null,
  };
}
