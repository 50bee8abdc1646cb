/** What the columns of a table may keep together: 64 MiB, however large the table is. */
export const KEPT_NUMBERS = 8_388_608;
const KEPT_AT_FIRST = 1024;

/** How many numbers may still be kept; shared by the columns of a table. */
export interface Room {
  numbers: number;
}

/** Counts different numbers exactly, as long as there is room for them: sorting them is several times as fast as SQL. */
export class DistinctNumbers {
  private kept: Float64Array | null = new Float64Array(0);
  private length = 0;

  constructor(private readonly room: Room) {}

  see(value: number): void {
    if (this.kept && this.length === this.kept.length) this.kept = this.withRoom(this.kept);
    if (this.kept) this.kept[this.length++] = value;
  }

  /** From now on nothing is known. */
  giveUp(): void {
    this.room.numbers += this.kept?.length ?? 0;
    this.kept = null;
  }

  /** Null: there was no room for them. */
  get count(): number | null {
    if (this.kept === null) return null;
    this.keepEachOnce(this.kept);
    return this.length;
  }

  private withRoom(kept: Float64Array): Float64Array | null {
    this.keepEachOnce(kept);
    // Or it would be sorted again for a few.
    if (this.length < kept.length * 0.75) return kept;
    const more = Math.max(KEPT_AT_FIRST, kept.length);
    if (more > this.room.numbers) {
      this.giveUp();
      return null;
    }
    this.room.numbers -= more;
    const larger = new Float64Array(kept.length + more);
    larger.set(kept.subarray(0, this.length));
    return larger;
  }

  private keepEachOnce(kept: Float64Array): void {
    const sorted = kept.subarray(0, this.length).sort();
    let length = 0;
    for (let i = 0; i < sorted.length; i++) {
      const value = sorted[i] as number;
      // 0 and -0 are one number.
      if (length === 0 || value !== sorted[length - 1]) sorted[length++] = value;
    }
    this.length = length;
  }
}
