import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { describe, expect, it } from '@jest/globals';

const MAIN = join(import.meta.dirname, '../../dist/apps/pdx/src/main.js');
const pdx = (words: string[], input: unknown) => {
  const { status, stdout, stderr } = spawnSync(process.execPath, [MAIN, ...words], {
    input: typeof input === 'string' ? input : JSON.stringify(input),
    encoding: 'utf8',
  });
  const text = stdout || stderr;
  return { status, answer: (text.startsWith('{') ? JSON.parse(text) : text) as unknown };
};

describe('pdx', () => {
  it.each([
    ['deadline', { from: '2026-02-12', workingDays: 10 }, 0, { due: '2026-03-04', provisional: false }],
    ['uscc', { code: '91350100M000100Y43' }, 0, { valid: true }],
    ['uscc', { code: '91350100M000100Y44' }, 1, { valid: false }],
    ['certificate-code', { code: 'SJ3712026130001' }, 1, { valid: false, reason: 'no such month' }],
    [
      'allocate',
      {
        amount: '100.00',
        currency: 'CNY',
        shares: [
          { party: 'a', weight: '1/3' },
          { party: 'b', weight: '1/3' },
          { party: 'c', weight: '1/3' },
        ],
      },
      0,
      {
        portions: [
          { party: 'a', amount: '33.34' },
          { party: 'b', amount: '33.33' },
          { party: 'c', amount: '33.33' },
        ],
      },
    ],
  ])('calc %s of %j ends with %i', (name, input, status, answer) => {
    expect(pdx(['calc', name], input)).toEqual({ status, answer });
  });

  const near = (values: readonly number[], digits: number) =>
    values.map((value): unknown => expect.closeTo(value, digits));
  const coefficients = { quality: '1.1', supplyDemand: 1, date: 1, volume: 1, other: '0.5' };
  it.each<[string, object, object]>([
    [
      'income-value',
      {
        cashFlows: ['200', '220', '242', '266.2', '292.82'],
        capm: { riskFree: '0.08', marketReturn: '0.12', beta: '1.5' },
        terminal: { cashFlow: 300 },
      },
      { value: expect.closeTo(1930.69, 2), discountRate: 0.14, terminalValue: expect.closeTo(1112.9329, 4) },
    ],
    [
      'profit-share-rate',
      { extraProfits: [100, 120, 90, 70], totalProfits: [250, 400, 450, 467], discountRate: 0.1 },
      { rate: expect.closeTo(0.25146873, 8) },
    ],
    [
      'investment-share-rate',
      { technology: { cost: 600, profitRate: 2 }, operator: { cost: 8000, profitRate: '0.1' } },
      { rate: expect.closeTo(0.169811, 6) },
    ],
    [
      'minimum-licence-fee',
      {
        historicalCost: 400,
        priceChanges: [0.05, 0.06, 0.08, 0.09],
        usedYears: 4,
        remainingYears: '6',
        buyerCapacity: 400,
        sellerCapacity: 600,
        opportunityCost: 100,
      },
      { replacementCost: 524.08944, newnessRate: 0.6, netCost: 314.453664, costShare: 0.4, fee: 225.7814656 },
    ],
    [
      'excess-income-value',
      { excessIncome: '100', years: 2, discountRate: '0.25', taxRate: '0.25' },
      { value: 108, annuityFactor: 1.44, incomeAfterTax: 75 },
    ],
    [
      'market-value',
      {
        comparables: ['100', 300].map((price) => ({ price, coefficients })),
        weights: ['3/4', '0.25'],
      },
      { value: 82.5, adjusted: [55, 165] },
    ],
    [
      'ahp',
      {
        matrix: [
          [1, 9, 5, 2, 1, 1, '1/2'],
          ['1/9', 1, '1/3', '1/9', '1/9', '1/9', '1/9'],
          ['1/5', 3, 1, '1/3', '1/4', '1/3', '1/9'],
          ['1/2', 9, 3, 1, '1/2', 1, '1/3'],
          [1, 9, 4, 2, 1, 2, '1/2'],
          [1, 9, 3, 1, '1/2', 1, '1/3'],
          [2, 9, 9, 3, 2, 3, 1],
        ],
        randomIndex: 'ahpy-saaty',
      },
      {
        weights: near([0.177457, 0.019149, 0.041831, 0.116417, 0.189572, 0.128781, 0.326793], 6),
        lambdaMax: expect.closeTo(7.176629, 6),
        consistencyRatio: expect.closeTo(0.022, 3),
        consistent: true,
      },
    ],
    [
      'entropy-weights',
      {
        matrix: [
          [3, 100, 10, 7],
          [2.5, 80, 8, 5],
          [1.8, 50, 20, 11],
          [2.2, 70, 12, 9],
        ],
      },
      { weights: near([0.1146, 0.1981, 0.4185, 0.2689], 4) },
    ],
    [
      'critic-weights',
      {
        matrix: [
          [5000, 3, 3, 4, 3, 2],
          [680, 5, 3, 2, 2, 1],
          [2000, 3, 2, 3, 4, 3],
          [600, 4, 3, 1, 2, 2],
          [800, 2, 4, 3, 3, 4],
        ],
        directions: Array(6).fill('benefit'),
      },
      { weights: near([0.157, 0.249, 0.168, 0.121, 0.154, 0.151], 3) },
    ],
  ])('calc %s answers the published values', (name, input, values) => {
    const { status, answer } = pdx(['calc', name], input);
    const inNumbers: unknown = JSON.parse(JSON.stringify(answer), (_, value: unknown) =>
      typeof value === 'string' ? Number(value) : value,
    );
    expect({ status, answer: inNumbers }).toMatchObject({ status: 0, answer: values });
  });

  it('calc ahp ends with 0 on judgements that are inconsistent', () => {
    const matrix = [
      [1, 9, '1/9'],
      ['1/9', 1, 9],
      [9, '1/9', 1],
    ];
    expect(pdx(['calc', 'ahp'], { matrix })).toMatchObject({ status: 0, answer: { consistent: false } });
  });

  it.each([
    ['deadline', { from: '2026-02-30', workingDays: 1 }, 'from'],
    ['deadline', { from: '2026-02-12', workingDays: 0 }, 'workingDays'],
    ['deadline', { from: '2026-02-12' }, 'workingDays'],
    ['deadline', { from: '2026-02-12', workingDays: 1, more: 1 }, 'more'],
    ['allocate', { amount: '1.005', currency: 'CNY', shares: [] }, 'amount'],
    [
      'allocate',
      { amount: '1.00', currency: 'CNY', shares: [{ party: 'a', weight: '-1' }] },
      'shares[0].weight',
    ],
    ['income-value', { cashFlows: ['1e999999999'], discountRate: 0 }, 'cashFlows[0]'],
    ['market-value', { comparables: [{ price: 0, coefficients: {} }] }, 'comparables[0].price'],
    [
      'ahp',
      {
        matrix: [
          [1, 2],
          [2, 1],
        ],
      },
      'matrix[1][0]',
    ],
    ['ahp', '{"matrix":[[NaN]]}', '$'],
    [
      'entropy-weights',
      {
        matrix: [
          [1, 2],
          [1, -1],
        ],
      },
      'matrix[1][1]',
    ],
    [
      'entropy-weights',
      {
        matrix: [
          [1, 2],
          [1, 2],
        ],
      },
      'matrix',
    ],
    [
      'critic-weights',
      {
        matrix: [
          [1, 2],
          [2, 1],
        ],
        directions: ['benefit', 'cost'],
        unit: 1,
      },
      'unit',
    ],
    ['uscc', 'not JSON', '$'],
    ['astrology', {}, 'NAME'],
    ['constructor', {}, 'NAME'],
  ])('calc %s of %j ends with 2 and names %s', (name, input, path) => {
    expect(pdx(['calc', name, '-', '--json'], input)).toMatchObject({
      status: 2,
      answer: { error: { path } },
    });
  });

  it('checks proofs of the audit log', () => {
    const leaves = ['', '00', '10'];
    const root = 'aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77';
    expect(pdx(['audit', 'root', '-'], { leaves, encoding: 'hex' })).toEqual({ status: 0, answer: { root } });
    const leafHash = '0298d122906dcfc10892cb53a73992fc5b9f493ea4c9badb27b791b4127a7fe7';
    const claim = {
      leafHash,
      index: '2',
      size: '3',
      proof: ['fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125'],
      root,
    };
    expect(pdx(['audit', 'verify-inclusion', '-'], claim)).toEqual({ status: 0, answer: { valid: true } });
    expect(pdx(['audit', 'verify-inclusion', '-'], { ...claim, index: '1' })).toMatchObject({ status: 1 });
  });

  it.each(['', '{', 'null', '{}', '{"certificate":"a"}', '{"log":"a key"}'])(
    'names the key that the trust file %j lacks',
    (text) => {
      const folder = mkdtempSync(join(tmpdir(), 'pdx-trust-'));
      const trust = join(folder, 'trust.json');
      writeFileSync(trust, text);
      const { status, answer } = pdx(['audit', 'verify', folder, '--trust', trust, '--json'], '');
      rmSync(folder, { recursive: true });
      const rule = text.length < 2 ? 'must be JSON' : 'must hold the key of log';
      expect(status).toBe(2);
      expect(answer).toMatchObject({
        error: { code: 'INVALID_INPUT', path: '--trust', message: expect.stringContaining(rule) },
      });
    },
  );

  it('ends with 2 on a call it does not know', () => {
    expect(pdx(['fly'], '').status).toBe(2);
    expect(pdx(['--help'], '').status).toBe(0);
  });
});
