import { describe, expect, it } from '@jest/globals';
import { Decimal } from 'decimal.js';
import fc from 'fast-check';

import { canonicalNumber, NumberTally } from './number-tally.ts';

const Exact = Decimal.clone({
  precision: 200,
  rounding: Decimal.ROUND_HALF_UP,
  toExpNeg: -200,
  toExpPos: 200,
});
const tallyOf = (numbers: readonly (readonly [string, number])[]) => {
  const tally = new NumberTally({ numbers: 0 });
  for (const [text, rows] of numbers) tally.see(text, rows);
  return tally;
};
const digits = (most: number) => fc.bigInt({ min: 0n, max: 10n ** BigInt(most) - 1n }).map(String);
const number = fc
  .tuple(
    fc.boolean(),
    fc.oneof(digits(4), digits(14), digits(30)),
    fc.oneof(fc.constant(''), digits(2), digits(20)),
  )
  .map(([isNegative, whole, decimals]) => `${isNegative ? '-' : ''}${whole}${decimals && `.${decimals}`}`);
const scientific = fc
  .tuple(fc.boolean(), digits(6), fc.oneof(fc.constant(''), digits(3)), fc.integer({ min: -12, max: 12 }))
  .map(([isNegative, whole, decimals, exponent]) => {
    const power = `${exponent < 0 ? '-' : '+'}${String(Math.abs(exponent)).padStart(2, '0')}`;
    return `${isNegative ? '-' : ''}${whole}${decimals && `.${decimals}`}E${power}`;
  });

describe('NumberTally', () => {
  it('finds the least, the greatest and the mean of numbers of any length', () => {
    const some = fc.array(
      fc.tuple(fc.oneof(number, scientific), fc.oneof(fc.constant(1), fc.integer({ min: 1, max: 2 ** 31 }))),
      {
        minLength: 1,
      },
    );
    fc.assert(
      fc.property(some, (numbers) => {
        const tally = tallyOf(numbers);
        const values = numbers.map(([text]) => new Exact(text));
        const sum = numbers.reduce(
          (total, [text, rows]) => total.plus(new Exact(text).times(rows)),
          new Exact(0),
        );
        const scale = Math.max(...values.map((value) => value.decimalPlaces()));
        const mean = sum.div(numbers.reduce((total, [, rows]) => total + rows, 0));

        expect(new Exact(tally.minimum ?? '').eq(Exact.min(...values))).toBe(true);
        expect(new Exact(tally.maximum ?? '').eq(Exact.max(...values))).toBe(true);
        expect(
          mean
            .minus(tally.mean ?? '')
            .abs()
            .lte(new Exact(10).pow(-16 - scale)),
        ).toBe(true);
      }),
    );
  });

  it.each([
    [['1', '2'], '1.5'],
    [['0.10', '0.20'], '0.15'],
    [['1', '1', '2'], '1.3333333333333333'],
    [['-1', '-1', '0'], '-0.6666666666666667'],
    [['9223372036854775807', '9223372036854775807'], '9223372036854775807'],
    [['4503599627370495', '4503599627370495', '3'], '3002399751580331'],
  ])('has %j in the mean at %s', (texts, mean) => {
    expect(tallyOf(texts.map((text) => [text, 1])).mean).toBe(mean);
  });

  it('has nothing of no numbers', () => {
    expect(tallyOf([])).toMatchObject({ minimum: null, maximum: null, mean: null });
  });
});

describe('canonicalNumber', () => {
  it.each([
    ['1.00', '1'],
    ['100', '100'],
    ['-0', '0'],
    ['-0.00', '0'],
    ['0.50', '0.5'],
    ['-10.10', '-10.1'],
    ['1.00E+05', '100000'],
    ['-1.25e+01', '-12.5'],
    ['1.25E-02', '0.0125'],
    ['0E+03', '0'],
    ['120E-01', '12'],
    ['1.5E+00', '1.5'],
  ])('writes %s as %s', (text, canonical) => {
    expect(canonicalNumber(text)).toBe(canonical);
  });
});
