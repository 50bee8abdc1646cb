import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import { parseNumber } from '../inputs.ts';
import { methodOf } from '../methods.ts';
import { Precise } from '../precise.ts';
import { normalProbability, normalQuantile } from './normal-distribution.ts';
import { reconcile } from './reconciliation.ts';
import { sensing, sensitivity } from './sensitivity.ts';
import { simulate, simulating } from './simulation.ts';
import { atOnce, inTurns } from './steps.ts';

const income = methodOf('income-value');
const tenYears = { cashFlows: Array<number>(10).fill(100), discountRate: '0.1' };

describe('sensitivity', () => {
  it('moves each input ten per cent either way and puts the widest swing first', () => {
    const { value, inputs } = sensitivity(income, { cashFlows: ['110', '242'], discountRate: '0.1' });
    expect(value).toBe('300');
    expect(inputs.map(({ path, swing }) => [path, Number(swing).toFixed(4)])).toEqual([
      ['cashFlows[1]', '40.0000'],
      ['cashFlows[0]', '20.0000'],
      ['discountRate', '9.0923'],
    ]);
    expect(inputs[0]).toMatchObject({
      given: '242',
      low: { input: '217.8', value: '280', rule: null },
      high: { input: '266.2', value: '320', rule: null },
    });
  });

  it('says where the method takes no such input', () => {
    const { inputs } = sensitivity(methodOf('income-share'), {
      incomes: ['100'],
      shares: ['0.95'],
      discountRate: 0,
    });
    expect(inputs.find(({ path }) => path === 'shares[0]')).toMatchObject({
      low: { value: '85.5' },
      high: { input: '1.045', value: null, rule: 'shares[0]: must be at most 1' },
      swing: '9.5',
    });
  });

  it('moves whole numbers to whole numbers', () => {
    const level = { excessIncome: '100', discountRate: 0, taxRate: 0 };
    const yearsOf = (years: number) =>
      sensitivity(methodOf('excess-income-value'), { ...level, years }).inputs.find(
        ({ path }) => path === 'years',
      );
    expect(yearsOf(3)).toMatchObject({
      low: { input: '2', value: '200' },
      high: { input: '4', value: '400' },
    });
    expect(yearsOf(26)).toMatchObject({ low: { input: '23' }, high: { input: '29' } });
    expect(yearsOf(1)).toMatchObject({
      low: { input: '0', value: null },
      high: { value: '200' },
      swing: '100',
    });
  });

  it('leaves weights and judgements as they are', () => {
    const coefficients = { quality: 1, supplyDemand: 1, date: 1, volume: 1, other: 1 };
    const inputs = { comparables: [{ price: 1, coefficients }], weights: [1] };
    const paths = sensitivity(methodOf('market-value'), inputs).inputs.map(({ path }) => path);
    expect(paths).toHaveLength(6);
    expect(paths).not.toContain('weights[0]');
    expect(() => sensitivity(methodOf('ahp'), { matrix: [[1]] })).toThrow(
      expect.objectContaining({ path: 'method' }),
    );
  });
});

