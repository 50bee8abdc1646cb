const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;

/** How long after each attempt the next one follows, as Standard Webhooks proposes: three days in all. */
const PAUSES_MS = [
  ...[5 * SECOND_MS, 5 * MINUTE_MS, 30 * MINUTE_MS],
  ...[2, 5, 10, 14, 20, 24].map((hours) => hours * HOUR_MS),
];
/** Receivers that were away together do not come back to all of it at once. */
const JITTER = 0.1;

export const MOST_ATTEMPTS = PAUSES_MS.length + 1;

/**
 * How long to wait after the attempt of this number has failed; null: it was the last.
 *
 * @param askedMs what the receiver has asked for, counted up to a day
 * @param random from 0 to 1
 */
export function pauseAfter(attempt: number, askedMs: number, random: number): number | null {
  const pause = PAUSES_MS[attempt - 1];
  if (pause === undefined) return null;
  return Math.max(pause * (1 + JITTER * random), Math.min(askedMs, 24 * HOUR_MS));
}
