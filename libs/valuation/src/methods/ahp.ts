import { InvalidInput } from '#libs/foundation';
import { decimalOf, doubleOf, EXACT, type Fraction, reduced } from '#libs/money';

import { choice, fields, list, number, parseNumber } from '../inputs.ts';
import { defineMethod } from '../method.ts';
import { decimalOfDouble, fractionOf } from '../precise.ts';
import { LARGEST_MATRIX, RANDOM_INDEX, type RandomIndex } from './random-index.ts';

export interface AhpTerms {
  readonly matrix: readonly (readonly Fraction[])[];
  readonly method?: 'eigenvector' | 'column-mean';
  readonly randomIndex?: RandomIndex;
}

export interface AhpWeights {
  readonly weights: readonly Fraction[];
  readonly lambdaMax: Fraction;
  /** Never below 0, where reciprocals that were rounded would make it so. */
  readonly consistencyIndex: Fraction;
  readonly consistencyRatio: Fraction;
  readonly isConsistent: boolean;
}

export const ahpInputs = fields(
  {
    matrix: list(
      list(number({ above: 0, takesFractions: true, isBound: true }), LARGEST_MATRIX),
      LARGEST_MATRIX,
    ),
  },
  { method: choice('eigenvector', 'column-mean'), randomIndex: choice(...Object.keys(RANDOM_INDEX)) },
);

const ONE = EXACT.of(1);
/** How far a_ij·a_ji may be from 1: reciprocals are often written rounded. */
const RECIPROCAL_TOLERANCE: Fraction = { numerator: 1n, denominator: 1_000_000n };
const LARGEST_RATIO: Fraction = { numerator: 1n, denominator: 10n };
/** Of |A·w − λ·w| over λ·w, in each row. */
const LARGEST_RESIDUAL = 1e-12;
const MOST_SQUARINGS = 60;

const isAbove = (a: Fraction, b: Fraction) => EXACT.sign(EXACT.minus(a, b)) > 0;
const sum = (values: readonly Fraction[]) =>
  values.reduce((total, value) => EXACT.plus(total, value), EXACT.of(0));

/**
 * F14: A·w = λ_max·w, Σw = 1; CI = (λ_max−n)/(n−1), CR = CI/RI(n), 0 for n ≤ 2; consistent up to 0.10.
 *
 * A matrix that is wholly consistent has exact weights. So has the mean of the columns; the eigenvector of another one
 * is found in double precision and refused unless A·w = λ·w to 12 digits in every row.
 *
 * @throws InvalidInput
 */
export function ahpWeights(terms: AhpTerms, path = 'matrix'): AhpWeights {
  const { matrix, method = 'eigenvector', randomIndex = 'saaty-1980' } = terms;
  checkReciprocal(matrix, path);
  const { weights, lambdaMax } =
    method === 'column-mean' ? columnMean(matrix) : (consistent(matrix) ?? eigenvector(matrix, path));
  const n = matrix.length;
  const excess = EXACT.minus(lambdaMax, EXACT.of(n));
  const consistencyIndex =
    n > 1 && EXACT.sign(excess) > 0 ? EXACT.over(excess, EXACT.of(n - 1)) : EXACT.of(0);
  const index = parseNumber(`0${RANDOM_INDEX[randomIndex].split(' ')[n - 1] ?? ''}`, 'randomIndex');
  const consistencyRatio = n > 2 ? EXACT.over(consistencyIndex, index) : EXACT.of(0);
  return {
    weights,
    lambdaMax,
    consistencyIndex,
    consistencyRatio,
    isConsistent: !isAbove(consistencyRatio, LARGEST_RATIO),
  };
}

function checkReciprocal(matrix: AhpTerms['matrix'], path: string): void {
  for (const [i, row] of matrix.entries())
    if (row.length !== matrix.length)
      throw new InvalidInput(`${path}[${i}]`, `must hold ${matrix.length} entries: the matrix is square`);
  for (const [i, row] of matrix.entries())
    for (const [j, entry] of row.slice(0, i + 1).entries()) {
      const off = EXACT.minus(EXACT.times(entry, matrix[j]?.[i] as Fraction), ONE);
      const size = { ...off, numerator: off.numerator < 0n ? -off.numerator : off.numerator };
      if (isAbove(size, RECIPROCAL_TOLERANCE))
        throw new InvalidInput(
          `${path}[${i}][${j}]`,
          i === j ? 'must be 1' : `must be the reciprocal of [${j}][${i}], within 0.000001 of it`,
        );
    }
}

