import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import { allocate, commonWeights, Money, parseFraction, type Share } from './index.ts';

const yuan = (text: string) => Money.parse(text, 'CNY', 'amount');
const paid = (amount: Money, shares: readonly Share[]) =>
  Object.fromEntries(
    allocate(amount, shares).map(({ party, amount: portion }) => [party, portion.minorUnits]),
  );

describe('Money', () => {
  it.each(['0.00', '12.30', '-0.01', '999999999999999.99'])('reads and writes %s', (text) => {
    expect(yuan(text).toDecimal()).toBe(text);
  });

  it.each(['1.005', '1e3', '', '1,000', ' 1', 'NaN'])('refuses %p', (text) => {
    expect(() => yuan(text)).toThrow(expect.objectContaining({ code: 'INVALID_INPUT', path: 'amount' }));
  });
});

describe('allocate', () => {
  const amounts = fc.bigInt({ min: 0n, max: 10n ** 18n }).map((units) => Money.ofMinorUnits(units, 'CNY'));
  const shareLists = fc
    .uniqueArray(fc.record({ party: fc.uuid(), weight: fc.bigInt({ min: 0n, max: 10_000n }) }), {
      minLength: 1,
      maxLength: 20,
      selector: ({ party }) => party,
    })
    .filter((shares) => shares.some(({ weight }) => weight > 0n));

  it('pays out exactly the amount', () => {
    fc.assert(
      fc.property(amounts, shareLists, (amount, shares) => {
        expect(Object.values(paid(amount, shares)).reduce((sum, units) => sum + units, 0n)).toBe(
          amount.minorUnits,
        );
      }),
    );
  });

  it('pays everyone the same whatever the order, and nothing without weight', () => {
    fc.assert(
      fc.property(amounts, shareLists, (amount, shares) => {
        const portions = paid(amount, shares);
        expect(paid(amount, shares.toReversed())).toEqual(portions);
        for (const { party, weight } of shares) if (weight === 0n) expect(portions[party]).toBe(0n);
      }),
    );
  });

  it('gives leftovers to the largest remainders, and a tie to the lower party', () => {
    const weights = commonWeights(['4/5', '2/25', '3/25'].map((text) => parseFraction(text, 'weight')));
    const shares = ['a', 'b', 'c'].map((party, i) => ({ party, weight: weights[i] ?? 0n }));
    expect(paid(Money.ofMinorUnits(15n, 'CNY'), shares)).toEqual({ a: 12n, b: 1n, c: 2n });
    const tie = [
      { party: 'b', weight: 1n },
      { party: 'a', weight: 1n },
    ];
    expect(paid(Money.ofMinorUnits(1n, 'CNY'), tie)).toEqual({ a: 1n, b: 0n });
  });

  it.each([
    ['a negative amount', -1n, [1n]],
    ['a negative weight', 1n, [1n, -1n]],
    ['no weight at all', 1n, [0n]],
    ['no share', 1n, []],
  ])('refuses %s', (_, units, weights) => {
    const shares = weights.map((weight, i) => ({ party: String(i), weight }));
    expect(() => allocate(Money.ofMinorUnits(units, 'CNY'), shares)).toThrow(RangeError);
  });
});
