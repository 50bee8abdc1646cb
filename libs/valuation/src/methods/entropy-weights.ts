import { InvalidInput } from '#libs/foundation';
import type { Fraction } from '#libs/money';

import { fields, number } from '../inputs.ts';
import { defineMethod } from '../method.ts';
import { Precise, preciseOf, type PreciseNumber } from '../precise.ts';
import { isConstant, tableOf, wholeColumnsOf } from './matrix.ts';

export interface EntropyTerms {
  readonly matrix: readonly (readonly Fraction[])[];
}

export interface EntropyWeights {
  readonly weights: readonly PreciseNumber[];
  readonly entropy: readonly PreciseNumber[];
}

export const entropyInputs = fields({
  matrix: tableOf(number({ atLeast: 0, takesFractions: true, isBound: true })),
});

/**
 * F15: p_ij = x_ij/Σ_i x_ij; e_j = −(1/ln m)·Σ_i p·ln p, with 0·ln 0 = 0; w_j = (1−e_j)/Σ(1−e_j).
 *
 * A column of equal entries, of zeros too, tells nothing apart: its entropy is exactly 1 and it weighs exactly 0.
 *
 * @throws InvalidInput where every column is such
 */
export function entropyWeights({ matrix }: EntropyTerms, path = 'matrix'): EntropyWeights {
  const spreads = wholeColumnsOf(matrix, path).map(spreadOf);
  const total = Precise.sum(0, ...spreads);
  if (total.isZero()) throw new InvalidInput(path, 'must hold a column whose entries are not all equal');
  return {
    weights: spreads.map((spread) => spread.div(total)),
    entropy: spreads.map((spread) => new Precise(1).minus(spread)),
  };
}

/**
 * 1 − e, as Σ g(d_i)/(m·ln m) with p_i = (1+d_i)/m and g(d) = (1+d)·ln(1+d) − d. The same number, but a sum of what is
 * never negative, so that a column that is almost constant keeps its digits.
 */
function spreadOf(column: readonly bigint[]): PreciseNumber {
  if (isConstant(column)) return new Precise(0);
  const count = BigInt(column.length);
  const sum = column.reduce((total, value) => total + value, 0n);
  const parts = column.map((value) =>
    divergence(preciseOf({ numerator: value * count - sum, denominator: sum })),
  );
  const m = new Precise(column.length);
  return Precise.sum(0, ...parts).div(m.times(m.ln()));
}

/** (1+d)·ln(1+d) − d = d²/2 − d³/6 + d⁴/12 − …, by the series where the difference would lose digits. */
function divergence(d: PreciseNumber): PreciseNumber {
  const p = d.plus(1);
  if (p.isZero()) return new Precise(1);
  if (d.abs().gt('0.001')) return p.times(p.ln()).minus(d);
  let sum = new Precise(0);
  let power = d.times(d);
  for (let k = 2; k <= 16; k++) {
    sum = sum.plus(power.div(k * (k - 1)));
    power = power.times(d).neg();
  }
  return sum;
}

export const entropy = defineMethod<EntropyTerms, never, EntropyWeights>({
  id: 'entropy-weights',
  version: 1,
  source: 'Shannon entropy weights, as in Zavadskas and Podvezko (2016)',
  measure: 'WEIGHTS',
  approach: null,
  inputs: entropyInputs,
  prepare: (terms) => entropyWeights(terms),
  explain: (_, { weights, entropy }) => ({ weights: weights.map(String), entropy: entropy.map(String) }),
});
