/** What the columns of a table may keep together: 64 MiB, however large the table is. */
export const KEPT_NUMBERS = 8_388_608;
const KEPT_AT_FIRST = 1024;
const SETTLED_AT_ONCE = 256;

/** How many numbers may still be kept; shared by the columns of a table. */
export interface Room {
  numbers: number;
}

/** Counts different numbers exactly, as long as there is room for them: several times as fast as SQL. */
export class DistinctNumbers {
  /**
   * Each number once, at the place that its bits are hashed to or behind it, zeros where there is none. As many places as
   * a power of two, three of four of them taken at most.
   */
  private kept: Float64Array | null = new Float64Array(0);
  private length = 0;
  private hasZero = false;
  private readonly unsettled = new Float64Array(SETTLED_AT_ONCE);
  private unsettledLength = 0;
  private readonly factors = crypto.getRandomValues(new Int32Array(2)).map((factor) => factor | 1);
  private readonly bits = new Int32Array(2);
  private readonly number = new Float64Array(this.bits.buffer);

  constructor(private readonly room: Room) {}

  see(value: number): void {
    this.unsettled[this.unsettledLength++] = value;
    if (this.unsettledLength === SETTLED_AT_ONCE) this.settle();
  }

  /** From now on nothing is known. */
  giveUp(): void {
    this.room.numbers += this.kept?.length ?? 0;
    this.kept = null;
  }

  /** Null: there was no room for them. */
  get count(): number | null {
    this.settle();
    return this.kept && this.length + (this.hasZero ? 1 : 0);
  }

  /** Many in a row: their places lie apart in memory, and the processor then waits for several at once. */
  private settle(): void {
    for (let i = 0; i < this.unsettledLength && this.kept; i++) {
      const value = this.unsettled[i] as number;
      this.hasZero ||= value === 0;
      if (this.length >= this.kept.length * 0.75) this.kept = this.withRoom(this.kept);
      if (this.kept && value !== 0) this.keep(this.kept, value);
    }
    this.unsettledLength = 0;
  }

  private keep(kept: Float64Array, value: number): void {
    const last = kept.length - 1;
    for (let place = this.hashOf(value) >>> Math.clz32(last); ; place = (place + 1) & last) {
      const there = kept[place];
      if (there === value) return;
      if (there !== 0) continue;
      kept[place] = value;
      this.length += 1;
      return;
    }
  }

  private withRoom(kept: Float64Array): Float64Array | null {
    const more = Math.max(KEPT_AT_FIRST, kept.length);
    if (more > this.room.numbers) {
      this.giveUp();
      return null;
    }
    this.room.numbers -= more;
    const larger = new Float64Array(kept.length + more);
    this.length = 0;
    for (const value of kept) if (value !== 0) this.keep(larger, value);
    return larger;
  }

  /** Its high bits are what counts. By secret factors, so that no file can be made whose numbers all meet at one place. */
  private hashOf(value: number): number {
    this.number[0] = value;
    const { bits, factors } = this;
    return (
      Math.imul(bits[0] as number, factors[0] as number) + Math.imul(bits[1] as number, factors[1] as number)
    );
  }
}
