import { describe, expect, it } from '@jest/globals';

import { MOST_ATTEMPTS, pauseAfter } from './retry-schedule.ts';

const HOUR_MS = 3_600_000;

describe('pauseAfter', () => {
  it('spreads ten attempts over three days, as Standard Webhooks proposes', () => {
    const pauses = Array.from({ length: MOST_ATTEMPTS }, (_, i) => pauseAfter(i + 1, 0, 0));

    expect(pauses).toEqual([
      ...[5_000, 300_000, 1_800_000],
      ...[2, 5, 10, 14, 20, 24].map((hours) => hours * HOUR_MS),
      null,
    ]);
    expect(pauseAfter(MOST_ATTEMPTS + 1, 0, 0)).toBeNull();
  });

  it('adds up to a tenth by chance, and waits as long as it is asked to, up to a day', () => {
    expect(pauseAfter(1, 0, 1)).toBe(5_500);
    expect(pauseAfter(1, 60_000, 0.5)).toBe(60_000);
    expect(pauseAfter(2, 60_000, 0)).toBe(300_000);
    expect(pauseAfter(1, 1_000 * HOUR_MS, 0)).toBe(24 * HOUR_MS);
    expect(pauseAfter(MOST_ATTEMPTS, 60_000, 0)).toBeNull();
  });
});
