import { Precise, type PreciseNumber } from '../precise.ts';

/** Beyond, less than 10^-17 is left. */
const FARTHEST = new Precise('8.5');

/** Φ(x) = ½ + φ(x)·Σ x^(2k+1)/(1·3·…·(2k+1)), in decimals, so that it is the same everywhere. */
export function normalProbability(x: PreciseNumber): PreciseNumber {
  if (x.gt(FARTHEST)) return new Precise(1);
  if (x.lt(FARTHEST.neg())) return new Precise(0);
  let term = x;
  let sum = x;
  for (let k = 3; term.abs().gt('1e-30'); k += 2) {
    term = term.times(x).times(x).div(k);
    sum = sum.plus(term);
  }
  const density = x.times(x).div(-2).exp().div(Precise.acos(-1).times(2).sqrt());
  return density.times(sum).plus('0.5');
}

/**
 * The inverse of Φ to about sixteen digits: Wichura's algorithm AS 241 (PPND16), with a logarithm of our own, because
 * that of the platform may differ in its last digit.
 */
export function normalQuantile(p: number): number {
  const q = p - 0.5;
  if (Math.abs(q) <= 0.425) {
    const r = 0.180625 - q * q;
    return (q * polynomial(CENTRE_OVER, r)) / polynomial(CENTRE_UNDER, r);
  }
  const tail = q < 0 ? p : 1 - p;
  if (tail <= 0) return q < 0 ? -Infinity : Infinity;
  const r = Math.sqrt(-naturalLogarithm(tail));
  const size =
    r <= 5
      ? polynomial(NEAR_OVER, r - 1.6) / polynomial(NEAR_UNDER, r - 1.6)
      : polynomial(FAR_OVER, r - 5) / polynomial(FAR_UNDER, r - 5);
  return q < 0 ? -size : size;
}

/** Coefficients from the constant up. */
function polynomial(coefficients: readonly number[], x: number): number {
  let value = 0;
  for (let i = coefficients.length - 1; i >= 0; i--) value = value * x + (coefficients[i] ?? 0);
  return value;
}

/** Of a number from 0 to 1, by +, −, × and ÷ alone: ln m = 2·artanh((m−1)/(m+1)) and whole powers of two. */
function naturalLogarithm(x: number): number {
  let [mantissa, powers] = [x, 0];
  while (mantissa < Math.SQRT1_2) {
    mantissa *= 2;
    powers -= 1;
  }
  const z = (mantissa - 1) / (mantissa + 1);
  let sum = 0;
  for (let k = 23; k >= 1; k -= 2) sum = sum * z * z + 1 / k;
  return 2 * z * sum + powers * Math.LN2;
}

const CENTRE_OVER = [
  3.387132872796366608, 133.14166789178437745, 1971.5909503065514427, 13731.693765509461125,
  45921.953931549871457, 67265.770927008700853, 33430.575583588128105, 2509.0809287301226727,
];
const CENTRE_UNDER = [
  1, 42.313330701600911252, 687.1870074920579083, 5394.1960214247511077, 21213.794301586595867,
  39307.89580009271061, 28729.085735721942674, 5226.495278852854561,
];
const NEAR_OVER = [
  1.42343711074968357734, 4.6303378461565452959, 5.7694972214606914055, 3.64784832476320460504,
  1.27045825245236838258, 0.24178072517745061177, 0.0227238449892691845833, 7.7454501427834140764e-4,
];
const NEAR_UNDER = [
  1, 2.05319162663775882187, 1.6763848301838038494, 0.68976733498510000455, 0.14810397642748007459,
  0.0151986665636164571966, 5.475938084995344946e-4, 1.05075007164441684324e-9,
];
const FAR_OVER = [
  6.6579046435011037772, 5.4637849111641143699, 1.7848265399172913358, 0.29656057182850489123,
  0.026532189526576123093, 0.0012426609473880784386, 2.71155556874348757815e-5, 2.01033439929228813265e-7,
];
const FAR_UNDER = [
  1, 0.59983220655588793769, 0.13692988092273580531, 0.0148753612908506148525, 7.868691311456132591e-4,
  1.8463183175100546818e-5, 1.4215117583164458887e-7, 2.04426310338993978564e-15,
];
