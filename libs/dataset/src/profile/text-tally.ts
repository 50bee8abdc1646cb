import { detached } from '../reading/table-format.ts';

/** Enough that a column which ascends costs nothing, and few enough that what they were cut from is no memory. */
const SEEN_BEFORE_DETACHED = 64;

/** With or without what takes two of the code units of UTF-16. */
interface Bound {
  readonly text: string;
  readonly isPlain: boolean;
}

/** The first and the last of texts by their code points, and the shortest and the longest in them. */
export class TextTally {
  shortest: number | null = null;
  longest: number | null = null;
  private first: Bound | null = null;
  private last: Bound | null = null;
  private seen = 0;

  see(text: string): void {
    const isPlain = !SURROGATE.test(text);
    if (!this.first || comesBefore(text, this.first.text, isPlain && this.first.isPlain))
      this.first = { text, isPlain };
    if (!this.last || comesBefore(this.last.text, text, isPlain && this.last.isPlain))
      this.last = { text, isPlain };
    this.seen += 1;
    if (this.seen % SEEN_BEFORE_DETACHED === 0) {
      this.first = { ...this.first, text: detached(this.first.text) };
      this.last = { ...this.last, text: detached(this.last.text) };
    }
    const length = isPlain ? text.length : Array.from(text).length;
    if (this.shortest === null || length < this.shortest) this.shortest = length;
    if (this.longest === null || length > this.longest) this.longest = length;
  }

  get minimum(): string | null {
    return this.first && this.first.text;
  }

  get maximum(): string | null {
    return this.last && this.last.text;
  }
}

const SURROGATE = /[\ud800-\udfff]/;

/** By code points, as UTF-8 sorts by its bytes; UTF-16 puts what is beyond its 16 bits before U+E000. */
export function comesBefore(
  a: string,
  b: string,
  arePlain = !SURROGATE.test(a) && !SURROGATE.test(b),
): boolean {
  return arePlain ? a < b : Buffer.compare(Buffer.from(a), Buffer.from(b)) < 0;
}
