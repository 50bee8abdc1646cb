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

describe('rates and level income', () => {
  const profits = fc.array(fc.tuple(yuan, yuan), { minLength: 1, maxLength: 10 });

  it('is a profit-share rate that no unit of money changes, and 1 where all of the profit is extra', () => {
    fc.assert(
      fc.property(profits, rates, fc.integer({ min: 2, max: 999 }), (pairs, discountRate, unit) => {
        const at = (extraProfits: unknown[], totalProfits: unknown[]) =>
          valueOf('profit-share-rate', { extraProfits, totalProfits, discountRate });
        const [extra, all] = [pairs.map(([a]) => a), pairs.map(([, b]) => b)];
        const scaled = (amounts: string[]) =>
          amounts.map((amount) => (Number(amount) * 100 * unit).toFixed(0));
        expect(isSame(at(scaled(extra), scaled(all)), at(extra, all))).toBe(true);
        expect(isSame(at(all, all), EXACT.of(1))).toBe(true);
      }),
    );
  });

  it('is an investment-share rate that leaves the rest to the other, and grows with what is put in', () => {
    const side = fc.record({ cost: yuan, profitRate: rates });
    fc.assert(
      fc.property(side, side, (technology, operator) => {
        const rate = valueOf('investment-share-rate', { technology, operator });
        const rest = valueOf('investment-share-rate', { technology: operator, operator: technology });
        expect(isSame(EXACT.plus(rate, rest), EXACT.of(1))).toBe(true);
        const more = { ...technology, cost: (Number(technology.cost) + 1).toFixed(2) };
        expect(isAbove(valueOf('investment-share-rate', { technology: more, operator }), rate)).toBe(true);
      }),
    );
  });

  it('is worth as a level excess income what the same flows after tax are', () => {
    fc.assert(
      fc.property(cents, fc.integer({ min: 1, max: 30 }), rates, (excessIncome, years, discountRate) => {
        const terms = { excessIncome: excessIncome * 4, years, discountRate };
        const flows = { cashFlows: Array<number>(years).fill(excessIncome * 3), discountRate };
        expect(
          isSame(
            valueOf('excess-income-value', { ...terms, taxRate: '0.25' }),
            valueOf('income-value', flows),
          ),
        ).toBe(true);
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

  it('is proportional to what was paid', () => {
    fc.assert(
      fc.property(costs, cents, fc.integer({ min: 2, max: 99 }), (inputs, historicalCost, times) => {
        const at = (cost: number) => valueOf('replacement-cost', { ...inputs, historicalCost: cost });
        expect(isSame(at(historicalCost * times), EXACT.times(at(historicalCost), EXACT.of(times)))).toBe(
          true,
        );
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

  it('is proportional to the prices, and rises with any coefficient', () => {
    fc.assert(
      fc.property(comparables, fc.integer({ min: 2, max: 99 }), fc.nat(), (given, times, any) => {
        const value = valueOf('market-value', { comparables: given });
        const dearer = given.map((one) => ({ ...one, price: (Number(one.price) * 100 * times).toFixed(0) }));
        expect(
          isSame(valueOf('market-value', { comparables: dearer }), EXACT.times(value, EXACT.of(100 * times))),
        ).toBe(true);
        const better = given.map((one, i) => {
          const { date } = one.coefficients;
          const raised = i === any % given.length ? (Number(date) + 0.01).toFixed(2) : date;
          return { ...one, coefficients: { ...one.coefficients, date: raised } };
        });
        expect(isAbove(valueOf('market-value', { comparables: better }), value)).toBe(true);
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

  it('are nothing for a column that is the same for all, and leave the others as they are', () => {
    fc.assert(
      fc.property(tables, fc.integer({ min: 0, max: 50 }), (matrix, constant) => {
        const weights = answered(matrix);
        fc.pre(weights !== null);
        const { result } = calculate(methodOf(id), inputsOf(matrix.map((row) => [...row, constant])));
        expect((result['weights'] as string[]).at(-1)).toBe('0');
        for (const [j, weight] of weights.entries())
          expect(Number((result['weights'] as string[])[j])).toBeCloseTo(weight, 12);
        if (id === 'entropy-weights') expect((result['entropy'] as string[]).at(-1)).toBe('1');
      }),
    );
  });

  it('go with their columns, in whatever order', () => {
    fc.assert(
      fc.property(tables, (matrix) => {
        const weights = answered(matrix);
        fc.pre(weights !== null);
        const turned = inputsOf(matrix);
        const { result } = calculate(methodOf(id), {
          ...turned,
          matrix: matrix.map((row) => row.toReversed()),
          ...('directions' in turned && { directions: turned.directions?.toReversed() }),
        });
        for (const [j, weight] of (result['weights'] as string[]).toReversed().entries())
          expect(Number(weight)).toBeCloseTo(weights[j] ?? NaN, 12);
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

describe('the indicator model', () => {
  const scores = fc.record({
    usageAndIncome: fc.integer({ min: 0, max: 99 }),
    quality: fc.integer({ min: 0, max: 99 }),
    application: fc.integer({ min: 0, max: 99 }),
    monetisedAmount: fc.integer({ min: 0, max: 99 }),
    incomeSharing: fc.integer({ min: 0, max: 99 }),
  });
  const parts = fc.array(fc.integer({ min: 1, max: 99 }), { minLength: 5, maxLength: 5 });

  it('lies between the least and the greatest score, and rises with each', () => {
    fc.assert(
      fc.property(scores, parts, fc.nat({ max: 4 }), (given, judged, any) => {
        const weighting = { ahp: { matrix: judged.map((a) => judged.map((b) => `${a}/${b}`)) } };
        const at = (marks: Record<string, number>) =>
          valueOf('indicator-score', {
            scores: Object.fromEntries(
              Object.entries(marks).map(([name, mark]) => [name, (mark / 100).toFixed(2)]),
            ),
            weighting,
          });
        const value = doubleOf(at(given));
        expect(value).toBeGreaterThanOrEqual(Math.min(...Object.values(given)) / 100 - 1e-12);
        expect(value).toBeLessThanOrEqual(Math.max(...Object.values(given)) / 100 + 1e-12);
        const [name = '', mark = 0] = Object.entries(given)[any] ?? [];
        expect(isAbove(at({ ...given, [name]: mark + 1 }), at(given))).toBe(true);
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
