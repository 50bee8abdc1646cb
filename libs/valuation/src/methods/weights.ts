import { InvalidInput } from '#libs/foundation';
import { EXACT, type Fraction } from '#libs/money';

/** @throws InvalidInput when the weights do not sum to 1 exactly; a third is written 1/3 */
export function checkSumIsOne(weights: readonly Fraction[], path: string): void {
  const sum = weights.reduce((total, weight) => EXACT.plus(total, weight), EXACT.of(0));
  if (sum.numerator !== sum.denominator) throw new InvalidInput(path, 'must sum to exactly 1');
}
