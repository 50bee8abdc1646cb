import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import { addDays, WORKING_DAY_CALENDAR } from '#libs/foundation';

import { type CountedPeriods, deadlineFiguresOf, workingDaysUsed } from './deadline-figures.ts';

const period = (closedOn: string | null, more: Partial<CountedPeriods> = {}): CountedPeriods => ({
  track: 'A',
  kind: 'ACCEPTANCE',
  beginsOn: '2026-03-02',
  due: '2026-03-05',
  closedOn,
  isBlocked: false,
  count: 1,
  ...more,
});
const figures = (periods: CountedPeriods[], today = '2026-03-05') =>
  deadlineFiguresOf(periods, today, WORKING_DAY_CALENDAR);

describe('deadlineFiguresOf', () => {
  it('counts the last day as kept, and the day after it as missed', () => {
    expect(figures([period('2026-03-05'), period('2026-03-06')])).toMatchObject([{ met: 1, missed: 1 }]);
    expect(figures([period(null)])).toMatchObject([{ missed: 0, running: 1, medianWorkingDays: null }]);
    expect(figures([period(null)], '2026-03-06')).toMatchObject([{ missed: 1, running: 0 }]);
  });

  it('does not hold against anybody what waits for something else', () => {
    expect(figures([period(null, { isBlocked: true })], '2026-12-31')).toMatchObject([
      { missed: 0, running: 1 },
    ]);
  });

  it('tells registers and kinds apart', () => {
    const all = figures([
      period('2026-03-03'),
      period('2026-03-03', { track: 'B' }),
      period(null, { track: null }),
    ]);
    expect(all.map(({ track }) => track)).toEqual(['A', 'B', null]);
  });

  it('finds the middle and the longest as a list written out would', () => {
    fc.assert(
      fc.property(
        fc.array(fc.record({ after: fc.nat(60), count: fc.integer({ min: 1, max: 4 }) }), { minLength: 1 }),
        (used) => {
          const periods = used.map(({ after, count }) => period(addDays('2026-03-02', after), { count }));
          const written = used
            .flatMap(({ after, count }) =>
              Array.from({ length: count }, () =>
                workingDaysUsed('2026-03-02', addDays('2026-03-02', after), WORKING_DAY_CALENDAR),
              ),
            )
            .sort((a, b) => a - b);
          const half = written.length / 2;
          const middle = ((written[Math.ceil(half) - 1] ?? 0) + (written[Math.floor(half)] ?? 0)) / 2;
          expect(figures(periods)).toMatchObject([
            { medianWorkingDays: middle, longestWorkingDays: written.at(-1) },
          ]);
        },
      ),
    );
  });

  it('counts working days by the official calendar', () => {
    // Spring Festival 2026: 14 February is worked, 15 to 23 are off.
    expect(workingDaysUsed('2026-02-12', '2026-02-24', WORKING_DAY_CALENDAR)).toBe(3);
    expect(workingDaysUsed('2026-02-12', '2026-02-23', WORKING_DAY_CALENDAR)).toBe(2);
    expect(workingDaysUsed('2026-02-12', '2026-02-12', WORKING_DAY_CALENDAR)).toBe(0);
  });
});
