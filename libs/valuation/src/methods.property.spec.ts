import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import { decimalOf, DOUBLE, doubleOf, EXACT, type Fraction } from '#libs/money';

import { readInputs } from './inputs.ts';
import { calculate, methodOf } from './methods.ts';

const valueOf = (id: string, inputs: unknown): Fraction => {
  const { value } = calculate(methodOf(id), inputs);
  if (!value) throw new Error('It comes to no value');
  return value;
};
const weightsOf = (id: string, inputs: unknown) =>
  (calculate(methodOf(id), inputs).result['weights'] as string[]).map(Number);
const isSame = (a: Fraction, b: Fraction) => EXACT.sign(EXACT.minus(a, b)) === 0;
const isAbove = (a: Fraction, b: Fraction) => EXACT.sign(EXACT.minus(a, b)) > 0;
const total = (weights: readonly number[]) => weights.reduce((sum, weight) => sum + weight, 0);

const cents = fc.integer({ min: 1, max: 10_000_000 });
const yuan = cents.map((value) => (value / 100).toFixed(2));
const rates = fc.integer({ min: 1, max: 5000 }).map((value) => (value / 10_000).toFixed(4));
const flows = fc.array(yuan, { minLength: 1, maxLength: 20 });
const coefficient = fc.integer({ min: 1, max: 300 }).map((value) => (value / 100).toFixed(2));
const comparables = fc.array(
  fc.record({
    price: yuan,
    coefficients: fc.record({
      quality: coefficient,
      supplyDemand: coefficient,
      date: coefficient,
      volume: coefficient,
      other: coefficient,
    }),
  }),
  { minLength: 1, maxLength: 8 },
);
/** At least two objects; some columns may be constant, the last is not. */
const tables = fc
  .tuple(fc.integer({ min: 2, max: 6 }), fc.integer({ min: 1, max: 5 }))
  .chain(([rows, columns]) =>
    fc.array(fc.array(fc.integer({ min: 0, max: 50 }), { minLength: columns, maxLength: columns }), {
      minLength: rows,
      maxLength: rows,
    }),
  )
  .map((matrix) => matrix.map((row, i) => [...row, i * i + 1]));

describe('income value', () => {
  it('is linear in the flows', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(cents, cents), { minLength: 1, maxLength: 20 }),
        rates,
        (pairs, discountRate) => {
          const at = (cashFlows: number[]) => valueOf('income-value', { cashFlows, discountRate });
          const sum = EXACT.plus(
            at(pairs.map(([a]) => a)),
            EXACT.times(EXACT.of(3), at(pairs.map(([, b]) => b))),
          );
          expect(isSame(at(pairs.map(([a, b]) => a + 3 * b)), sum)).toBe(true);
        },
      ),
    );
  });

  it('is the sum at a rate of zero and falls as the rate rises', () => {
    fc.assert(
      fc.property(flows, rates, (cashFlows, discountRate) => {
        const at = (rate: string) => valueOf('income-value', { cashFlows, discountRate: rate });
        expect(doubleOf(at('0'))).toBeCloseTo(total(cashFlows.map(Number)), 4);
        expect(isAbove(at('0'), at(discountRate))).toBe(true);
        expect(isAbove(at(discountRate), at((Number(discountRate) + 0.0001).toFixed(4)))).toBe(true);
      }),
    );
  });

  it('of a level income for ever is income ÷ rate, however much of it is written out', () => {
    fc.assert(
      fc.property(yuan, rates, fc.integer({ min: 1, max: 30 }), (income, discountRate, years) => {
        const inputs = {
          cashFlows: Array<string>(years).fill(income),
          discountRate,
          terminal: { cashFlow: income },
        };
        const { terms } = readInputs(
          methodOf('income-direct').inputs,
          { incomes: [income], discountRate },
          (exact) => exact,
        );
        const { incomes, discountRate: rate } = terms as { incomes: [Fraction]; discountRate: Fraction };
        expect(isSame(valueOf('income-value', inputs), EXACT.over(incomes[0], rate))).toBe(true);
      }),
    );
  });
});

