import { Decimal } from 'decimal.js';

import { InvalidInput } from '#libs/foundation';

/** Forty significant digits: terminating results of usual size are exact, others far beyond the twelve promised. */
export const Exact = Decimal.clone({
  precision: 40,
  rounding: Decimal.ROUND_HALF_UP,
  toExpNeg: -1000,
  toExpPos: 1000,
});

export type ExactDecimal = Decimal;

/** A decimal number given as text or as a JSON number. @throws InvalidInput naming `path` */
export function parseDecimal(value: unknown, path: string): ExactDecimal {
  const text = typeof value === 'number' ? String(value) : value;
  if (typeof text !== 'string' || !/^-?\d{1,30}(\.\d{1,20})?(e-?\d{1,2})?$/i.test(text))
    throw new InvalidInput(path, 'must be a decimal number');
  return new Exact(text);
}
