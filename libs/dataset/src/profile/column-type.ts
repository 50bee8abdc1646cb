/** What a column holds. An empty cell is a null of every type. */
export enum ColumnType {
  TEXT = 'TEXT',
  INTEGER = 'INTEGER',
  DECIMAL = 'DECIMAL',
  DATE = 'DATE',
  BOOLEAN = 'BOOLEAN',
}

const LARGEST = 9_223_372_036_854_775_807n;

/**
 * How the cells of a type are stored. A code such as 007 is a text: as a number it would lose its zeros. So is 1E5;
 * spreadsheets and statistics programs write an exponent with its sign and two digits.
 */
const IS_PLAIN: Readonly<Record<ColumnType, (cell: string) => boolean>> = {
  TEXT: () => true,
  INTEGER: (cell) => /^(0|-?[1-9]\d{0,18})$/.test(cell) && isBigint(cell),
  DECIMAL: (cell) => /^-?(0|[1-9]\d{0,30})(\.\d{1,20})?([eE][+-]\d\d)?$/.test(cell),
  DATE: (cell) => /^\d{4}-\d\d-\d\d$/.test(cell) && isDay(cell),
  BOOLEAN: (cell) => /^(true|false)$/i.test(cell),
};

/** Other ways to write a value of a type, in the plain one; null: it is none of them. */
type Plainer = (cell: string) => string | null;
const PLAINER: Readonly<Partial<Record<ColumnType, Plainer>>> = { DECIMAL: amountIn, DATE: dayIn };

/** 1,234.50 and ¥1,234.50 and -¥8 and ¥-8 and 1234.5元, but no 万元: that would be another number. */
const AMOUNT =
  /^(?![+-][¥￥]? ?[+-])([+-]?)([¥￥] ?)?([+-]?)(0|[1-9]\d{0,30}|[1-9]\d{0,2}(?:,\d{3}){1,9})(\.\d{1,20})?( ?元)?$/;
/** 2025/3/1, 2025.3.1, 2025-3-1 and 2025年3月1日. */
const DAY = /^(\d{4})(?:\/(\d\d?)\/(\d\d?)|\.(\d\d?)\.(\d\d?)|-(\d\d?)-(\d\d?)|年(\d\d?)月(\d\d?)日)$/;

function amountIn(cell: string): string | null {
  const [, sign = '', , inner = '', whole, decimals = ''] = AMOUNT.exec(cell) ?? [];
  if (whole === undefined) return null;
  return (sign + inner === '-' ? '-' : '') + whole.replaceAll(',', '') + decimals;
}

function dayIn(cell: string): string | null {
  const match = DAY.exec(cell);
  if (!match) return null;
  const [year = '', month = '', day = ''] = match.slice(1).filter(Boolean);
  const plain = `${year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`;
  return isDay(plain) ? plain : null;
}

/** 101,102 may be a list of codes and +86 a country: only decimals or a currency tell that a column holds amounts. */
function tellsAmount(cell: string): boolean {
  const [, , before, , , decimals, behind] = AMOUNT.exec(cell) ?? [];
  return (before ?? decimals ?? behind) !== undefined;
}

/** From the narrowest to the one that takes everything. */
const ORDER = [ColumnType.BOOLEAN, ColumnType.INTEGER, ColumnType.DECIMAL, ColumnType.DATE, ColumnType.TEXT];

/** Whether a cell is written as this type is stored. */
export function isPlain(type: ColumnType, cell: string): boolean {
  return IS_PLAIN[type](cell);
}

/** Whether a cell can be stored as this type; an empty one always. */
export function fits(type: ColumnType, cell: string): boolean {
  return cell === '' || isPlain(type, cell) || (PLAINER[type]?.(cell) ?? null) !== null;
}

/** A cell that fits the type, as it is stored. */
export function plainly(type: ColumnType, cell: string): string {
  const plainer = PLAINER[type];
  return plainer && cell !== '' && !isPlain(type, cell) ? (plainer(cell) ?? cell) : cell;
}

/** Whether there is but one way to write a value of this type. */
export function isAlwaysPlain(type: ColumnType): boolean {
  return PLAINER[type] === undefined;
}

/** Finds the narrowest type that every cell of a column fits. A column without any value is TEXT. */
export class TypeGuess {
  /** No cell is written otherwise than it is stored. */
  isPlain = true;
  private candidates = ORDER;
  private hasValue = false;
  private isTold = false;

  see(cell: string): void {
    if (cell === '') return;
    const [narrowest] = this.candidates;
    // Almost every cell fits the guess so far, and whatever fits it fits the wider ones that the first value has left.
    if (this.hasValue && narrowest && isPlain(narrowest, cell)) return;
    this.hasValue = true;
    this.candidates = this.candidates.filter((type) => fits(type, cell));
    const stored = this.candidates[0] ?? ColumnType.TEXT;
    if (isPlain(stored, cell)) return;
    this.isPlain = false;
    this.isTold ||= stored === ColumnType.DATE || tellsAmount(cell);
  }

  /** Whether every cell seen so far fits `type`. */
  fits(type: ColumnType): boolean {
    return !this.hasValue || this.candidates.includes(type);
  }

  get type(): ColumnType {
    const [narrowest = ColumnType.TEXT] = this.hasValue ? this.candidates : [];
    return this.isPlain || this.isTold ? narrowest : ColumnType.TEXT;
  }
}

function isBigint(cell: string): boolean {
  if (cell.length < 19) return true;
  const value = BigInt(cell);
  return value <= LARGEST && value >= -LARGEST - 1n;
}

function isDay(cell: string): boolean {
  const time = Date.parse(`${cell}T00:00:00Z`);
  // PostgreSQL knows no year zero.
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(cell) && !cell.startsWith('0000');
}
