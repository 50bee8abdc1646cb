import { spawnSync } from 'node:child_process';
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
    ['uscc', 'not JSON', '$'],
    ['astrology', {}, 'NAME'],
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

  it('ends with 2 on a call it does not know', () => {
    expect(pdx(['fly'], '').status).toBe(2);
    expect(pdx(['--help'], '').status).toBe(0);
  });
});
