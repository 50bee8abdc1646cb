import { isResidentId, usccFault } from '#libs/foundation';

import { ColumnType } from './column-type.ts';

/** What the values of a column are, beside the type they are stored as. */
export enum ColumnMeaning {
  RESIDENT_ID = 'RESIDENT_ID',
  USCC = 'USCC',
  MOBILE_PHONE = 'MOBILE_PHONE',
  DATE = 'DATE',
  REGION_CODE = 'REGION_CODE',
  AMOUNT = 'AMOUNT',
  CODE = 'CODE',
  QUANTITY = 'QUANTITY',
  FREE_TEXT = 'FREE_TEXT',
}

/** What a column is taken for until its provider says what it is. */
export interface ProposedMeaning {
  readonly meaning: ColumnMeaning;
  /** Values that are of this meaning, of all there are: four decimals, rounded down, so that 1 is all of them. */
  readonly share: string;
}

/**
 * From which share of conforming values a column is proposed to be what they are; the first that is reached counts.
 * Ours: the standards say what a value looks like, and not how dirty a column may be. Half is enough where natural
 * persons are to be protected; an amount loses its last zeros in many an export.
 */
const PROPOSED_FROM: readonly (readonly [ColumnMeaning, number])[] = [
  [ColumnMeaning.RESIDENT_ID, 0.5],
  [ColumnMeaning.USCC, 0.8],
  [ColumnMeaning.MOBILE_PHONE, 0.5],
  [ColumnMeaning.DATE, 0.9],
  [ColumnMeaning.REGION_CODE, 0.9],
  [ColumnMeaning.AMOUNT, 0.8],
];

/** A code list has few values, and each of them often. Ours. */
const MOST_CODES = 32;
const ROWS_PER_CODE = 10;

const PERSONAL: ReadonlySet<ColumnMeaning> = new Set([ColumnMeaning.RESIDENT_ID, ColumnMeaning.MOBILE_PHONE]);

/** Whether a column of this meaning identifies natural persons, unless its provider says otherwise. */
export function isPersonalMeaning(meaning: ColumnMeaning | null): boolean {
  return meaning !== null && PERSONAL.has(meaning);
}

/** GB/T 2260: two digits each of province, city and county; a whole province or city has zeros behind it. */
const REGION = /^(?:1[1-5]|2[1-3]|3[1-7]|4[1-6]|5[0-4]|6[1-5]|71|8[12])(?:0000|(?!00)\d{4})$/;
/** Mainland numbers of eleven digits, with or without the country's code. */
const MOBILE_PHONE = /^(?:\+?86[- ]?)?1[3-9]\d[- ]?\d{4}[- ]?\d{4}$/;
/** As money is written: two decimals, parted thousands, a currency. */
const AMOUNT =
  /^[+-]?(?:[¥￥] ?-?(?:\d+|\d{1,3}(?:,\d{3})+)(?:\.\d{1,2})?|\d{1,3}(?:,\d{3})+(?:\.\d{1,2})?|\d+\.\d\d)(?: ?元)?$/;
const DAY =
  /^((?:19|20)\d\d)(?:-(\d\d?)-(\d\d?)|\/(\d\d?)\/(\d\d?)|\.(\d\d?)\.(\d\d?)|年(\d\d?)月(\d\d?)日|(\d\d)(\d\d))(?:[T ]\d\d:\d\d.*)?$/;

/** What a value may be by its own looks: at most one of these. */
function meaningOf(value: string): ColumnMeaning | null {
  const { length } = value;
  if (length < 4 || length > 40) return null;
  if (length === 18) {
    if (isResidentId(value)) return ColumnMeaning.RESIDENT_ID;
    if (usccFault(value) === null) return ColumnMeaning.USCC;
  }
  if (length === 6 && REGION.test(value)) return ColumnMeaning.REGION_CODE;
  if (length >= 11 && length <= 17 && MOBILE_PHONE.test(value)) return ColumnMeaning.MOBILE_PHONE;
  if (length >= 8 && isDay(value)) return ColumnMeaning.DATE;
  return AMOUNT.test(value) ? ColumnMeaning.AMOUNT : null;
}

function isDay(value: string): boolean {
  const match = DAY.exec(value);
  if (!match) return false;
  const [year = 0, month = 0, day = 0] = match.slice(1).filter(Boolean).map(Number);
  const date = new Date(Date.UTC(year, month - 1, day));
  return date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
}

/** Finds out what the values of a column are. */
export class MeaningGuess {
  private readonly conforming = new Map<ColumnMeaning, number>();
  private values = 0;

  see(value: string, rows: number): void {
    this.values += rows;
    const meaning = meaningOf(value.trim());
    if (meaning !== null) this.conforming.set(meaning, (this.conforming.get(meaning) ?? 0) + rows);
  }

  /** @param distinct how many different values there are; null: many */
  proposal(type: ColumnType, distinct: number | null): ProposedMeaning | null {
    const { values } = this;
    if (values === 0) return null;
    for (const [meaning, from] of PROPOSED_FROM) {
      const conforming = this.conforming.get(meaning) ?? 0;
      if (conforming > 0 && conforming >= values * from)
        return { meaning, share: shareOf(conforming, values) };
    }
    return { meaning: whateverElse(type, distinct, values), share: shareOf(values, values) };
  }
}

function whateverElse(type: ColumnType, distinct: number | null, values: number): ColumnMeaning {
  const mayBeCodes = type !== ColumnType.DECIMAL && type !== ColumnType.DATE;
  if (mayBeCodes && distinct !== null && distinct <= MOST_CODES && values >= distinct * ROWS_PER_CODE)
    return ColumnMeaning.CODE;
  return meaningBy(type);
}

/** The meaning of a column of which nothing but the type is known. */
function meaningBy(type: ColumnType): ColumnMeaning {
  if (type === ColumnType.DATE) return ColumnMeaning.DATE;
  const isNumber = type === ColumnType.INTEGER || type === ColumnType.DECIMAL;
  return isNumber ? ColumnMeaning.QUANTITY : ColumnMeaning.FREE_TEXT;
}

/** The meaning of a column that is to be of another type: what says no more than a type goes with it. */
export function meaningAs(type: ColumnType, meaning: ColumnMeaning | null): ColumnMeaning | null {
  return meaning === ColumnMeaning.QUANTITY || meaning === ColumnMeaning.FREE_TEXT
    ? meaningBy(type)
    : meaning;
}

function shareOf(conforming: number, values: number): string {
  const tenThousandths = (BigInt(conforming) * 10_000n) / BigInt(values);
  return tenThousandths === 10_000n ? '1' : `0.${tenThousandths.toString().padStart(4, '0')}`;
}