describe('cost and fee', () => {
  const costs = fc.record({
    historicalCost: yuan,
    priceChanges: fc.array(rates, { minLength: 1, maxLength: 8 }),
    usedYears: fc.integer({ min: 0, max: 20 }),
    remainingYears: fc.integer({ min: 1, max: 20 }),
  });

  it('does not depend on the order of the price changes, and falls with use', () => {
    fc.assert(
      fc.property(costs, (inputs) => {
        const value = valueOf('replacement-cost', inputs);
        const reversed = { ...inputs, priceChanges: inputs.priceChanges.toReversed() };
        expect(isSame(valueOf('replacement-cost', reversed), value)).toBe(true);
        expect(
          isAbove(value, valueOf('replacement-cost', { ...inputs, usedYears: inputs.usedYears + 1 })),
        ).toBe(true);
      }),
    );
  });

  it('is the opportunity cost where the buyer takes nothing, and all of the net cost where it takes everything', () => {
    fc.assert(
      fc.property(costs, yuan, (inputs, opportunityCost) => {
        const fee = (buyerCapacity: number, sellerCapacity: number) =>
          valueOf('minimum-licence-fee', { ...inputs, opportunityCost, buyerCapacity, sellerCapacity });
        const net = valueOf('replacement-cost', inputs);
        expect(isSame(EXACT.minus(fee(1, 0), fee(0, 1)), net)).toBe(true);
        expect(decimalOf(fee(0, 1))).toBe(String(Number(opportunityCost)));
      }),
    );
  });
});

describe('market value', () => {
  it('does not depend on the order of the comparables and lies between the least and the greatest', () => {
    fc.assert(
      fc.property(comparables, (given) => {
        const value = valueOf('market-value', { comparables: given });
        expect(isSame(valueOf('market-value', { comparables: given.toReversed() }), value)).toBe(true);
        const alone = given.map((one) => valueOf('market-value', { comparables: [one] }));
        expect(alone.some((one) => !isAbove(one, value))).toBe(true);
        expect(alone.some((one) => !isAbove(value, one))).toBe(true);
      }),
    );
  });

  it('takes weights that are thirds, sevenths or decimals, and sum to one', () => {
    fc.assert(
      fc.property(
        comparables,
        fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 8, maxLength: 8 }),
        (given, parts) => {
          const used = parts.slice(0, given.length);
          const sum = total(used);
          fc.pre(sum > 0);
          const weights = used.map((part) => `${part}/${sum}`);
          const value = valueOf('market-value', { comparables: given, weights });
          const order = given.map((_, i) => given.length - 1 - i);
          const turned = {
            comparables: order.map((i) => given[i]),
            weights: order.map((i) => weights[i]),
          };
          expect(isSame(valueOf('market-value', turned), value)).toBe(true);
        },
      ),
    );
  });
});

describe('AHP', () => {
  const judgements = fc.constantFrom(
    '1',
    '2',
    '3',
    '4',
    '5',
    '6',
    '7',
    '8',
    '9',
    '1/2',
    '1/3',
    '1/5',
    '1/7',
    '1/9',
  );
  const inverse = (text: string) => (text.startsWith('1/') ? text.slice(2) : `1/${text}`);
  const matrices = fc
    .integer({ min: 1, max: 15 })
    .chain((n) =>
      fc
        .array(fc.array(judgements, { minLength: n, maxLength: n }), { minLength: n, maxLength: n })
        .map((given) =>
          given.map((row, i) =>
            row.map((entry, j) => (i === j ? '1' : i < j ? entry : inverse(given[j]?.[i] ?? '1'))),
          ),
        ),
    );
  const methods = fc.constantFrom('eigenvector', 'column-mean');

  it('gives back the weights that a consistent matrix was made of, with a ratio of 0', () => {
    const made = fc.array(fc.integer({ min: 1, max: 9999 }), { minLength: 1, maxLength: 15 });
    fc.assert(
      fc.property(made, methods, (parts, method) => {
        const matrix = parts.map((a) => parts.map((b) => `${a}/${b}`));
        const { result } = calculate(methodOf('ahp'), { matrix, method });
        const sum = BigInt(total(parts));
        expect(result).toMatchObject({
          weights: parts.map((part) => decimalOf({ numerator: BigInt(part), denominator: sum })),
          lambdaMax: String(parts.length),
          consistencyIndex: '0',
          consistencyRatio: '0',
          consistent: true,
        });
      }),
    );
  });

  it('has an answer for any judgements: weights that sum to 1 and a λ that is not below n', () => {
    fc.assert(
      fc.property(matrices, methods, (matrix, method) => {
        const { result } = calculate(methodOf('ahp'), { matrix, method });
        expect(total((result['weights'] as string[]).map(Number))).toBeCloseTo(1, 13);
        expect(Number(result['lambdaMax'])).toBeGreaterThanOrEqual(matrix.length - 1e-12);
      }),
    );
  });

  it('does not depend on the order in which things are compared', () => {
    fc.assert(
      fc.property(matrices, methods, (matrix, method) => {
        const turned = matrix.toReversed().map((row) => row.toReversed());
        const found = weightsOf('ahp', { matrix, method });
        for (const [i, weight] of weightsOf('ahp', { matrix: turned, method }).toReversed().entries())
          expect(weight).toBeCloseTo(found[i] ?? NaN, 12);
      }),
    );
  });
});

