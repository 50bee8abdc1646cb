import { HASH_RANGE } from './keyed-hash.ts';

/** How many hashes a sketch holds at most. */
export const SKETCH_SIZE = 256;

/**
 * A bottom-k sketch of a set: its smallest hashes, ascending, each once. With fewer than SKETCH_SIZE of them it is the
 * whole set.
 */
export type Sketch = readonly number[];

/** What two sketches have sampled of their sets by the same rule, so that shares in the samples estimate shares in the sets. */
export interface SketchComparison {
  readonly shared: number;
  readonly own: number;
  readonly theirs: number;
}

/** Collects the sketch of a stream of hashes, in memory that does not grow with the stream. */
export class SketchBuilder {
  private readonly kept = new Set<number>();
  /** What is not below it cannot be among the smallest any more. */
  private limit = Infinity;

  see(hash: number): void {
    if (hash >= this.limit) return;
    this.kept.add(hash);
    // Cut seldom: a sort of the whole costs as much as many additions.
    if (this.kept.size >= 2 * SKETCH_SIZE) this.cut();
  }

  get sketch(): Sketch {
    this.cut();
    return [...this.kept];
  }

  private cut(): void {
    const smallest = Float64Array.from(this.kept).sort().subarray(0, SKETCH_SIZE);
    this.kept.clear();
    for (const hash of smallest) this.kept.add(hash);
    if (smallest.length === SKETCH_SIZE) this.limit = smallest.at(-1) ?? Infinity;
  }
}

/** How many different values the set has: exact below SKETCH_SIZE, else estimated with a standard error of 6 %. */
export function distinctOf(sketch: Sketch): number {
  const last = sketch.at(-1);
  if (last === undefined || sketch.length < SKETCH_SIZE) return sketch.length;
  return Math.round(((SKETCH_SIZE - 1) / last) * HASH_RANGE);
}

/** Exact when both sketches are whole sets. */
export function compareSketches(own: Sketch, theirs: Sketch): SketchComparison {
  const limit = Math.min(limitOf(own), limitOf(theirs));
  let [i, j, shared] = [0, 0, 0];
  for (;;) {
    const a = own[i] ?? Infinity;
    const b = theirs[j] ?? Infinity;
    if (a > limit && b > limit) return { shared, own: i, theirs: j };
    if (a === b) shared += 1;
    if (a <= b) i += 1;
    if (b <= a) j += 1;
  }
}

/** Shared by both, of all that either has. Two empty sets are the same. */
export function jaccardOf({ shared, own, theirs }: SketchComparison): number {
  const all = own + theirs - shared;
  return all === 0 ? 1 : shared / all;
}

/** The part of the own set that the other has too. */
export function containmentOf({ shared, own }: SketchComparison): number {
  return own === 0 ? 0 : shared / own;
}

export function bytesOf(sketch: Sketch): Buffer {
  const bytes = Buffer.alloc(sketch.length * 8);
  for (const [i, hash] of sketch.entries()) bytes.writeBigUInt64BE(BigInt(hash), i * 8);
  return bytes;
}

export function sketchOf(bytes: Buffer): Sketch {
  return Array.from(
    { length: bytes.length / 8 },
    (_, i) => bytes.readUInt32BE(i * 8) * 2 ** 32 + bytes.readUInt32BE(i * 8 + 4),
  );
}

/** Up to which hash the sketch knows its set. */
function limitOf(sketch: Sketch): number {
  return sketch.length < SKETCH_SIZE ? HASH_RANGE : (sketch.at(-1) ?? HASH_RANGE);
}
