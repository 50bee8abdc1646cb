import { InvalidInput } from '#libs/foundation';

/** ISO 4217 codes that the exchange books in, with their number of decimals. */
const EXPONENTS = { CNY: 2 } as const;
export type Currency = keyof typeof EXPONENTS;

/** An exact amount in minor units (fen). Never a float. */
export class Money {
  private constructor(
    readonly minorUnits: bigint,
    readonly currency: Currency,
  ) {}

  static ofMinorUnits(minorUnits: bigint, currency: Currency): Money {
    return new Money(minorUnits, currency);
  }

  /** Reads `"12.30"`. @throws InvalidInput naming `path` when it is not an amount to the currency's decimals */
  static parse(text: string, currency: Currency, path: string): Money {
    const digits = EXPONENTS[currency];
    const match = /^(-?)(\d{1,15})(?:\.(\d+))?$/.exec(text);
    if (!match || (match[3]?.length ?? 0) > digits)
      throw new InvalidInput(path, `must be a decimal with at most ${digits} decimals`);
    const units = BigInt((match[2] ?? '') + (match[3] ?? '').padEnd(digits, '0'));
    return new Money(match[1] ? -units : units, currency);
  }

  /** All the currency's decimals: `"12.30"`. */
  toDecimal(): string {
    const digits = EXPONENTS[this.currency];
    const sign = this.minorUnits < 0n ? '-' : '';
    const text = (this.minorUnits < 0n ? -this.minorUnits : this.minorUnits)
      .toString()
      .padStart(digits + 1, '0');
    return `${sign}${text.slice(0, -digits)}.${text.slice(-digits)}`;
  }
}
