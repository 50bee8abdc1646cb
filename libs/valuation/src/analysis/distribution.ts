import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import type { RandomGenerator } from 'pure-rand/types/RandomGenerator';

import { InvalidInput } from '#libs/foundation';
import { doubleOf, EXACT, type Fraction } from '#libs/money';

import { fields, number } from '../inputs.ts';
import { preciseOf } from '../precise.ts';
import { normalProbability, normalQuantile } from './normal-distribution.ts';

export interface DistributionTerms {
  readonly uniform?: Bounds;
  readonly triangular?: Bounds & { readonly mode: Fraction };
  readonly normal?: Bounds & { readonly mean: Fraction; readonly deviation: Fraction };
}

interface Bounds {
  readonly min: Fraction;
  readonly max: Fraction;
}

const bounds = { min: number(), max: number() };

/** Every one is bounded: what an input can be is stated, and can be checked before anything is drawn. */
export const distributionInputs = fields(
  {},
  {
    uniform: fields(bounds),
    triangular: fields({ ...bounds, mode: number() }),
    normal: fields({ ...bounds, mean: number(), deviation: number({ above: 0 }) }),
  },
  ['uniform', 'triangular', 'normal'],
);

export interface Distribution extends Bounds {
  readonly draw: (random: RandomGenerator) => number;
}

const isBelow = (a: Fraction, b: Fraction) => EXACT.sign(EXACT.minus(a, b)) < 0;

/** @throws InvalidInput naming the bound that is wrong */
export function distributionOf(
  { uniform, triangular, normal }: DistributionTerms,
  path: string,
): Distribution {
  if (uniform) {
    const { low, width } = checkedBounds(uniform, `${path}.uniform`);
    return { ...uniform, draw: (random) => low + uniformFloat64(random) * width };
  }
  if (triangular) {
    const { low, high, width } = checkedBounds(triangular, `${path}.triangular`);
    if (isBelow(triangular.mode, triangular.min) || isBelow(triangular.max, triangular.mode))
      throw new InvalidInput(`${path}.triangular.mode`, 'must be from min to max');
    const rising = doubleOf(triangular.mode) - low;
    const falling = high - doubleOf(triangular.mode);
    const draw = (random: RandomGenerator) => {
      const area = uniformFloat64(random) * width;
      return area < rising ? low + Math.sqrt(area * rising) : high - Math.sqrt((width - area) * falling);
    };
    return { ...triangular, draw };
  }
  if (normal) return truncatedNormal(normal, `${path}.normal`);
  throw new InvalidInput(path, 'must name a distribution');
}

function checkedBounds({ min, max }: Bounds, path: string) {
  if (!isBelow(min, max)) throw new InvalidInput(`${path}.max`, 'must be above min');
  const [low, high] = [doubleOf(min), doubleOf(max)];
  return { low, high, width: high - low };
}

/** The least part of a normal distribution that its bounds may leave: less could not be drawn from exactly. */
const LEAST_MASS = 1e-6;

/** By the inverse of the distribution function between its values at the bounds, so that no draw is thrown away. */
function truncatedNormal(terms: Required<DistributionTerms>['normal'], path: string): Distribution {
  const { low, high } = checkedBounds(terms, path);
  const deviation = preciseOf(terms.deviation);
  const probabilityBelow = (bound: Fraction) =>
    normalProbability(preciseOf(EXACT.minus(bound, terms.mean)).div(deviation));
  const below = probabilityBelow(terms.min);
  const mass = probabilityBelow(terms.max).minus(below).toNumber();
  if (mass < LEAST_MASS)
    throw new InvalidInput(`${path}.min`, 'must leave, with max, at least a millionth of the distribution');
  const [mean, spread, start] = [doubleOf(terms.mean), doubleOf(terms.deviation), below.toNumber()];
  const draw = (random: RandomGenerator) => {
    const value = mean + spread * normalQuantile(start + uniformFloat64(random) * mass);
    return value < low ? low : value > high ? high : value;
  };
  return { min: terms.min, max: terms.max, draw };
}
