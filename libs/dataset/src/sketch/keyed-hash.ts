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
  /** v0 … v3 as they are before the first word, each with its low half first, and as they go. */
  private readonly start: Int32Array;
  private readonly v = new Int32Array(8);

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
    this.v.set(this.start);
    const { length } = text;
    const whole = length - (length % 4);
    for (let i = 0; i < whole; i += 4)
      this.take(
        text.charCodeAt(i) | (text.charCodeAt(i + 1) << 16),
        text.charCodeAt(i + 2) | (text.charCodeAt(i + 3) << 16),
      );
    // Behind the end charCodeAt is NaN, which counts as 0 here. The last byte is the length in bytes.
    this.take(
      text.charCodeAt(whole) | (text.charCodeAt(whole + 1) << 16),
      text.charCodeAt(whole + 2) | (length << 25),
    );
    return this.end();
  }

  /** Of a whole number below HASH_RANGE, as eight bytes. */
  ofNumber(value: number): number {
    this.v.set(this.start);
    this.take(value | 0, Math.floor(value / 2 ** 32) | 0);
    this.take(0, 8 << 24);
    return this.end();
  }

  private take(low: number, high: number): void {
    const { v } = this;
    v[6] = (v[6] as number) ^ low;
    v[7] = (v[7] as number) ^ high;
    this.mix(2);
    v[0] = (v[0] as number) ^ low;
    v[1] = (v[1] as number) ^ high;
  }

  private end(): number {
    const { v } = this;
    v[4] = (v[4] as number) ^ 0xff;
    this.mix(4);
    const low = (v[0] as number) ^ (v[2] as number) ^ v[4] ^ (v[6] as number);
    const high = (v[1] as number) ^ (v[3] as number) ^ (v[5] as number) ^ (v[7] as number);
    return (high & 0x1fffff) * 2 ** 32 + (low >>> 0);
  }

  /** The rounds, in halves of 32 bits: a sum of two low halves carries when it is beyond them. */
  private mix(rounds: number): void {
    const { v } = this;
    let l0 = v[0] as number;
    let h0 = v[1] as number;
    let l1 = v[2] as number;
    let h1 = v[3] as number;
    let l2 = v[4] as number;
    let h2 = v[5] as number;
    let l3 = v[6] as number;
    let h3 = v[7] as number;
    for (let round = 0; round < rounds; round++) {
      let sum = (l0 >>> 0) + (l1 >>> 0);
      h0 = (h0 + h1 + (sum > 0xffffffff ? 1 : 0)) | 0;
      l0 = sum | 0;
      sum = (l2 >>> 0) + (l3 >>> 0);
      h2 = (h2 + h3 + (sum > 0xffffffff ? 1 : 0)) | 0;
      l2 = sum | 0;
      let low = l1;
      l1 = ((l1 << 13) | (h1 >>> 19)) ^ l0;
      h1 = ((h1 << 13) | (low >>> 19)) ^ h0;
      low = l3;
      l3 = ((l3 << 16) | (h3 >>> 16)) ^ l2;
      h3 = ((h3 << 16) | (low >>> 16)) ^ h2;
      low = l0;
      l0 = h0;
      h0 = low;
      sum = (l2 >>> 0) + (l1 >>> 0);
      h2 = (h2 + h1 + (sum > 0xffffffff ? 1 : 0)) | 0;
      l2 = sum | 0;
      sum = (l0 >>> 0) + (l3 >>> 0);
      h0 = (h0 + h3 + (sum > 0xffffffff ? 1 : 0)) | 0;
      l0 = sum | 0;
      low = l1;
      l1 = ((l1 << 17) | (h1 >>> 15)) ^ l2;
      h1 = ((h1 << 17) | (low >>> 15)) ^ h2;
      low = l3;
      l3 = ((l3 << 21) | (h3 >>> 11)) ^ l0;
      h3 = ((h3 << 21) | (low >>> 11)) ^ h0;
      low = l2;
      l2 = h2;
      h2 = low;
    }
    v[0] = l0;
    v[1] = h0;
    v[2] = l1;
    v[3] = h1;
    v[4] = l2;
    v[5] = h2;
    v[6] = l3;
    v[7] = h3;
  }
}
