/** GB 32100-2015: the 31 characters of a unified social credit code, in the order of their values. */
const ALPHABET = '0123456789ABCDEFGHJKLMNPQRTUWXY';

/** By the code of the character. */
const VALUES = new Uint8Array(128);
for (let value = 0; value < ALPHABET.length; value++) VALUES[ALPHABET.charCodeAt(value)] = value;

export type UsccFault = 'LENGTH' | 'CHARACTER' | 'CHECK_DIGIT';

/** What is wrong with a unified social credit code, or null. */
export function usccFault(code: string): UsccFault | null {
  if (code.length !== 18) return 'LENGTH';
  if (!/^[0-9A-HJ-NPQRTUWXY]*$/.test(code)) return 'CHARACTER';
  return code[17] === usccCheckDigit(code) ? null : 'CHECK_DIGIT';
}

/** The check digit (GB 32100-2015, 4.3): weights are powers of 3 modulo 31. */
export function usccCheckDigit(first17: string): string {
  let sum = 0;
  let weight = 1;
  // Not by characters: columns of files are looked through for codes.
  for (let i = 0; i < 17; i++) {
    sum += (VALUES[first17.charCodeAt(i)] ?? 0) * weight;
    weight = (weight * 3) % 31;
  }
  return ALPHABET.charAt((31 - (sum % 31)) % 31);
}
