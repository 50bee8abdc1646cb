import { InvalidInput } from '#libs/foundation';

/** An exact rational number; the denominator is positive. */
export interface Fraction {
  readonly numerator: bigint;
  readonly denominator: bigint;
}

/** Reads a JSON number, `"0.125"` or `"1/3"` exactly. @throws InvalidInput naming `path` */
export function parseFraction(value: unknown, path: string): Fraction {
  const text = typeof value === 'number' ? String(value) : value;
  const match =
    typeof text === 'string' ? /^(-?\d{1,40})(?:\.(\d{1,40}))?(?:\/(\d{1,40}))?$/.exec(text) : null;
  if (!match) throw new InvalidInput(path, 'must be a decimal or a fraction such as 1/3');
  const decimals = match[2] ?? '';
  const denominator = BigInt(match[3] ?? '1') * 10n ** BigInt(decimals.length);
  if (denominator === 0n) throw new InvalidInput(path, 'must not divide by zero');
  return { numerator: BigInt((match[1] ?? '') + decimals), denominator };
}

/** The same proportions as whole numbers, in the order given. */
export function commonWeights(fractions: readonly Fraction[]): bigint[] {
  const common = fractions.reduce((product, { denominator }) => product * denominator, 1n);
  return fractions.map(({ numerator, denominator }) => numerator * (common / denominator));
}
