import { InvalidInput } from '#libs/foundation';
import { type Fraction, reduced } from '#libs/money';

/** What a method takes, as data: it is read by it, and it can be shown. */
export type InputShape = NumberShape | CountShape | ChoiceShape | TextShape | ListShape | FieldsShape;

export interface NumberShape {
  readonly kind: 'number';
  readonly above?: number;
  readonly atLeast?: number;
  readonly atMost?: number;
  /** "1/3" is a number too. */
  readonly takesFractions?: true;
  /** Bound to others by a sum or a ratio, so it is not varied or drawn by itself. */
  readonly isBound?: true;
}

/** A whole number, such as of years. */
export interface CountShape {
  readonly kind: 'count';
  readonly atLeast: number;
  readonly atMost: number;
}

export interface ChoiceShape {
  readonly kind: 'choice';
  readonly among: readonly string[];
}

export interface TextShape {
  readonly kind: 'text';
}

export interface ListShape {
  readonly kind: 'list';
  readonly of: InputShape;
  readonly atLeast: number;
  readonly atMost: number;
}

export interface FieldsShape {
  readonly kind: 'fields';
  readonly required: Readonly<Record<string, InputShape>>;
  readonly optional: Readonly<Record<string, InputShape>>;
  /** Exactly one of these optional fields is given. */
  readonly oneOf?: readonly string[];
}

export const number = (limits: Omit<NumberShape, 'kind'> = {}): NumberShape => ({
  kind: 'number',
  ...limits,
});
export const count = (atLeast: number, atMost: number): CountShape => ({ kind: 'count', atLeast, atMost });
export const choice = (...among: readonly string[]): ChoiceShape => ({ kind: 'choice', among });
export const text: TextShape = { kind: 'text' };
export const list = (of: InputShape, atMost: number, atLeast = 1): ListShape => ({
  kind: 'list',
  of,
  atLeast,
  atMost,
});
export const fields = (
  required: FieldsShape['required'],
  optional: FieldsShape['optional'] = {},
  oneOf?: readonly string[],
): FieldsShape => ({ kind: 'fields', required, optional, ...(oneOf && { oneOf }) });

/** A number inside of inputs that were read: where it is, and how another one is put in its place. */
export interface NumberPlace<N> {
  readonly path: string;
  readonly shape: NumberShape | CountShape;
  readonly given: Fraction;
  readonly put: (value: N) => void;
}

export interface ReadInputs<N> {
  /** The inputs as given, every number made an `N`; counts are plain numbers. */
  readonly terms: unknown;
  /** In the order of the shape. */
  readonly places: readonly NumberPlace<N>[];
}

/**
 * Reads JSON by a shape: exactly the fields it names, nothing missing and nothing more.
 *
 * @throws InvalidInput naming the path of the first entry that is not so
 */
export function readInputs<N>(
  shape: InputShape,
  value: unknown,
  numberOf: (exact: Fraction) => N,
): ReadInputs<N> {
  const places: NumberPlace<N>[] = [];
  let terms: unknown = null;
  const setRoot = (read: unknown) => {
    terms = read;
  };
  read(shape, value, '', setRoot);
  return { terms, places };

  function read(of: InputShape, given: unknown, path: string, put: (read: unknown) => void): void {
    switch (of.kind) {
      case 'number': {
        const exact = parseNumber(given, path, of.takesFractions);
        checkNumber(of, exact, path);
        places.push({ path, shape: of, given: exact, put });
        put(numberOf(exact));
        return;
      }
      case 'count': {
        const whole = parseNumber(given, path);
        checkNumber(of, whole, path);
        // A count is a plain number whatever the others are.
        const putCount = (counted: unknown) => {
          put(typeof counted === 'number' ? counted : Number((counted as Fraction).numerator));
        };
        places.push({ path, shape: of, given: whole, put: putCount });
        putCount(whole);
        return;
      }
      case 'choice':
        if (typeof given !== 'string' || !of.among.includes(given))
          throw new InvalidInput(path, `must be one of ${of.among.join(', ')}`);
        put(given);
        return;
      case 'text':
        if (typeof given !== 'string' || given.length < 1 || given.length > MOST_CHARACTERS)
          throw new InvalidInput(path, `must be a text of 1 to ${MOST_CHARACTERS} characters`);
        put(given);
        return;
      case 'list': {
        if (!Array.isArray(given)) throw new InvalidInput(path || '$', 'must be a list');
        if (given.length < of.atLeast || given.length > of.atMost)
          throw new InvalidInput(path || '$', `must hold ${of.atLeast} to ${of.atMost} entries`);
        const entries: unknown[] = [];
        // Not by forEach, which steps over what a list lacks.
        for (let i = 0; i < given.length; i++)
          read(of.of, given[i], `${path}[${i}]`, (entry) => {
            entries[i] = entry;
          });
        put(entries);
        return;
      }
      case 'fields':
        put(readFields(of, given, path));
    }
  }

  function readFields({ required, optional, oneOf }: FieldsShape, given: unknown, path: string): unknown {
    if (typeof given !== 'object' || given === null || Array.isArray(given))
      throw new InvalidInput(path || '$', 'must be an object');
    const at = (name: string) => (path ? `${path}.${name}` : name);
    for (const name of Object.keys(required))
      if (!Object.hasOwn(given, name)) throw new InvalidInput(at(name), 'is missing');
    for (const name of Object.keys(given))
      if (!Object.hasOwn(required, name) && !Object.hasOwn(optional, name))
        throw new InvalidInput(
          at(name),
          name === 'currency' ? `is not stated per entry: ${IN_ONE_CURRENCY}` : 'is not known here',
        );
    if (oneOf && oneOf.filter((name) => Object.hasOwn(given, name)).length !== 1)
      throw new InvalidInput(at(oneOf[0] ?? ''), `give exactly one of ${oneOf.join(', ')}`);
    const found: Record<string, unknown> = {};
    for (const [name, of] of [...Object.entries(required), ...Object.entries(optional)])
      if (Object.hasOwn(given, name))
        read(of, (given as Record<string, unknown>)[name], at(name), (entry) => {
          found[name] = entry;
        });
    return found;
  }
}

