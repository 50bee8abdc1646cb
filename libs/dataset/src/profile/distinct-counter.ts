import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { TooManyValues } from '../dataset.errors.ts';
import { detached } from '../reading/table-format.ts';

const PARTS = 256;

export interface CounterLimits {
  /** Values in memory, before they go to disk. */
  readonly inMemory: number;
  /** Bytes of one of 256 parts on disk, which are counted one after the other. */
  readonly partBytes: number;
}

/** 64 MiB a part: some 16 GiB of different values. */
const LIMITS: CounterLimits = { inMemory: 524_288, partBytes: 67_108_864 };

/**
 * Counts different values exactly, in bounded memory: beyond what that holds they are parted by a hash into files, and
 * two equal ones lie in the same. A column that has more than the files may hold is refused, never estimated.
 */
export class DistinctCounter {
  private readonly values = new Set<string>();
  private readonly sizes = new Array<number>(PARTS).fill(0);
  private readonly inMemory: number;
  private hasSpilled = false;

  /** @param folder an empty one, of this counter alone or with others of other names */
  constructor(
    private readonly folder: string,
    private readonly column: string,
    private readonly position: number,
    columnCount: number,
    private readonly limits = LIMITS,
  ) {
    this.inMemory = Math.max(1, Math.floor(limits.inMemory / columnCount));
  }

  /** @throws TooManyValues */
  see(value: string): void {
    if (this.values.has(value)) return;
    this.values.add(detached(value));
    if (this.values.size >= this.inMemory) this.spill();
  }

  /** @throws TooManyValues */
  count(): number {
    if (!this.hasSpilled) return this.values.size;
    this.spill();
    let count = 0;
    for (const [part, size] of this.sizes.entries()) if (size > 0) count += this.read(part).size;
    return count;
  }

  private spill(): void {
    this.hasSpilled = true;
    const parts = Array.from({ length: PARTS }, (): string[] => []);
    // As JSON, a value is a line, whatever it holds.
    for (const value of this.values) parts[partOf(value)]?.push(JSON.stringify(value), '\n');
    this.values.clear();
    for (const [part, lines] of parts.entries()) if (lines.length > 0) this.append(part, lines.join(''));
  }

  private append(part: number, text: string): void {
    const size = (this.sizes[part] ?? 0) + Buffer.byteLength(text);
    this.sizes[part] = size;
    appendFileSync(this.fileOf(part), text);
    if (size <= this.limits.partBytes) return;
    // Many a value is there more than once.
    const once = Buffer.from([...this.read(part)].join('\n') + '\n');
    if (once.length > this.limits.partBytes / 2) throw new TooManyValues(this.column);
    writeFileSync(this.fileOf(part), once);
    this.sizes[part] = once.length;
  }

  private read(part: number): Set<string> {
    return new Set(readFileSync(this.fileOf(part), 'utf8').trimEnd().split('\n'));
  }

  private fileOf(part: number): string {
    return join(this.folder, `${this.position}-${part}`);
  }
}

/** FNV-1a over the code units: what it is worth here is only that the parts become about the same. */
function partOf(value: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < value.length; i++) hash = Math.imul(hash ^ value.charCodeAt(i), 0x01000193);
  return (hash ^ (hash >>> 16)) & (PARTS - 1);
}
