import type { Fraction } from './fraction.ts';

/** Of a fraction that does not terminate; three times what is promised. */
const SIGNIFICANT_DIGITS = 40;

/** In lowest terms. */
export function reduced({ numerator, denominator }: Fraction): Fraction {
  let [a, b] = [numerator < 0n ? -numerator : numerator, denominator];
  while (b !== 0n) [a, b] = [b, a % b];
  return a > 1n ? { numerator: numerator / a, denominator: denominator / a } : { numerator, denominator };
}

/** The decimal that a fraction is: all its digits where they end, else forty significant ones, rounded half up. */
export function decimalOf({ numerator, denominator }: Fraction): string {
  const sign = numerator < 0n ? '-' : '';
  const size = numerator < 0n ? -numerator : numerator;
  if (size === 0n) return '0';
  const [withoutTwos, twos] = withoutFactor(denominator, 2n);
  const [rest, fives] = withoutFactor(withoutTwos, 5n);
  if (size % rest === 0n) {
    const places = Math.max(twos, fives);
    const digits = (size / rest) * 2n ** BigInt(places - twos) * 5n ** BigInt(places - fives);
    return sign + placed(digits, places);
  }
  // Two digits to spare. What does not terminate is never half way between two roundings, so they decide.
  let places =
    SIGNIFICANT_DIGITS + 2 - Math.floor((bitsOf(size) - bitsOf(denominator)) * Math.LOG10E * Math.LN2);
  const scaled = (by: number) =>
    by >= 0 ? (size * 10n ** BigInt(by)) / denominator : size / (denominator * 10n ** BigInt(-by));
  let digits = scaled(places);
  const spare = digits.toString().length - SIGNIFICANT_DIGITS;
  digits = (digits / 10n ** BigInt(spare - 1) + 5n) / 10n;
  places -= spare;
  return sign + (places >= 0 ? placed(digits, places) : (digits * 10n ** BigInt(-places)).toString());
}

/** Rounded to a whole number, halves away from zero. */
export function roundHalfUp({ numerator, denominator }: Fraction): bigint {
  const size = numerator < 0n ? -numerator : numerator;
  const whole = (size * 2n + denominator) / (denominator * 2n);
  return numerator < 0n ? -whole : whole;
}

/** The nearest double. */
export function doubleOf(fraction: Fraction): number {
  return Number(decimalOf(fraction));
}

const bitsOf = (value: bigint) => value.toString(16).length * 4;

/** `digits` with the point before the last `places` of them, without zeros at the end. */
function placed(digits: bigint, places: number): string {
  const text = digits.toString().padStart(places + 1, '0');
  const decimals = text.slice(text.length - places).replace(/0+$/, '');
  const whole = text.slice(0, text.length - places);
  return places > 0 && decimals ? `${whole}.${decimals}` : whole;
}

/** A positive number without one prime factor, and how often it held it; by squares, since it may be huge. */
function withoutFactor(value: bigint, factor: bigint): [rest: bigint, times: number] {
  const powers: bigint[] = [];
  for (let power = factor; value % power === 0n; power *= power) powers.push(power);
  let [rest, times] = [value, 0];
  // The next square did not divide it, so each of these goes once at most.
  for (const [i, power] of [...powers.entries()].reverse())
    if (rest % power === 0n) {
      rest /= power;
      times += 2 ** i;
    }
  return [rest, times];
}