/** @throws InvalidInput when a number is out of its shape's limits */
export function checkNumber(shape: NumberShape | CountShape, value: Fraction, path: string): void {
  const than = (limit: number) => value.numerator - BigInt(limit) * value.denominator;
  if (shape.kind === 'count') {
    const { atLeast, atMost } = shape;
    if (value.denominator !== 1n || than(atLeast) < 0n || than(atMost) > 0n)
      throw new InvalidInput(path, `must be a whole number of ${atLeast} to ${atMost}`);
    return;
  }
  const { above, atLeast, atMost } = shape;
  if (above !== undefined && than(above) <= 0n) throw new InvalidInput(path, `must be above ${above}`);
  if (atLeast !== undefined && than(atLeast) < 0n)
    throw new InvalidInput(path, atLeast === 0 ? 'must not be negative' : `must be at least ${atLeast}`);
  if (atMost !== undefined && than(atMost) > 0n) throw new InvalidInput(path, `must be at most ${atMost}`);
}

const IN_ONE_CURRENCY = 'amounts are in CNY';
const MOST_CHARACTERS = 200;
const MOST_DIGITS = 30;
const MOST_DECIMALS = 40;

/**
 * A decimal given as text or as a JSON number, and where it may be one, a fraction such as "1/3"; in lowest terms. What
 * it may be is bounded, so that a few characters never stand for a number that fills the memory.
 *
 * @throws InvalidInput
 */
export function parseNumber(value: unknown, path: string, takesFractions?: true): Fraction {
  const given = typeof value === 'number' ? String(value) : value;
  const written = typeof given === 'string' ? given : '';
  const [, over, under] = (takesFractions && /^(-?\d{1,9})\/(\d{1,9})$/.exec(written)) || [];
  if (over !== undefined && under !== undefined) {
    if (Number(under) === 0) throw new InvalidInput(path, 'must not divide by zero');
    return reduced({ numerator: BigInt(over), denominator: BigInt(under) });
  }
  const [, sign, whole, decimals = '', exponent = '0'] =
    /^(-?)(\d{1,30})(?:\.(\d{1,40}))?(?:e([+-]?\d{1,2}))?$/i.exec(written) ?? [];
  if (whole === undefined) {
    const isWithUnit = /^[^\d]*\d[\d.,]*[^\d]*$/.test(written) && /[\p{L}\p{Sc}]/u.test(written);
    const isWithCurrency = typeof value === 'object' && value !== null && 'currency' in value;
    if (isWithUnit || isWithCurrency)
      throw new InvalidInput(path, `must be a number and no unit: ${IN_ONE_CURRENCY}`);
    throw new InvalidInput(
      path,
      takesFractions ? 'must be a decimal number, or a fraction such as 1/3' : 'must be a decimal number',
    );
  }
  const places = decimals.length - Number(exponent);
  const digits = BigInt(`${whole}${decimals}`);
  const numerator = places < 0 ? digits * 10n ** BigInt(-places) : digits;
  const denominator = places > 0 ? 10n ** BigInt(places) : 1n;
  if (places > MOST_DECIMALS || numerator >= denominator * 10n ** BigInt(MOST_DIGITS))
    throw new InvalidInput(path, `must be below 10^${MOST_DIGITS}, with at most ${MOST_DECIMALS} decimals`);
  return reduced({ numerator: sign ? -numerator : numerator, denominator });
}
