import { InvalidInput } from '#libs/foundation';
import { decimalOf, EXACT, type Fraction, reduced } from '#libs/money';

import { checkNumber, type NumberPlace, readInputs } from '../inputs.ts';
import type { Method } from '../method.ts';
import { methodOf } from '../methods.ts';
import { atOnce, type Steps } from './steps.ts';

/** One input moved, all others as given. */
export interface MovedInput {
  readonly input: string;
  /** Null where the method refuses that input, with the rule it breaks. */
  readonly value: string | null;
  readonly rule: string | null;
}

export interface InputSensitivity {
  readonly path: string;
  readonly given: string;
  readonly low: MovedInput;
  readonly high: MovedInput;
  /** From the least to the greatest of the values at both ends and as given. */
  readonly swing: string;
}

export interface Sensitivity {
  readonly value: string;
  /** The widest swing first, equal ones as the method takes them: a tornado. */
  readonly inputs: readonly InputSensitivity[];
}

/** Each is computed twice, so that this bounds the time. */
const MOST_INPUTS = 250;
/** Of all inputs together, times the inputs: exact values grow with their digits, and so do the time and what is told. */
const MOST_DIGITS = 400_000;
const TENTH: Fraction = { numerator: 1n, denominator: 10n };

/**
 * Each numeric input of a method ten per cent down and ten per cent up, one at a time. A whole number moves to the
 * nearest one, by one at least. What is bound to other inputs, as weights and the entries of matrices are, stays.
 *
 * @throws InvalidInput
 */
export function sensitivity(method: Pick<Method, 'id' | 'version'>, inputs: unknown): Sensitivity {
  return atOnce(sensing(method, inputs));
}

/** As `sensitivity`, in steps. @throws InvalidInput */
export function* sensing(
  { id, version }: Pick<Method, 'id' | 'version'>,
  inputs: unknown,
): Steps<Sensitivity> {
  const method = methodOf(id, version);
  const { value } = method;
  if (!value) throw new InvalidInput('method', 'must come to one number');
  const { terms, places } = readInputs(method.inputs, inputs, (exact) => exact);
  const free = places.filter(({ shape }) => shape.kind === 'count' || !shape.isBound);
  if (free.length > MOST_INPUTS)
    throw new InvalidInput('$', `must hold at most ${MOST_INPUTS} numbers that can be varied`);
  const digits = places.reduce((sum, { given }) => sum + digitsOf(given), 0);
  if (free.length * digits > MOST_DIGITS)
    throw new InvalidInput('$', 'must hold fewer numbers, or shorter ones, for each of them to be varied');
  const prepared = method.prepare(terms);
  const base = value(terms, prepared);

  const moved = (
    place: NumberPlace<Fraction>,
    input: Fraction,
  ): { shown: MovedInput; reached: Fraction | null } => {
    const shown = { input: decimalOf(input) };
    try {
      checkNumber(place.shape, input, place.path);
      place.put(input);
      const reached = value(terms, prepared);
      return { shown: { ...shown, value: decimalOf(reached), rule: null }, reached };
    } catch (error) {
      if (!(error instanceof InvalidInput)) throw error;
      return { shown: { ...shown, value: null, rule: error.message }, reached: null };
    } finally {
      place.put(place.given);
    }
  };

  const found = [];
  for (const place of free) {
    const low = moved(place, movedDown(place));
    const high = moved(place, movedUp(place));
    const reached = [base, low.reached, high.reached].filter((end) => end !== null);
    const swing = EXACT.minus(reached.reduce(larger), reached.reduce(smaller));
    found.push({ path: place.path, given: place.given, low: low.shown, high: high.shown, swing });
    yield;
  }
  return {
    value: decimalOf(base),
    inputs: found
      .toSorted((a, b) => EXACT.sign(EXACT.minus(b.swing, a.swing)))
      .map(({ path, given, low, high, swing }) => ({
        path,
        given: decimalOf(given),
        low,
        high,
        swing: decimalOf(swing),
      })),
  };
}

const digitsOf = ({ numerator, denominator }: Fraction) =>
  numerator.toString().length + denominator.toString().length;
const larger = (a: Fraction, b: Fraction) => (EXACT.sign(EXACT.minus(a, b)) >= 0 ? a : b);
const smaller = (a: Fraction, b: Fraction) => (EXACT.sign(EXACT.minus(a, b)) <= 0 ? a : b);

const movedDown = (place: NumberPlace<Fraction>) => movedBy(place, -1);
const movedUp = (place: NumberPlace<Fraction>) => movedBy(place, 1);

function movedBy({ shape, given }: NumberPlace<Fraction>, direction: 1 | -1): Fraction {
  const tenth = EXACT.times(EXACT.times(given, TENTH), EXACT.of(direction));
  if (shape.kind === 'number') return reduced(EXACT.plus(given, tenth));
  // Counts are 0 or more.
  const rounded = (given.numerator + 5n) / 10n;
  return EXACT.of(Number(given.numerator + BigInt(direction) * (rounded > 0n ? rounded : 1n)));
}
