import { InvalidInput } from '#libs/foundation';
import type { Fraction } from '#libs/money';

import { choice, fields, list, number } from '../inputs.ts';
import { defineMethod } from '../method.ts';
import { Precise, type PreciseNumber } from '../precise.ts';
import { isConstant, tableOf, wholeColumnsOf } from './matrix.ts';

export interface CriticTerms {
  readonly matrix: readonly (readonly Fraction[])[];
  /** Whether more of a column is better or worse; without it the correlations have no sign. */
  readonly directions: readonly ('benefit' | 'cost')[];
}

export const criticInputs = fields({
  matrix: tableOf(number({ takesFractions: true, isBound: true })),
  directions: list(choice('benefit', 'cost'), 100),
});

interface Column {
  readonly values: readonly bigint[];
  /** m² times the variance. */
  readonly variance: bigint;
  readonly deviation: PreciseNumber;
  readonly range: PreciseNumber;
}

/**
 * F16: entries made 0 … 1 by least and greatest; C_j = σ_j·Σ_k(1−ρ_jk); w = C/ΣC.
 *
 * A constant column cannot be made 0 … 1 and its correlation is undefined: it weighs exactly 0 and is left out of the
 * sums of the others. Where no C is above 0, as with one column or with columns that all agree, there is no answer.
 *
 * @throws InvalidInput
 */
export function criticWeights({ matrix, directions }: CriticTerms, path = ''): PreciseNumber[] {
  const at = (name: string) => (path ? `${path}.${name}` : name);
  const given = wholeColumnsOf(matrix, at('matrix'));
  if (directions.length !== given.length)
    throw new InvalidInput(
      at('directions'),
      `must hold one direction for each of the ${given.length} columns`,
    );
  const columns = given.map((values, j) =>
    isConstant(values) ? null : columnOf(directions[j] === 'cost' ? values.map((value) => -value) : values),
  );
  const informative = columns.filter((column) => column !== null);
  const information = columns.map((column) =>
    column
      ? Precise.sum(
          0,
          ...informative.filter((other) => other !== column).map((other) => conflict(column, other)),
        )
          .times(column.deviation)
          .div(column.range)
      : new Precise(0),
  );
  const total = Precise.sum(0, ...information);
  if (total.isZero())
    throw new InvalidInput(
      at('matrix'),
      'must hold two columns that are not constant and do not wholly agree',
    );
  return information.map((part) => part.div(total));
}

function columnOf(values: readonly bigint[]): Column {
  const variance = covariance(values, values);
  const least = values.reduce((a, b) => (b < a ? b : a));
  const greatest = values.reduce((a, b) => (b > a ? b : a));
  return {
    values,
    variance,
    deviation: new Precise(variance.toString()).sqrt(),
    range: new Precise((greatest - least).toString()),
  };
}

/** m² times the covariance, in whole numbers. */
function covariance(a: readonly bigint[], b: readonly bigint[]): bigint {
  let [product, sumA, sumB] = [0n, 0n, 0n];
  for (const [i, value] of a.entries()) {
    const other = b[i] ?? 0n;
    product += value * other;
    sumA += value;
    sumB += other;
  }
  return BigInt(a.length) * product - sumA * sumB;
}

/** 1 − ρ; exactly 0 for columns that agree, and with its digits for those that almost do. */
function conflict(a: Column, b: Column): PreciseNumber {
  const together = covariance(a.values, b.values);
  const scale = a.deviation.times(b.deviation);
  const shared = new Precise(together.toString());
  if (together <= 0n) return new Precise(1).minus(shared.div(scale));
  const apart = a.variance * b.variance - together * together;
  return new Precise(apart.toString()).div(scale.times(scale.plus(shared)));
}

export const critic = defineMethod<CriticTerms, never, readonly PreciseNumber[]>({
  id: 'critic-weights',
  version: 1,
  source: 'Diakoulaki, Mavrotas and Papayannakis (1995)',
  measure: 'WEIGHTS',
  approach: null,
  inputs: criticInputs,
  prepare: (terms) => criticWeights(terms),
  explain: (_, weights) => ({ weights: weights.map(String) }),
});