describe('simulation', () => {
  const settings = {
    seed: 20231207,
    draws: 20_000,
    distributions: [
      { input: 'cashFlows[0]', distribution: { uniform: { min: 50, max: 150 } } },
      { input: 'cashFlows[9]', distribution: { triangular: { min: 0, mode: 120, max: 180 } } },
      {
        input: 'discountRate',
        distribution: { normal: { mean: '0.1', deviation: '0.02', min: '0.05', max: '0.2' } },
      },
    ],
  };

  it('is the same to the last byte for the same seed, and another for another', () => {
    // Written down once: any change of generator, order or arithmetic would show here.
    expect(simulate(income, tenYears, settings)).toEqual({
      mean: '616.713324775443',
      p5: '522.369346076298',
      p50: '613.659952609612',
      p95: '721.357100827625',
      draws: 20_000,
      seed: 20231207,
      generator: 'MT19937',
    });
    expect(simulate(income, tenYears, { ...settings, seed: 1 }).mean).not.toBe('616.713324775443');
  });

  it.each([
    ['uniform', { uniform: { min: 10, max: 30 } }, 20, 11, 20, 29],
    ['triangular', { triangular: { min: 0, mode: 0, max: 10 } }, 10 / 3, 0.2532, 2.9289, 7.7639],
    ['normal', { normal: { mean: 5, deviation: 1, min: -5, max: 15 } }, 5, 3.3551, 5, 6.6449],
    // A half of it, by the inverse of Φ at 0.525, 0.75 and 0.975.
    [
      'half a normal',
      { normal: { mean: 0, deviation: 1, min: 0, max: 100 } },
      0.79788,
      0.06271,
      0.67449,
      1.95996,
    ],
  ])('draws from a %s distribution', (_, distribution, mean, p5, p50, p95) => {
    const drawn = { seed: 7, draws: 200_000, distributions: [{ input: 'incomes[0]', distribution }] };
    const found = simulate(methodOf('income-direct'), { incomes: [1], discountRate: 0 }, drawn);
    const off = 0.01 * (Number(found.p95) - Number(found.p5));
    expect(Math.abs(Number(found.mean) - mean)).toBeLessThan(off);
    expect(Math.abs(Number(found.p5) - p5)).toBeLessThan(off);
    expect(Math.abs(Number(found.p50) - p50)).toBeLessThan(off);
    expect(Math.abs(Number(found.p95) - p95)).toBeLessThan(off);
  });

  it('keeps every draw inside of the bounds', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 2 ** 32 - 1 }), (seed) => {
        const distribution = { normal: { mean: 0, deviation: 1, min: '3.5', max: 4 } };
        const drawn = { seed, draws: 1, distributions: [{ input: 'incomes[0]', distribution }] };
        const value = Number(
          simulate(methodOf('income-direct'), { incomes: [1], discountRate: 0 }, drawn).mean,
        );
        expect(value).toBeGreaterThanOrEqual(3.5);
        expect(value).toBeLessThanOrEqual(4);
      }),
    );
  });

  it('takes seconds at most for a hundred thousand draws of ten years', () => {
    const distributions = [
      ...tenYears.cashFlows.map((_, i) => ({
        input: `cashFlows[${i}]`,
        distribution: { uniform: { min: 1, max: 2 } },
      })),
      ...settings.distributions.slice(2),
    ];
    const began = performance.now();
    simulate(income, tenYears, { seed: 1, draws: 100_000, distributions });
    expect(performance.now() - began).toBeLessThan(5000);
  });

  const one = { input: 'discountRate', distribution: { uniform: { min: 0, max: 1 } } };
  it.each([
    ['no distribution', { distributions: [] }, 'distributions'],
    [
      'a path that is not there',
      { distributions: [{ ...one, input: 'cashFlows[10]' }] },
      'distributions[0].input',
    ],
    ['one path twice', { distributions: [one, one] }, 'distributions[1].input'],
    [
      'a rate below 0',
      { distributions: [{ ...one, distribution: { uniform: { min: -1, max: 1 } } }] },
      'distributions[0].distribution',
    ],
    [
      'bounds upside down',
      { distributions: [{ ...one, distribution: { uniform: { min: 1, max: 1 } } }] },
      'distributions[0].distribution.uniform.max',
    ],
    [
      'a mode outside',
      { distributions: [{ ...one, distribution: { triangular: { min: 0, mode: 2, max: 1 } } }] },
      'distributions[0].distribution.triangular.mode',
    ],
    [
      'a normal without bounds',
      { distributions: [{ ...one, distribution: { normal: { mean: 0, deviation: 1 } } }] },
      'distributions[0].distribution.normal.min',
    ],
    [
      'a normal far from its bounds',
      {
        distributions: [{ ...one, distribution: { normal: { mean: 0, deviation: '0.01', min: 1, max: 2 } } }],
      },
      'distributions[0].distribution.normal.min',
    ],
    [
      'two distributions',
      { distributions: [{ ...one, distribution: { ...one.distribution, normal: {} } }] },
      'distributions[0].distribution.uniform',
    ],
    ['too many draws', { draws: 1_000_001 }, 'draws'],
    ['no seed that is a whole number', { seed: 1.5 }, 'seed'],
  ])('refuses %s', (_, changed, path) => {
    const given = { seed: 1, draws: 10, distributions: [one], ...changed };
    expect(() => simulate(income, tenYears, given)).toThrow(expect.objectContaining({ path }));
  });

  it('refuses distributions that reach what the method does not take', () => {
    const capm = { riskFree: '0.03', marketReturn: '0.08', beta: 1 };
    const distributions = [{ input: 'capm.beta', distribution: { uniform: { min: -5, max: 1 } } }];
    expect(() => simulate(income, { cashFlows: [1], capm }, { seed: 1, draws: 1000, distributions })).toThrow(
      expect.objectContaining({ path: 'distributions' }),
    );
  });

  it('weighs scores by weights that it works out once', () => {
    const scores = { usageAndIncome: 0, quality: 0, application: 0, monetisedAmount: 0, incomeSharing: 0 };
    const matrix = Array.from({ length: 5 }, () => Array<number>(5).fill(1));
    const distributions = [{ input: 'scores.quality', distribution: { uniform: { min: 0, max: 1 } } }];
    const found = simulate(
      methodOf('indicator-score'),
      { scores, weighting: { ahp: { matrix } } },
      { seed: 1, draws: 50_000, distributions },
    );
    expect(Number(found.mean)).toBeCloseTo(0.1, 2);
  });
});

