import { HASH_RANGE, KeyedHash } from './keyed-hash.ts';
import { normalisedValue } from './normalised-value.ts';
import { type Sketch, SketchBuilder } from './sketch.ts';

/** Changes whenever the same file would get another sketch; sketches of different versions are not compared. */
export const SKETCH_VERSION = 2;

export interface ContentSketch {
  readonly rows: Sketch;
  /** In the order of the file. */
  readonly columns: readonly Sketch[];
}

export interface SketchKey {
  /** Tells sketches apart that were made under different keys, and tells nothing about the key. */
  readonly id: number;
  readonly cells: KeyedHash;
  readonly rows: KeyedHash;
}

/** What a cell without a value has for a hash. */
export const NO_VALUE = -1;

/** @param secret 32 bytes */
export function sketchKeyOf(secret: Buffer): SketchKey {
  const [cells, rows] = [new KeyedHash(secret.subarray(0, 16)), new KeyedHash(secret.subarray(16))];
  return { id: rows.of('id'), cells, rows };
}

/**
 * Sketches the content of a file while its rows go by: the values of every column, and the rows as such. A row is the
 * multiset of its normalised values, so neither the order of the columns nor that of the rows matters. Empty cells
 * count for nothing.
 *
 * Hashes are SipHash-1-3 under a secret key: whoever has the sketches and not the key learns which values are the same
 * in two of them, and not what they are.
 */
export class ContentSketcher {
  private readonly rows = new SketchBuilder();
  private readonly columns: readonly SketchBuilder[];

  constructor(
    private readonly key: SketchKey,
    columnCount: number,
  ) {
    this.columns = Array.from({ length: columnCount }, () => new SketchBuilder());
  }

  see(cells: readonly string[]): void {
    this.seeRow(cells.reduce((row, cell, i) => rowHashWith(row, this.seeCell(i, cell)), NO_VALUE));
  }

  /** To be called of every value of a column at least once. @returns its hash, or NO_VALUE */
  seeCell(column: number, cell: string): number {
    const value = normalisedValue(cell);
    if (value === '') return NO_VALUE;
    const hash = this.key.cells.of(value);
    this.columns[column]?.see(hash);
    return hash;
  }

  /** To be called of every row. @param hash of all its cells */
  seeRow(hash: number): void {
    // Hashed again under another key: as it is, a sum would tell which values stand in one row.
    if (hash !== NO_VALUE) this.rows.see(this.key.rows.ofNumber(hash));
  }

  get sketch(): ContentSketch {
    return { rows: this.rows.sketch, columns: this.columns.map(({ sketch }) => sketch) };
  }
}

/** The hash of a row with another cell in it: their sum modulo the range, in whatever order they come. */
export function rowHashWith(row: number, cell: number): number {
  if (row === NO_VALUE || cell === NO_VALUE) return Math.max(row, cell);
  // Without a sum beyond what a number holds exactly.
  const sum = row - (HASH_RANGE - cell);
  return sum < 0 ? sum + HASH_RANGE : sum;
}
