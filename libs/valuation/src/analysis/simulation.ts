import { mersenne } from 'pure-rand/generator/mersenne';

import { InvalidInput } from '#libs/foundation';
import { doubleOf } from '#libs/money';

import { checkNumber, count, fields, list, readInputs, text } from '../inputs.ts';
import type { Method } from '../method.ts';
import { methodOf } from '../methods.ts';
import { decimalOfDouble } from '../precise.ts';
import { type DistributionTerms, distributionInputs, distributionOf } from './distribution.ts';
import { atOnce, type Steps } from './steps.ts';

interface SimulationTerms {
  readonly seed: number;
  readonly draws: number;
  readonly distributions: readonly { readonly input: string; readonly distribution: DistributionTerms }[];
}

export interface Simulation {
  readonly mean: string;
  readonly p5: string;
  readonly p50: string;
  readonly p95: string;
  readonly draws: number;
  readonly seed: number;
  /** The generator of random numbers: the Mersenne Twister with 32-bit seeds. */
  readonly generator: 'MT19937';
}

const settings = fields({
  seed: count(0, 2 ** 32 - 1),
  draws: count(1, 1_000_000),
  distributions: list(fields({ input: text, distribution: distributionInputs }), 250),
});

/** Of all distributions together: this bounds the time. */
const MOST_DRAWN = 2_000_000;
/** A few milliseconds. */
const DRAWS_IN_A_STEP = 500;

/**
 * What a method comes to when some of its inputs are not certain: Monte Carlo over declared distributions, each input
 * drawn by itself, in the order declared. The same settings and inputs give the same bytes on every platform: only
 * operations that IEEE 754 rounds exactly are used. Percentiles lie between the two nearest draws in proportion.
 *
 * `given`: `{"seed", "draws", "distributions": [{"input": "cashFlows[0]", "distribution": {"uniform": {"min","max"}} |
 * {"triangular": {"min","mode","max"}} | {"normal": {"mean","deviation","min","max"}}}]}`, the paths as refusals name them.
 *
 * @throws InvalidInput, also where a distribution reaches what the method does not take
 */
export function simulate(
  method: Pick<Method, 'id' | 'version'>,
  inputs: unknown,
  given: unknown,
): Simulation {
  return atOnce(simulating(method, inputs, given));
}

/** As `simulate`, in steps. @throws InvalidInput */
export function* simulating(
  { id, version }: Pick<Method, 'id' | 'version'>,
  inputs: unknown,
  given: unknown,
): Steps<Simulation> {
  const { estimate, inputs: shape, prepare } = methodOf(id, version);
  if (!estimate) throw new InvalidInput('method', 'must come to one number');
  const { seed, draws, distributions } = readInputs(settings, given, (exact) => exact)
    .terms as SimulationTerms;
  if (draws * distributions.length > MOST_DRAWN)
    throw new InvalidInput('draws', `must be, times the distributions, ${MOST_DRAWN} at most`);
  const prepared = prepare(readInputs(shape, inputs, (exact) => exact).terms);
  const { terms, places } = readInputs(shape, inputs, doubleOf);
  const drawn = distributions.map(({ input, distribution: declared }, i) => {
    const path = `distributions[${i}]`;
    const place = places.find((one) => one.path === input);
    if (!place || place.shape.kind === 'count' || place.shape.isBound)
      throw new InvalidInput(`${path}.input`, 'must be the path of a number given that can vary by itself');
    if (distributions.findIndex((other) => other.input === input) < i)
      throw new InvalidInput(`${path}.input`, 'must have one distribution');
    const distribution = distributionOf(declared, `${path}.distribution`);
    checkNumber(place.shape, distribution.min, `${path}.distribution`);
    checkNumber(place.shape, distribution.max, `${path}.distribution`);
    return { put: place.put, draw: distribution.draw };
  });

  const random = mersenne(seed);
  const values = new Float64Array(draws);
  let sum = 0;
  try {
    for (let n = 0; n < draws; n++) {
      for (const { put, draw } of drawn) put(draw(random));
      const value = estimate(terms, prepared);
      values[n] = value;
      sum += value;
      if (n % DRAWS_IN_A_STEP === 0) yield;
    }
  } catch (error) {
    if (!(error instanceof InvalidInput)) throw error;
    throw new InvalidInput('distributions', `reach what the method does not take (${error.message})`);
  }
  // An infinity or NaN among the values stays in their sum.
  if (!Number.isFinite(sum))
    throw new InvalidInput('distributions', 'reach a value that is beyond double precision');
  values.sort();
  const percentile = (part: number) => {
    const position = ((draws - 1) * part) / 100;
    const below = Math.floor(position);
    const low = values[below] ?? 0;
    const high = values[Math.min(below + 1, draws - 1)] ?? 0;
    return written(low + (high - low) * (position - below));
  };
  return {
    mean: written(sum / draws),
    p5: percentile(5),
    p50: percentile(50),
    p95: percentile(95),
    draws,
    seed,
    generator: 'MT19937',
  };
}

const written = (value: number) => decimalOfDouble(value).toString();
