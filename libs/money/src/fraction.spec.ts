import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import { decimalOf, doubleOf, EXACT, type Fraction, reduced, roundHalfUp } from './index.ts';

const over = (numerator: bigint, denominator: bigint): Fraction => ({ numerator, denominator });
const wholes = fc.bigInt({ min: -(10n ** 30n), max: 10n ** 30n });
const positives = fc.bigInt({ min: 1n, max: 10n ** 30n });
const fractions = fc.tuple(wholes, positives).map(([a, b]) => over(a, b));
const isSame = (a: Fraction, b: Fraction) => EXACT.sign(EXACT.minus(a, b)) === 0;

describe('the decimal of a fraction', () => {
  it.each([
    [0n, 7n, '0'],
    [-6n, 3n, '-2'],
    [100n, 1n, '100'],
    [1n, 8n, '0.125'],
    [-1n, 80n, '-0.0125'],
    [2n, 3n, '0.6666666666666666666666666666666666666667'],
    [1n, 3n * 10n ** 50n, `0.${'0'.repeat(50)}3333333333333333333333333333333333333333`],
    [10n ** 60n, 3n, `${'3'.repeat(40)}${'0'.repeat(20)}`],
    [10n ** 45n - 1n, 10n ** 45n * 3n + 1n, '0.3333333333333333333333333333333333333333'],
  ])('of %p / %p', (numerator, denominator, text) => {
    expect(decimalOf(over(numerator, denominator))).toBe(text);
  });

  it('has every digit of what ends, however long', () => {
    const places = fc.integer({ min: 0, max: 300 });
    fc.assert(
      fc.property(wholes, places, places, (whole, twos, fives) => {
        const value = over(whole, 2n ** BigInt(twos) * 5n ** BigInt(fives));
        const [, sign = '', units = '', decimals = ''] =
          /^(-?)(\d+)(?:\.(\d+))?$/.exec(decimalOf(value)) ?? [];
        const read = BigInt(units + decimals) * (sign ? -1n : 1n);
        expect(isSame(over(read, 10n ** BigInt(decimals.length)), value)).toBe(true);
      }),
    );
  });

  it('is within half of the fortieth digit', () => {
    fc.assert(
      fc.property(fractions, (value) => {
        const text = decimalOf(value);
        const [, sign = '', units = '', decimals = ''] = /^(-?)(\d+)(?:\.(\d+))?$/.exec(text) ?? [];
        const read = over(BigInt(units + decimals) * (sign ? -1n : 1n), 10n ** BigInt(decimals.length));
        const error = EXACT.minus(read, value);
        const bound = over(
          value.numerator < 0n ? -value.numerator : value.numerator,
          value.denominator * 10n ** 39n,
        );
        expect(
          EXACT.sign(
            EXACT.minus(bound, EXACT.times(error, error.numerator < 0n ? EXACT.of(-1) : EXACT.of(1))),
          ),
        ).toBeGreaterThanOrEqual(0);
      }),
    );
  });
});

describe('fractions', () => {
  it('divide what they were multiplied by', () => {
    fc.assert(
      fc.property(fractions, fractions, (a, b) => {
        fc.pre(b.numerator !== 0n);
        expect(isSame(EXACT.over(EXACT.times(a, b), b), a)).toBe(true);
        expect(isSame(EXACT.minus(EXACT.plus(a, b), b), a)).toBe(true);
        expect(isSame(reduced(a), a)).toBe(true);
      }),
    );
  });

  it('do not divide by zero', () => {
    expect(() => EXACT.over(EXACT.of(1), EXACT.of(0))).toThrow(RangeError);
  });

  it.each([
    [5n, 2n, 3n],
    [-5n, 2n, -3n],
    [249n, 100n, 2n],
    [-249n, 100n, -2n],
    [0n, 9n, 0n],
  ])('round %p / %p to %p', (numerator, denominator, whole) => {
    expect(roundHalfUp(over(numerator, denominator))).toBe(whole);
  });

  it('become the nearest double', () => {
    expect(doubleOf(over(1n, 3n))).toBe(1 / 3);
    expect(doubleOf(over(-1n, 10n))).toBe(-0.1);
  });
});
