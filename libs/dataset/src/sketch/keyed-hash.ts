/** Hashes are whole numbers below this: 53 bits, so that they are exact as numbers. */
export const HASH_RANGE = 2 ** 53;

/**
 * SipHash-2-4 (Aumasson, Bernstein 2012) of the UTF-16 code units of a text, little end first, cut to 53 bits: without
 * the key a hash tells nothing about the text, also to whoever knows other texts with their hashes, which is what
 * faster hashes with a seed do not promise.
 *
 * A text is hashed without being encoded and without an object being made, because every cell of a file is.
 */
export class KeyedHash {
  /** v0 … v3 as they are before the first word, each with its low half first. */
  private readonly start: Int32Array;

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
    return this.ofWords(text, 0, 0);
  }

  /** Of a whole number below HASH_RANGE, as eight bytes. */
  ofNumber(value: number): number {
    return this.ofWords(null, value | 0, Math.floor(value / 2 ** 32) | 0);
  }

  /**
   * The words, the rounds of each and the end in one loop over local numbers: handing eight halves on from one function
   * to the next costs as much as the rounds. A sum of two low halves carries when it is less than either of them.
   */
  private ofWords(text: string | null, onlyLow: number, onlyHigh: number): number {
    const { start } = this;
    let l0 = start[0] as number;
    let h0 = start[1] as number;
    let l1 = start[2] as number;
    let h1 = start[3] as number;
    let l2 = start[4] as number;
    let h2 = start[5] as number;
    let l3 = start[6] as number;
    let h3 = start[7] as number;
    const length = text === null ? 4 : text.length;
    const last = length >> 2;
    // Behind the last word comes the end, which has other rounds and no word.
    for (let word = 0; word <= last + 1; word++) {
      const at = word << 2;
      let rounds = 2;
      let low = 0;
      let high = 0;
      if (word < last) {
        low = text === null ? onlyLow : text.charCodeAt(at) | (text.charCodeAt(at + 1) << 16);
        high = text === null ? onlyHigh : text.charCodeAt(at + 2) | (text.charCodeAt(at + 3) << 16);
      } else if (word === last) {
        if (text !== null && at < length) low = text.charCodeAt(at);
        if (text !== null && at + 1 < length) low |= text.charCodeAt(at + 1) << 16;
        if (text !== null && at + 2 < length) high = text.charCodeAt(at + 2);
        // The last byte is the length in bytes.
        high |= length << 25;
      } else {
        l2 ^= 0xff;
        rounds = 4;
      }
      l3 ^= low;
      h3 ^= high;
      for (let round = 0; round < rounds; round++) {
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
