import { DistinctNumbers, type Room } from './distinct-numbers.ts';

/** Up to here every sum and product of whole numbers is exact. */
const EXACT = 2 ** 52;
/** A number of so many characters has at most fifteen digits, which a double tells apart. */
const DOUBLE_CHARACTERS = 15;
const MEAN_DECIMALS = 16;
const POWERS_OF_TEN = Array.from({ length: DOUBLE_CHARACTERS }, (_, i) => 10 ** i);

interface Exact {
  readonly unscaled: bigint;
  readonly scale: number;
}

/** The least, the greatest and the mean of numbers of any length, exactly. Of a usual number nothing is made but a double. */
export class NumberTally {
  private least: string | null = null;
  private greatest: string | null = null;
  /** As doubles; NaN: there is none, or one that a double does not tell apart. */
  private leastDouble = NaN;
  private greatestDouble = NaN;
  private readonly numbers: DistinctNumbers;
  private count = 0;
  /** By the number of decimals. What comes near to being inexact goes into `exactSums`. */
  private readonly sums: number[] = [];
  private readonly exactSums: bigint[] = [];

  constructor(room: Room) {
    this.numbers = new DistinctNumbers(room);
  }

  see(written: string, rows: number): void {
    const text = writtenOut(written);
    const isUsual = text.length <= DOUBLE_CHARACTERS;
    const double = isUsual ? Number(text) : NaN;
    this.count += rows;
    if (!(double >= this.leastDouble) && (this.least === null || isLess(text, this.least))) {
      this.least = text;
      this.leastDouble = double;
    }
    if (!(double <= this.greatestDouble) && (this.greatest === null || isLess(this.greatest, text))) {
      this.greatest = text;
      this.greatestDouble = double;
    }
    if (isUsual) this.numbers.see(double);
    else this.numbers.giveUp();
    const point = text.indexOf('.');
    const scale = point < 0 ? 0 : text.length - point - 1;
    if (!isUsual) {
      this.addExactly(exactOf(text).unscaled * BigInt(rows), scale);
      return;
    }
    const unscaled = scale === 0 ? double : Math.round(double * (POWERS_OF_TEN[scale] ?? NaN));
    const sum = (this.sums[scale] ?? 0) + unscaled * rows;
    if (Math.abs(sum) < EXACT) {
      this.sums[scale] = sum;
      return;
    }
    this.addExactly(BigInt(unscaled) * BigInt(rows), scale);
  }

  /** Null: more than are counted on the way. */
  get distinct(): number | null {
    return this.numbers.count;
  }

  get minimum(): string | null {
    return this.least === null ? null : canonicalNumber(this.least);
  }

  get maximum(): string | null {
    return this.greatest === null ? null : canonicalNumber(this.greatest);
  }

  /** Exact if it ends within 16 decimals more than the longest number has, else rounded half away from zero to them. */
  get mean(): string | null {
    if (this.count === 0) return null;
    const scale = Math.max(0, this.sums.length - 1, this.exactSums.length - 1);
    let sum = 0n;
    for (let decimals = 0; decimals <= scale; decimals++)
      sum +=
        (BigInt(this.sums[decimals] ?? 0) + (this.exactSums[decimals] ?? 0n)) *
        10n ** BigInt(scale - decimals);
    const count = BigInt(this.count);
    const twice = (sum < 0n ? -sum : sum) * 10n ** BigInt(MEAN_DECIMALS) * 2n;
    const rounded = (twice + count) / (2n * count);
    return textOf({ unscaled: sum < 0n ? -rounded : rounded, scale: scale + MEAN_DECIMALS });
  }

  private addExactly(unscaled: bigint, scale: number): void {
    this.exactSums[scale] = (this.exactSums[scale] ?? 0n) + unscaled;
  }
}

/** The one way to write this number: 1 for 1.00, 0 for -0. */
export function canonicalNumber(written: string): string {
  const text = writtenOut(written);
  if (!text.includes('.')) return text === '-0' ? '0' : text;
  let end = text.length;
  while (text.charCodeAt(end - 1) === 0x30) end -= 1;
  if (text[end - 1] === '.') end -= 1;
  const digits = text.slice(0, end);
  return digits === '-0' ? '0' : digits;
}

/** Without an exponent, as PostgreSQL writes it: 1.5E+02 is 150, and 1.50 stays 1.50. */
export function writtenOut(text: string): string {
  // A digit stands last either way, so an exponent of two digits has its letter fourth from the end.
  const letter = text.charCodeAt(text.length - 4) | 0x20;
  if (letter !== 0x65) return text;
  const [, sign = '', whole = '', decimals = '', exponent = ''] =
    /^(-?)(\d+)(?:\.(\d+))?[eE]([+-]\d\d)$/.exec(text) ?? [];
  const point = whole.length + Number(exponent);
  const digits = (whole + decimals).padStart(whole.length + decimals.length + Math.max(0, 1 - point), '0');
  const at = Math.max(1, point);
  const padded = digits.padEnd(at, '0');
  const integer = padded.slice(0, at).replace(/^0+(?=\d)/, '');
  const fraction = padded.slice(at);
  return `${sign}${integer}${fraction && `.${fraction}`}`;
}

function isLess(a: string, b: string): boolean {
  if (a.length <= DOUBLE_CHARACTERS && b.length <= DOUBLE_CHARACTERS) return Number(a) < Number(b);
  const [x, y] = [exactOf(a), exactOf(b)];
  const scale = Math.max(x.scale, y.scale);
  return x.unscaled * 10n ** BigInt(scale - x.scale) < y.unscaled * 10n ** BigInt(scale - y.scale);
}

function exactOf(text: string): Exact {
  const point = text.indexOf('.');
  if (point < 0) return { unscaled: BigInt(text), scale: 0 };
  const decimals = text.slice(point + 1);
  return { unscaled: BigInt(text.slice(0, point) + decimals), scale: decimals.length };
}

function textOf({ unscaled, scale }: Exact): string {
  const digits = (unscaled < 0n ? -unscaled : unscaled).toString().padStart(scale + 1, '0');
  const whole = digits.slice(0, digits.length - scale);
  return canonicalNumber(`${unscaled < 0n ? '-' : ''}${whole}.${digits.slice(digits.length - scale)}`);
}
