import { detached } from '../reading/table-format.ts';

/** A longer cell is not worth the memory. */
const KEPT_CHARACTERS = 64;
/** Of all columns of a table, and of one of them. */
const KEPT_IN_ALL = 262_144;
const KEPT_OF_ONE = 4096;

export type Counts = ReadonlyMap<string, { readonly rows: number }>;

/**
 * Counts the values of a column as long as they are few, in memory that is bounded for the whole table; then hands on
 * what it has counted, and from then on cell by cell. Most columns have few values, and whatever is found out of a
 * value is then found out once.
 */
export class FewValues {
  private counts: Map<string, { rows: number; readonly note: number }> | null = new Map();
  private readonly limit: number;

  /**
   * @param noteOf is asked of every value when it is first seen, and of every cell once there are too many of them
   * @param take is handed what was counted
   */
  constructor(
    columnCount: number,
    private readonly noteOf: (value: string) => number,
    private readonly take: (value: string, rows: number) => void,
  ) {
    this.limit = Math.min(KEPT_OF_ONE, Math.max(64, Math.floor(KEPT_IN_ALL / columnCount)));
  }

  /** @returns what was noted of the cell */
  see(cell: string): number {
    const known = this.counts?.get(cell);
    if (known) {
      known.rows += 1;
      return known.note;
    }
    const note = this.noteOf(cell);
    if (this.counts && this.counts.size < this.limit && cell.length <= KEPT_CHARACTERS) {
      this.counts.set(detached(cell), { rows: 1, note });
      return note;
    }
    if (this.counts) this.handOn(this.counts);
    this.counts = null;
    this.take(cell, 1);
    return note;
  }

  /** Hands on what is not yet; to be called once, after the last cell. @returns the values, or null: too many */
  end(): Counts | null {
    if (this.counts) this.handOn(this.counts);
    return this.counts;
  }

  private handOn(counts: Counts): void {
    for (const [value, { rows }] of counts) this.take(value, rows);
  }
}
