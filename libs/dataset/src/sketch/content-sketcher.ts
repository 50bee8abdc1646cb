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
    this.seeRow(this.columns.map((_, i) => this.seeCell(i, cells[i] ?? '')));
  }

  /** To be called of every value of a column at least once. @returns its hash, or NO_VALUE */
  seeCell(column: number, cell: string): number {
    const value = normalisedValue(cell);
    if (value === '') return NO_VALUE;
    const hash = this.key.cells.of(value);
    this.columns[column]?.see(hash);
    return hash;
  }

  /** To be called of every row. @param hashes of its cells */
  seeRow(hashes: ArrayLike<number>): void {
    let sum = 0;
    let isEmpty = true;
    // Not by entries(): every cell of a file goes through here.
    for (let i = 0; i < hashes.length; i++) {
      const hash = hashes[i] as number;
      if (hash === NO_VALUE) continue;
      isEmpty = false;
      // Modulo the range, without a sum beyond what a number holds exactly.
      sum -= HASH_RANGE - hash;
      if (sum < 0) sum += HASH_RANGE;
    }
    if (isEmpty) return;
    // Hashed again under another key: as it is, a sum would tell which values stand in one row.
    this.rows.see(this.key.rows.ofNumber(sum));
  }

  get sketch(): ContentSketch {
    return { rows: this.rows.sketch, columns: this.columns.map(({ sketch }) => sketch) };
  }
}
