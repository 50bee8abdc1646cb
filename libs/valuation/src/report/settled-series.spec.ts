import { describe, expect, it } from '@jest/globals';

import { cashFlowsOf } from './settled-series.ts';

const year = (of: string, amount = '10.00') =>
  Array.from({ length: 12 }, (_, i) => ({ month: `${of}-${String(i + 1).padStart(2, '0')}`, amount }));

describe('income from what was settled', () => {
  it('is the average of whole years, growing evenly, to the fen', () => {
    const months = [...year('2025'), ...year('2026', '20.00')];
    expect(cashFlowsOf({ months, years: 2, yearlyGrowth: '0.1' })).toEqual(['198.00', '217.80']);
    expect(cashFlowsOf({ months: year('2026', '0.01'), years: 1, yearlyGrowth: '-0.5' })).toEqual(['0.06']);
  });

  it.each([
    ['part of a year', { months: year('2026').slice(1) }, 'settled.months'],
    ['nothing', { months: [] }, 'settled.months'],
    ['months with a gap', { months: [...year('2024'), ...year('2026')] }, 'settled.months[12]'],
    ['no years to come', { years: 0 }, 'settled.years'],
    ['years without end', { years: 1e9 }, 'settled.years'],
    ['a fall to nothing', { yearlyGrowth: '-1' }, 'settled.yearlyGrowth'],
    ['growth that is no number', { yearlyGrowth: 'much' }, 'settled.yearlyGrowth'],
  ])('refuses %s', (_, more, path) => {
    expect(() => cashFlowsOf({ months: year('2026'), years: 1, yearlyGrowth: '0', ...more })).toThrow(
      expect.objectContaining({ path }),
    );
  });
});