describe('the normal distribution', () => {
  it('and its inverse agree to fifteen digits', () => {
    fc.assert(
      fc.property(fc.double({ min: 1e-12, max: 1 - 1e-12, noNaN: true }), (p) => {
        const tail = Math.min(p, 1 - p);
        const back = normalProbability(new Precise(normalQuantile(p)))
          .minus(p)
          .abs()
          .toNumber();
        expect(back).toBeLessThan(2e-14 * tail + 2e-16);
      }),
    );
  });

  it.each([
    [0.5, 0],
    [0.975, 1.959963984540054],
    [0.001, -3.090232306167813],
    [1e-10, -6.361340902404056],
    [0, -Infinity],
    [1, Infinity],
  ])('has %p below %p', (p, x) => {
    if (Number.isFinite(x)) expect(normalQuantile(p)).toBeCloseTo(x, 13);
    else expect(normalQuantile(p)).toBe(x);
  });
});

describe('reconciliation', () => {
  const weighed = (...pairs: readonly (readonly [amount: string, weight: string])[]) =>
    pairs.map(([amount, weight]) => ({
      amount: parseNumber(amount, 'amount'),
      weight: parseNumber(weight, 'weight', true),
    }));

  it('weighs amounts into one, rounded once, halves away from zero', () => {
    const thirds = weighed(['100.00', '1/3'], ['100.05', '1/3'], ['100.00', '1/3']);
    expect(reconcile(thirds, 'methods')).toBe('100.02');
    // Rounded each by itself these would be a fen less.
    expect(reconcile(weighed(['0.004', '1/2'], ['0.006', '1/2']), 'methods')).toBe('0.01');
    const half = (amount: string) => reconcile(weighed([amount, '1']), 'methods');
    expect(['0.005', '-0.005', '0.0049', '70'].map(half)).toEqual(['0.01', '-0.01', '0.00', '70.00']);
  });

  it.each([
    [[]],
    [[['1', '1/2']] as const],
    [
      [
        ['1', '0.5'],
        ['1', '0.5001'],
      ] as const,
    ],
  ])('refuses %j, whose weights do not sum to 1', (pairs) => {
    expect(() => reconcile(weighed(...pairs), 'methods')).toThrow(
      expect.objectContaining({ path: 'methods' }),
    );
  });
});

describe('what takes long', () => {
  const uniform = { uniform: { min: 50, max: 150 } };
  const distributions = tenYears.cashFlows.map((_, i) => ({
    input: `cashFlows[${i}]`,
    distribution: uniform,
  }));

  it('lets others be answered in between, and comes to the same', async () => {
    const settings = { seed: 7, draws: 100_000, distributions };
    for (const steps of [
      () => simulating(income, tenYears, settings),
      () => sensing(income, { ...tenYears, cashFlows: Array<number>(200).fill(100) }),
    ]) {
      let answered = 0;
      const others = setInterval(() => answered++, 1);
      const inBetween = await inTurns<object>(steps());
      clearInterval(others);
      expect(answered).toBeGreaterThan(5);
      expect(inBetween).toEqual(atOnce<object>(steps()));
    }
  });

  it('is bounded by what is drawn in all, and by all digits that are varied', () => {
    expect(() => simulate(income, tenYears, { seed: 7, draws: 200_001, distributions })).toThrow(
      expect.objectContaining({ path: 'draws' }),
    );
    const digits = '0.1234567891234567891234567891234567891234';
    const cashFlows = Array<string>(200).fill(digits);
    expect(() => sensitivity(income, { cashFlows, discountRate: digits })).toThrow(
      expect.objectContaining({ path: '$' }),
    );
  });
});
