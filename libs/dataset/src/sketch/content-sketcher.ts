import { detached } from '../reading/table-format.ts';
import { HASH_RANGE, KeyedHash } from './keyed-hash.ts';
import { normalisedValue } from './normalised-value.ts';
import { type Sketch, SketchBuilder } from './sketch.ts';

/** Changes whenever the same file would get another sketch; sketches of different versions are not compared. */
export const SKETCH_VERSION = 1;

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

interface Column {
  readonly builder: SketchBuilder;
  /** Columns of few values are the most usual ones, and theirs need not be hashed a thousand times. Null: too many. */
  hashes: Map<string, number> | null;
}

/** Of one column, and of all columns of a file. */
const CACHED_VALUES = 4096;
const CACHED_IN_ALL = 262_144;
/** A longer cell is not worth the memory. */
const CACHED_CHARACTERS = 64;

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
 * Hashes are SipHash-2-4 under a secret key: whoever has the sketches and not the key learns which values are the same
 * in two of them, and not what they are.
 */
export class ContentSketcher {
  private readonly rows = new SketchBuilder();
  private readonly columns: readonly Column[];
  private readonly cachedValues: number;

  constructor(
    private readonly key: SketchKey,
    columnCount: number,
  ) {
    this.cachedValues = Math.min(CACHED_VALUES, Math.floor(CACHED_IN_ALL / Math.max(1, columnCount)));
    this.columns = Array.from({ length: columnCount }, () => ({
      builder: new SketchBuilder(),
      hashes: new Map<string, number>(),
    }));
  }

  see(cells: readonly string[]): void {
    let sum = 0;
    let isEmpty = true;
    // Not by entries(): this is the one loop that every cell of a file goes through.
    for (let i = 0; i < this.columns.length; i++) {
      const column = this.columns[i];
      const hash = column ? this.hashIn(column, cells[i] ?? '') : null;
      if (!column || hash === null) continue;
      isEmpty = false;
      column.builder.see(hash);
      // Modulo the range, without a sum beyond what a number holds exactly.
      sum -= HASH_RANGE - hash;
      if (sum < 0) sum += HASH_RANGE;
    }
    if (isEmpty) return;
    // Hashed again under another key: as it is, a sum would tell which values stand in one row.
    this.rows.see(this.key.rows.ofNumber(sum));
  }

  get sketch(): ContentSketch {
    return { rows: this.rows.sketch, columns: this.columns.map(({ builder }) => builder.sketch) };
  }

  /** Null: no value. */
  private hashIn(column: Column, cell: string): number | null {
    const known = column.hashes?.get(cell);
    if (known !== undefined) return known;
    const value = normalisedValue(cell);
    if (value === '') return null;
    const hash = this.key.cells.of(value);
    if (column.hashes && cell.length <= CACHED_CHARACTERS) {
      column.hashes.set(detached(cell), hash);
      if (column.hashes.size > this.cachedValues) column.hashes = null;
    }
    return hash;
  }
}