describe.each(['entropy-weights', 'critic-weights'])('%s', (id) => {
  const inputsOf = (matrix: readonly (readonly unknown[])[]) => ({
    matrix,
    ...(id === 'critic-weights' && { directions: matrix[0]?.map((_, j) => (j % 2 ? 'cost' : 'benefit')) }),
  });
  /** CRITIC has no answer for columns that agree. */
  const answered = (matrix: readonly (readonly unknown[])[]): number[] | null => {
    try {
      return weightsOf(id, inputsOf(matrix));
    } catch {
      return null;
    }
  };

  it('sum to 1, none below 0', () => {
    fc.assert(
      fc.property(tables, (matrix) => {
        const weights = answered(matrix);
        fc.pre(weights !== null);
        expect(total(weights)).toBeCloseTo(1, 12);
        expect(weights.every((weight) => weight >= 0)).toBe(true);
      }),
    );
  });

  it('do not depend on the order of the objects, nor on the unit of a column', () => {
    fc.assert(
      fc.property(tables, fc.integer({ min: 1, max: 999 }), (matrix, unit) => {
        const weights = answered(matrix);
        fc.pre(weights !== null);
        const turned = answered(matrix.toReversed()) ?? [];
        const scaled = answered(matrix.map(([first = 0, ...rest]) => [`${first * unit}/7`, ...rest])) ?? [];
        for (const [j, weight] of weights.entries()) {
          expect(turned[j]).toBeCloseTo(weight, 12);
          expect(scaled[j]).toBeCloseTo(weight, 12);
        }
      }),
    );
  });
});

describe('the estimate in double precision', () => {
  const discounting = fc.record({ discountRate: rates });
  const inputs = {
    'income-value': fc.record({
      cashFlows: flows,
      discountRate: rates,
      terminal: fc.record({ cashFlow: yuan }),
    }),
    'income-direct': discounting.chain((rate) => flows.map((incomes) => ({ ...rate, incomes }))),
    'excess-income-value': fc.record({
      excessIncome: yuan,
      years: fc.integer({ min: 1, max: 60 }),
      discountRate: rates,
      taxRate: rates,
    }),
    'income-share': discounting.chain((rate) =>
      fc
        .array(fc.tuple(yuan, rates), { minLength: 1, maxLength: 20 })
        .map((pairs) => ({ ...rate, incomes: pairs.map(([a]) => a), shares: pairs.map(([, b]) => b) })),
    ),
    'market-value': comparables.map((given) => ({ comparables: given })),
    'investment-share-rate': fc.record({
      technology: fc.record({ cost: yuan, profitRate: rates }),
      operator: fc.record({ cost: yuan, profitRate: rates }),
    }),
    'minimum-licence-fee': fc.record({
      historicalCost: yuan,
      priceChanges: fc.array(rates, { minLength: 1, maxLength: 8 }),
      usedYears: coefficient,
      remainingYears: coefficient,
      buyerCapacity: yuan,
      sellerCapacity: yuan,
      opportunityCost: yuan,
    }),
  };

  it.each(Object.entries(inputs))('of %s is what it comes to exactly, to eleven digits', (id, arbitrary) => {
    const { estimate, inputs: shape, prepare } = methodOf(id);
    fc.assert(
      fc.property(arbitrary as fc.Arbitrary<object>, (given) => {
        const exact = doubleOf(valueOf(id, given));
        const prepared = prepare(readInputs(shape, given, (value) => value).terms);
        const estimated = estimate?.(readInputs(shape, given, doubleOf).terms, prepared) ?? NaN;
        expect(Math.abs(estimated - exact)).toBeLessThanOrEqual(1e-11 * Math.abs(exact));
      }),
    );
  });

  it('does not divide by zero', () => {
    expect(() => DOUBLE.over(1, 0)).toThrow(RangeError);
  });
});
