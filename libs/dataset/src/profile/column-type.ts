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
 * A code such as 007 is a text: as a number it would lose its zeros. So is 1E5; spreadsheets and statistics programs write
 * an exponent with its sign and two digits.
 */
const FITS: Readonly<Record<ColumnType, (cell: string) => boolean>> = {
  TEXT: () => true,
  INTEGER: (cell) => /^(0|-?[1-9]\d{0,18})$/.test(cell) && isBigint(cell),
  DECIMAL: (cell) => /^-?(0|[1-9]\d{0,30})(\.\d{1,20})?([eE][+-]\d\d)?$/.test(cell),
  DATE: (cell) => /^\d{4}-\d\d-\d\d$/.test(cell) && isDay(cell),
  BOOLEAN: (cell) => /^(true|false)$/i.test(cell),
};

/** From the narrowest to the one that takes everything. */
const ORDER = [ColumnType.BOOLEAN, ColumnType.INTEGER, ColumnType.DECIMAL, ColumnType.DATE, ColumnType.TEXT];

/** Whether a cell can be stored as this type; an empty one always. */
export function fits(type: ColumnType, cell: string): boolean {
  return cell === '' || FITS[type](cell);
}

/** Finds the narrowest type that every cell of a column fits. A column without any value is TEXT. */
export class TypeGuess {
  private candidates = ORDER;
  private hasValue = false;

  see(cell: string): void {
    if (cell === '') return;
    const [narrowest] = this.candidates;
    // Almost every cell fits the guess so far, and whatever fits it fits the wider ones that the first value has left.
    if (this.hasValue && narrowest && FITS[narrowest](cell)) return;
    this.hasValue = true;
    this.candidates = this.candidates.filter((type) => FITS[type](cell));
  }

  /** Whether every cell seen so far fits `type`. */
  fits(type: ColumnType): boolean {
    return !this.hasValue || this.candidates.includes(type);
  }

  get type(): ColumnType {
    return (this.hasValue ? this.candidates[0] : undefined) ?? ColumnType.TEXT;
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
