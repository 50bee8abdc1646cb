import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import { Money } from '#libs/money';

import { lineAmount, splitLine } from './split-line.ts';

describe('a statement line', () => {
  it.each([
    [5n, '0.3350000000', '1.68'],
    [1n, '0.0050000000', '0.01'],
    [1n, '0.0049999999', '0.00'],
    [3n, '0.10', '0.30'],
    [1_000_000_000_000n, '9999999999.9999999999', '9999999999999999999900.00'],
  ])('of %s × %s is %s', (units, price, amount) => {
    expect(lineAmount(units, price).toDecimal()).toBe(amount);
  });

  it('is split to the fen, nobody gets more than a fen above its exact part', () => {
    const weight = fc.integer({ min: 0, max: 1_000_000 });
    fc.assert(
      fc.property(
        fc.bigInt({ min: 0n, max: 10n ** 15n }),
        weight,
        weight,
        fc.integer({ min: 1, max: 9 }),
        (fen, a, b, c) => {
          const portions = splitLine(Money.ofMinorUnits(fen, 'CNY'), [
            { capacity: 'PROVIDER', partyId: 'p', weight: a },
            { capacity: 'OPERATOR', partyId: 'o', weight: b },
            { capacity: 'PLATFORM', partyId: 'q', weight: c },
          ]);
          const total = BigInt(a) + BigInt(b) + BigInt(c);
          expect(portions.reduce((sum, { amount }) => sum + amount.minorUnits, 0n)).toBe(fen);
          for (const { weight: own, amount } of portions) {
            const over = amount.minorUnits * total - fen * BigInt(own);
            expect(over > -total && over < total).toBe(true);
          }
        },
      ),
    );
  });
});
