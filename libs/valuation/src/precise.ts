import { Decimal } from 'decimal.js';

import type { Fraction } from '#libs/money';

/** Decimals of forty digits, for what no fraction is: roots and logarithms. The same on every platform. */
export const Precise = Decimal.clone({
  precision: 40,
  rounding: Decimal.ROUND_HALF_UP,
  // Never written with an exponent.
  toExpNeg: -9e15,
  toExpPos: 9e15,
});
export type PreciseNumber = Decimal;

export function preciseOf({ numerator, denominator }: Fraction): PreciseNumber {
  return new Precise(numerator.toString()).div(denominator.toString());
}

export function fractionOf(value: PreciseNumber): Fraction {
  const places = value.decimalPlaces();
  return { numerator: BigInt(value.times(`1e${places}`).toFixed(0)), denominator: 10n ** BigInt(places) };
}

/** Fifteen digits are what a double is good for; with them it is written, and counted on with. */
export function decimalOfDouble(value: number): PreciseNumber {
  return new Precise(value).toSignificantDigits(15);
}