type Found = Pick<AhpWeights, 'weights' | 'lambdaMax'>;

/** Where a_ij = a_i0·a_0j throughout, the first column is the eigenvector and λ is n. */
function consistent(matrix: AhpTerms['matrix']): Found | null {
  const [top = []] = matrix;
  const first = matrix.map(([entry]) => entry as Fraction);
  const isSo = matrix.every((row, i) =>
    row.every((entry, j) => {
      const { numerator, denominator } = EXACT.times(first[i] as Fraction, top[j] as Fraction);
      return numerator * entry.denominator === entry.numerator * denominator;
    }),
  );
  if (!isSo) return null;
  const total = sum(first);
  return {
    weights: first.map((entry) => reduced(EXACT.over(entry, total))),
    lambdaMax: EXACT.of(matrix.length),
  };
}

/** w_i is the mean of row i once every column sums to 1; λ_max is then the mean of (A·w)_i/w_i. */
function columnMean(matrix: AhpTerms['matrix']): Found {
  const n = EXACT.of(matrix.length);
  const totals = matrix.map((_, j) => reduced(sum(matrix.map((row) => row[j] as Fraction))));
  const weights = matrix.map((row) =>
    reduced(EXACT.over(sum(row.map((entry, j) => EXACT.over(entry, totals[j] as Fraction))), n)),
  );
  const ratios = matrix.map((row, i) =>
    reduced(
      EXACT.over(
        sum(row.map((entry, j) => EXACT.times(entry, weights[j] as Fraction))),
        weights[i] as Fraction,
      ),
    ),
  );
  return { weights, lambdaMax: EXACT.over(sum(ratios), n) };
}

/** By squaring the matrix, which doubles the digits that are right, and a step with the matrix itself at the end. */
function eigenvector(exact: AhpTerms['matrix'], path: string): Found {
  const matrix = exact.map((row) => row.map(doubleOf));
  let power = matrix;
  let weights = normalised(power.map(total));
  for (let i = 0; i < MOST_SQUARINGS; i++) {
    const largest = Math.max(...power.flat());
    const scaled = power.map((row) => row.map((entry) => entry / largest));
    power = scaled.map((row) => row.map((_, j) => total(row.map((entry, k) => entry * at(scaled, k, j)))));
    const next = normalised(power.map(total));
    const isFound = next.every((weight, j) => weight === weights[j]);
    weights = next;
    if (isFound) break;
  }
  weights = normalised(product(matrix, weights));
  const image = product(matrix, weights);
  const lambda = total(image);
  const isEigenvector = image.every((value, i) => {
    const wanted = lambda * (weights[i] ?? 0);
    return wanted > 0 && Math.abs(value - wanted) <= LARGEST_RESIDUAL * wanted;
  });
  if (!isEigenvector) throw new InvalidInput(path, 'has no eigenvector that can be found to twelve digits');
  const written = (value: number) => fractionOf(decimalOfDouble(value));
  return { weights: weights.map(written), lambdaMax: written(lambda) };
}

const total = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0);
const at = (matrix: readonly (readonly number[])[], i: number, j: number) => matrix[i]?.[j] ?? 0;
const product = (matrix: readonly (readonly number[])[], vector: readonly number[]) =>
  matrix.map((row) => total(row.map((entry, j) => entry * (vector[j] ?? 0))));

function normalised(values: readonly number[]): number[] {
  const sum = total(values);
  return values.map((value) => value / sum);
}

export const ahp = defineMethod<AhpTerms, never, AhpWeights>({
  id: 'ahp',
  version: 1,
  source: 'Saaty, The Analytic Hierarchy Process (1980); random indices as named',
  measure: 'WEIGHTS',
  approach: null,
  inputs: ahpInputs,
  prepare: (terms) => ahpWeights(terms),
  explain: (_, { weights, lambdaMax, consistencyIndex, consistencyRatio, isConsistent }) => ({
    weights: weights.map(decimalOf),
    lambdaMax: decimalOf(lambdaMax),
    consistencyIndex: decimalOf(consistencyIndex),
    consistencyRatio: decimalOf(consistencyRatio),
    consistent: isConsistent,
  }),
});
