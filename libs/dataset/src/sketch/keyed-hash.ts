/** Hashes are whole numbers below this: 53 bits, so that they are exact as numbers. */
export const HASH_RANGE = 2 ** 53;

const USUAL_BYTES = 256;
const WORD_BYTES = 8;
/** No ASCII text begins with its bytes. */
const BYTE_ORDER_MARK = 0xfeff;

/**
 * SipHash-1-3 (Aumasson, Bernstein 2012) of a text in ASCII, or else in UTF-16, little end first, behind a byte order
 * mark, cut to 53 bits: without the key a hash tells nothing about the text, also to whoever knows other texts with their
 * hashes, which is what faster hashes with a seed do not promise.
 *
 * No object is made for a text, because every cell of a file is hashed.
 */
export class KeyedHash {
  /** v0 … v3 as they are before the first word, each with its low half first. */
  private readonly start: Int32Array;
  /** What is hashed: as bytes, and as the code units and halves of words, low ones first, that lie in the same place. */
  private bytes = new Uint8Array(USUAL_BYTES);
  private units = new Uint16Array(this.bytes.buffer);
  private halves = new Int32Array(this.bytes.buffer);

  /** @param secret 16 bytes */
  constructor(secret: Buffer) {
    const [k0, k1, k2, k3] = [0, 4, 8, 12].map((at) => secret.readInt32LE(at)) as [
      number,
      number,
      number,
      number,
    ];
    this.start = Int32Array.of(
      ...[k0 ^ 0x70736575, k1 ^ 0x736f6d65, k2 ^ 0x6e646f6d, k3 ^ 0x646f7261],
      ...[k0 ^ 0x6e657261, k1 ^ 0x6c796765, k2 ^ 0x79746573, k3 ^ 0x74656462],
    );
  }

  of(text: string): number {
    const { length } = text;
    if (length > this.bytes.length / 4) this.makeRoom(length);
    const { bytes } = this;
    for (let i = 0; i < length; i++) {
      const unit = text.charCodeAt(i);
      if (unit > 0x7f) return this.ofUnits(text);
      bytes[i] = unit;
    }
    return this.ofBytes(length);
  }

  /** Of a whole number below HASH_RANGE, as eight bytes. */
  ofNumber(value: number): number {
    this.halves[0] = value | 0;
    this.halves[1] = Math.floor(value / 2 ** 32);
    return this.ofBytes(WORD_BYTES);
  }

  private ofUnits(text: string): number {
    const { units } = this;
    const { length } = text;
    units[0] = BYTE_ORDER_MARK;
    for (let i = 0; i < length; i++) units[i + 1] = text.charCodeAt(i);
    return this.ofBytes(2 * length + 2);
  }

  private makeRoom(length: number): void {
    this.bytes = new Uint8Array(4 * (length + WORD_BYTES));
    this.units = new Uint16Array(this.bytes.buffer);
    this.halves = new Int32Array(this.bytes.buffer);
  }

  /**
   * The words, the rounds of each and the end in one loop over local numbers: handing eight halves on from one function
   * to the next costs as much as the rounds. A sum of two low halves carries when it is less than either of them.
   */
  private ofBytes(length: number): number {
    const { start, bytes, halves } = this;
    const last = Math.floor(length / WORD_BYTES);
    const end = last * WORD_BYTES + WORD_BYTES - 1;
    for (let i = length; i < end; i++) bytes[i] = 0;
    bytes[end] = length;
    let l0 = start[0] as number;
    let h0 = start[1] as number;
    let l1 = start[2] as number;
    let h1 = start[3] as number;
    let l2 = start[4] as number;
    let h2 = start[5] as number;
    let l3 = start[6] as number;
    let h3 = start[7] as number;
    // Behind the last word comes the end, which has more rounds and no word.
    for (let word = 0; word <= last + 1; word++) {
      const isEnd = word > last;
      const low = isEnd ? 0 : (halves[2 * word] as number);
      const high = isEnd ? 0 : (halves[2 * word + 1] as number);
      if (isEnd) l2 ^= 0xff;
      l3 ^= low;
      h3 ^= high;
      for (let round = isEnd ? 3 : 1; round > 0; round--) {
        l0 = (l0 + l1) | 0;
        h0 = (h0 + h1 + (l0 >>> 0 < l1 >>> 0 ? 1 : 0)) | 0;
        l2 = (l2 + l3) | 0;
        h2 = (h2 + h3 + (l2 >>> 0 < l3 >>> 0 ? 1 : 0)) | 0;
        let half = l1;
        l1 = ((l1 << 13) | (h1 >>> 19)) ^ l0;
        h1 = ((h1 << 13) | (half >>> 19)) ^ h0;
        half = l3;
        l3 = ((l3 << 16) | (h3 >>> 16)) ^ l2;
        h3 = ((h3 << 16) | (half >>> 16)) ^ h2;
        half = l0;
        l0 = h0;
        h0 = half;
        l2 = (l2 + l1) | 0;
        h2 = (h2 + h1 + (l2 >>> 0 < l1 >>> 0 ? 1 : 0)) | 0;
        l0 = (l0 + l3) | 0;
        h0 = (h0 + h3 + (l0 >>> 0 < l3 >>> 0 ? 1 : 0)) | 0;
        half = l1;
        l1 = ((l1 << 17) | (h1 >>> 15)) ^ l2;
        h1 = ((h1 << 17) | (half >>> 15)) ^ h2;
        half = l3;
        l3 = ((l3 << 21) | (h3 >>> 11)) ^ l0;
        h3 = ((h3 << 21) | (half >>> 11)) ^ h0;
        half = l2;
        l2 = h2;
        h2 = half;
      }
      l0 ^= low;
      h0 ^= high;
    }
    const low = l0 ^ l1 ^ l2 ^ l3;
    const high = h0 ^ h1 ^ h2 ^ h3;
    return (high & 0x1fffff) * 2 ** 32 + (low >>> 0);
  }
}
