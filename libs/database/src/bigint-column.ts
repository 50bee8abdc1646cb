import type { ValueTransformer } from 'typeorm';

/** Maps a `bigint` column to `bigint`, exactly: as a number it would lose digits, and by default it arrives as text. */
export const bigintColumn: ValueTransformer = {
  to: (value: bigint | null | undefined) => value?.toString() ?? value,
  from: (stored: string | null) => (stored === null ? null : BigInt(stored)),
};
