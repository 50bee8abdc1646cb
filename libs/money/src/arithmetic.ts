import type { Fraction } from './fraction.ts';

/** The operations that a formula needs, so that one formula serves exact results and quick estimates alike. */
export interface Arithmetic<N> {
  readonly of: (whole: number) => N;
  readonly plus: (a: N, b: N) => N;
  readonly minus: (a: N, b: N) => N;
  readonly times: (a: N, b: N) => N;
  /** @throws RangeError when `b` is zero */
  readonly over: (a: N, b: N) => N;
  /** Below zero, zero, or above it. */
  readonly sign: (a: N) => number;
}

const fraction = (numerator: bigint, denominator: bigint): Fraction =>
  denominator < 0n ? { numerator: -numerator, denominator: -denominator } : { numerator, denominator };

/** Fractions, never rounded and never reduced on the way: reducing costs more than it saves in a formula. */
export const EXACT: Arithmetic<Fraction> = {
  of: (whole) => ({ numerator: BigInt(whole), denominator: 1n }),
  plus: (a, b) =>
    a.denominator === b.denominator
      ? { numerator: a.numerator + b.numerator, denominator: a.denominator }
      : {
          numerator: a.numerator * b.denominator + b.numerator * a.denominator,
          denominator: a.denominator * b.denominator,
        },
  minus: (a, b) => EXACT.plus(a, { numerator: -b.numerator, denominator: b.denominator }),
  times: (a, b) => ({ numerator: a.numerator * b.numerator, denominator: a.denominator * b.denominator }),
  over: (a, b) => {
    if (b.numerator === 0n) throw new RangeError('Division by zero');
    return fraction(a.numerator * b.denominator, a.denominator * b.numerator);
  },
  sign: (a) => (a.numerator > 0n ? 1 : a.numerator < 0n ? -1 : 0),
};

/** Double precision. Only what IEEE 754 rounds the same everywhere, so results are the same on every platform. */
export const DOUBLE: Arithmetic<number> = {
  of: (whole) => whole,
  plus: (a, b) => a + b,
  minus: (a, b) => a - b,
  times: (a, b) => a * b,
  over: (a, b) => {
    if (b === 0) throw new RangeError('Division by zero');
    return a / b;
  },
  sign: (a) => (a > 0 ? 1 : a < 0 ? -1 : 0),
};
