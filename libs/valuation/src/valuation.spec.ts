import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import { InvalidInput } from '#libs/foundation';

import { Exact, incomeValue, parseDecimal, replacementCost } from './index.ts';

const decimal = (text: string) => new Exact(text);

describe('the income method', () => {
  it('discounts each year and what goes on for ever', () => {
    const { value, terminalValue } = incomeValue({
      cashFlows: [decimal('110'), decimal('121')],
      rate: { discountRate: decimal('0.1') },
      terminalCashFlow: decimal('12.1'),
    });
    expect(terminalValue.toString()).toBe('100');
    expect(value.toString()).toBe('300');
  });

  it('takes its rate from the capital asset pricing model', () => {
    const capm = { riskFree: decimal('0.03'), marketReturn: decimal('0.08'), beta: decimal('1.2') };
    const { discountRate } = incomeValue({
      cashFlows: [decimal('1')],
      rate: { capm },
      terminalCashFlow: null,
    });
    expect(discountRate.toString()).toBe('0.09');
  });

  it('is worth the sum at a rate of zero, and less at a higher rate', () => {
    const flows = fc.array(fc.integer({ min: 1, max: 1_000_000 }), { minLength: 1, maxLength: 30 });
    fc.assert(
      fc.property(flows, fc.integer({ min: 1, max: 900 }), (years, permille) => {
        const cashFlows = years.map((flow) => new Exact(flow));
        const at = (discountRate: InstanceType<typeof Exact>) =>
          incomeValue({ cashFlows, rate: { discountRate }, terminalCashFlow: null }).value;
        const sum = years.reduce((a, b) => a + b, 0);
        expect(at(new Exact(0)).toNumber()).toBe(sum);
        expect(at(new Exact(permille).div(1000)).lt(sum)).toBe(true);
      }),
    );
  });

  it.each([
    ['no year', [], '0.1', null, 'cashFlows'],
    ['a rate of -1', ['1'], '-1', null, 'discountRate'],
    ['a perpetuity at rate zero', ['1'], '0', '1', 'discountRate'],
  ])('refuses %s', (_, flows, rate, terminal, path) => {
    const terms = {
      cashFlows: flows.map(decimal),
      rate: { discountRate: decimal(rate) },
      terminalCashFlow: terminal === null ? null : decimal(terminal),
    };
    expect(() => incomeValue(terms)).toThrow(expect.objectContaining({ path }));
  });
});

describe('the cost method', () => {
  it('agrees with the published example: 400 at 5, 6, 8 and 9 %, four of ten years used', () => {
    const result = replacementCost({
      historicalCost: decimal('400'),
      priceChanges: ['0.05', '0.06', '0.08', '0.09'].map(decimal),
      usedYears: decimal('4'),
      remainingYears: decimal('6'),
    });
    expect(result.replacementCost.toString()).toBe('524.08944');
    expect(result.newnessRate.toString()).toBe('0.6');
    expect(result.netCost.toString()).toBe('314.453664');
  });

  it('refuses a life of no years', () => {
    const zero = decimal('0');
    expect(() =>
      replacementCost({ historicalCost: zero, priceChanges: [], usedYears: zero, remainingYears: zero }),
    ).toThrow(InvalidInput);
  });
});

describe('decimals', () => {
  it.each(['', ' 1', '0x1', 'NaN', 'Infinity', null, {}, [1], Number.NaN])('refuse %p', (value) => {
    expect(() => parseDecimal(value, 'x')).toThrow(InvalidInput);
  });
});
