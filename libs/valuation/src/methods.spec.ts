import { describe, expect, it } from '@jest/globals';

import { type Calculation, calculate, METHODS, methodOf } from './methods.ts';

type Result = Readonly<
  Record<
    'value' | 'discountRate' | 'terminalValue' | 'rate' | 'presentValueExtra' | 'presentValueTotal',
    string
  > &
    Record<'lambdaMax' | 'consistencyIndex' | 'consistencyRatio', string> &
    Record<'presentValues' | 'weights' | 'entropy', readonly string[]> & { consistent: boolean }
>;
const resultOf = (id: string, inputs: unknown) => calculate(methodOf(id), inputs).result as unknown as Result;
const numbers = (texts: readonly string[]) => texts.map(Number);
/** Each within half of its last digit as published. */
const expectAll = (found: readonly string[], published: readonly number[], digits: number) => {
  expect(found).toHaveLength(published.length);
  for (const [i, value] of numbers(found).entries()) expect(value).toBeCloseTo(published[i] ?? NaN, digits);
};

const D1 = {
  historicalCost: '400',
  priceChanges: ['0.05', '0.06', '0.08', '0.09'],
  usedYears: 4,
  remainingYears: 6,
};
const D4 = {
  cashFlows: ['200', '220', '242', '266.2', '292.82'],
  capm: { riskFree: '0.08', marketReturn: '0.12', beta: '1.5' },
  terminal: { cashFlow: '300' },
};

describe('discounted income', () => {
  it('discounts each year and what goes on for ever', () => {
    const inputs = { cashFlows: ['110', '121'], discountRate: '0.1', terminal: { cashFlow: '12.1' } };
    expect(resultOf('income-value', inputs)).toEqual({
      value: '300',
      discountRate: '0.1',
      presentValues: ['100', '100'],
      terminalValue: '100',
    });
  });

  it('agrees with the published CAPM valuation in two stages, rounded by hand there', () => {
    const { value, discountRate, presentValues, terminalValue } = resultOf('income-value', D4);
    expect(discountRate).toBe('0.14');
    expect(numbers(presentValues).reduce((a, b) => a + b)).toBeCloseTo(817.7579, 4);
    expect(Number(terminalValue)).toBeCloseTo(1112.9329, 4);
    expect(Number(value)).toBeCloseTo(1930.69, 2);
    expect(Math.abs(Number(value) - 1930.79)).toBeLessThan(0.15);
  });

  it('has every digit of what ends and forty of what does not', () => {
    const ends = resultOf('income-value', { cashFlows: Array<number>(60).fill(1), discountRate: '0.25' });
    expect(ends.value).toBe('3.999993870017836536444566566611891398763265525043511265591296');
    const { value } = resultOf('income-value', { cashFlows: [1], discountRate: '0.1' });
    expect(value).toBe('0.9090909090909090909090909090909090909091');
  });

  it('is the same by earnings, by a share of them, by what other assets leave, and by what the data adds', () => {
    const rate = { discountRate: '0.1' };
    const flows = ['110', '121'];
    const value = { value: '200', cashFlows: flows };
    expect(resultOf('income-direct', { ...rate, incomes: flows })).toMatchObject(value);
    expect(
      resultOf('income-share', { ...rate, incomes: ['220', '1210'], shares: ['0.5', '0.1'] }),
    ).toMatchObject(value);
    expect(
      resultOf('income-excess', { ...rate, incomes: ['160', '121'], contributions: [['20', '30'], []] }),
    ).toMatchObject(value);
    expect(
      resultOf('income-incremental', { ...rate, withData: ['210', '121'], withoutData: ['100', 0] }),
    ).toMatchObject(value);
  });

  it('values a level excess income by its annuity, at a rate of zero too', () => {
    const inputs = { excessIncome: '100', years: 2, discountRate: '0.25', taxRate: '0.25' };
    const result = { value: '108', annuityFactor: '1.44', incomeAfterTax: '75' };
    expect(resultOf('excess-income-value', inputs)).toEqual(result);
    expect(resultOf('excess-income-value', { ...inputs, years: '3', discountRate: 0 })).toMatchObject({
      value: '225',
    });
  });
});

describe('rates', () => {
  it('agree with the published shares of profit', () => {
    const inputs = {
      extraProfits: ['100', '120', '90', '70'],
      totalProfits: ['250', '400', '450', '467'],
      discountRate: '0.1',
    };
    const { rate, presentValueExtra, presentValueTotal } = resultOf('profit-share-rate', inputs);
    expect(Number(rate)).toBeCloseTo(0.25146873, 8);
    expect(Number(presentValueExtra)).toBeCloseTo(305.511919, 6);
    expect(Number(presentValueTotal)).toBeCloseTo(1214.910184, 6);
    // Published with factors of four digits.
    expect(Number(rate)).toBeCloseTo(0.2515, 4);
  });

  it('agree with the published equivalent investment', () => {
    const inputs = { technology: { cost: 600, profitRate: 2 }, operator: { cost: 8000, profitRate: '0.1' } };
    const { rate } = resultOf('investment-share-rate', inputs);
    expect(Number(rate)).toBeCloseTo(0.169811, 6);
  });
});

describe('cost', () => {
  it('agrees with the published lowest licence fee', () => {
    const replaced = { replacementCost: '524.08944', newnessRate: '0.6', netCost: '314.453664' };
    expect(resultOf('replacement-cost', D1)).toEqual(replaced);
    const inputs = { ...D1, buyerCapacity: 400, sellerCapacity: 600, opportunityCost: 100 };
    expect(resultOf('minimum-licence-fee', inputs)).toEqual({
      ...replaced,
      costShare: '0.4',
      fee: '225.7814656',
    });
  });

  it('adds a basket up by category, times the coefficient of value', () => {
    const basket = [
      { category: 'direct', amount: '100.10', name: '采集' },
      { category: 'direct', amount: '0.20' },
      { category: 'taxes', amount: '9.70' },
    ];
    expect(resultOf('cost-value', { basket, valueCoefficient: '1.5' })).toEqual({
      value: '165',
      cost: '110',
      costs: { early: '0', direct: '100.3', indirect: '0', opportunity: '0', taxes: '9.7' },
    });
  });
});

describe('market', () => {
  const coefficients = { quality: '1.1', supplyDemand: 1, date: 1, volume: 1, other: '0.5' };
  const comparables = [
    { price: '100', coefficients },
    { price: '200', coefficients },
    { price: '300', coefficients },
  ];

  it('weighs comparables alike unless it is told otherwise', () => {
    expect(resultOf('market-value', { comparables })).toEqual({
      value: '110',
      adjusted: ['55', '110', '165'],
    });
    expect(resultOf('market-value', { comparables, weights: ['1/3', '1/3', '1/3'] })).toMatchObject({
      value: '110',
    });
    expect(resultOf('market-value', { comparables, weights: [0, '0.5', '0.5'] })).toMatchObject({
      value: '137.5',
    });
  });
});

/** A reciprocal matrix from the entries above its diagonal. */
const reciprocal = (upper: readonly (readonly string[])[]) => {
  const n = upper.length + 1;
  const above = (i: number, j: number) => upper[i]?.[j - i - 1] ?? '';
  const inverse = (text: string) => (text.startsWith('1/') ? text.slice(2) : `1/${text}`);
  return Array.from({ length: n }, (_, i) =>
    Array.from({ length: n }, (_, j) => (i === j ? '1' : i < j ? above(i, j) : inverse(above(j, i)))),
  );
};

describe('AHP', () => {
  const drinks = reciprocal([
    ['9', '5', '2', '1', '1', '1/2'],
    ['1/3', '1/9', '1/9', '1/9', '1/9'],
    ['1/3', '1/4', '1/3', '1/9'],
    ['1/2', '1', '1/3'],
    ['2', '1/2'],
    ['1/3'],
  ]);

  it('agrees with the published seven drinks', () => {
    const { weights, lambdaMax, consistencyRatio, consistent } = resultOf('ahp', {
      matrix: drinks,
      randomIndex: 'ahpy-saaty',
    });
    expectAll(weights, [0.177457, 0.019149, 0.041831, 0.116417, 0.189572, 0.128781, 0.326793], 6);
    expect(Number(lambdaMax)).toBeCloseTo(7.176629, 6);
    expect(Number(consistencyRatio)).toBeCloseTo(0.022, 3);
    expect(consistent).toBe(true);
  });

  it('agrees with the published choice of a leader, level by level', () => {
    const weightsAt = (upper: string[][], published: number[], ratio: number, randomIndex: string) => {
      const { weights, consistencyRatio } = resultOf('ahp', { matrix: reciprocal(upper), randomIndex });
      expectAll(weights, published, 3);
      expect(Number(consistencyRatio)).toBeCloseTo(ratio, 3);
      return numbers(weights);
    };
    const criteria = weightsAt(
      [['4', '3', '7'], ['1/3', '3'], ['5']],
      [0.548, 0.127, 0.27, 0.056],
      0.044,
      'saaty-1980',
    );
    const alternatives = [
      weightsAt([['1/4', '4'], ['9']], [0.217, 0.717, 0.066], 0.035, 'ahpy-saaty'),
      weightsAt([['3', '1/5'], ['1/7']], [0.188, 0.081, 0.731], 0.062, 'ahpy-saaty'),
      numbers(resultOf('ahp', { matrix: reciprocal([['5', '9'], ['4']]) }).weights),
      numbers(resultOf('ahp', { matrix: reciprocal([['1/3', '5'], ['9']]) }).weights),
    ];
    const chosen = [0, 1, 2].map((who) =>
      criteria.reduce((sum, weight, k) => sum + weight * (alternatives[k]?.[who] ?? 0), 0),
    );
    expectAll(chosen.map(String), [0.358137, 0.492788, 0.149075], 6);
  });

  it('has exact weights by the mean of columns', () => {
    const { weights, lambdaMax, consistent } = resultOf('ahp', {
      matrix: reciprocal([['2', '4'], ['2']]),
      method: 'column-mean',
    });
    expect(weights).toEqual([
      '0.5714285714285714285714285714285714285714',
      '0.2857142857142857142857142857142857142857',
      '0.1428571428571428571428571428571428571429',
    ]);
    expect(lambdaMax).toBe('3');
    expect(consistent).toBe(true);
  });

  it.each([
    ['saaty-1980', 1.32],
    ['ahpy-saaty', 1.35],
    ['donegan-dodd', 1.2519],
  ])('divides by the random index of %s', (randomIndex, index) => {
    const { consistencyIndex, consistencyRatio } = resultOf('ahp', { matrix: drinks, randomIndex });
    expect(Number(consistencyRatio)).toBeCloseTo(Number(consistencyIndex) / index, 12);
  });

  it('says so when judgements are inconsistent, and finds no inconsistency in one or two', () => {
    expect(resultOf('ahp', { matrix: reciprocal([['9', '1/9'], ['9']]) })).toMatchObject({
      consistent: false,
    });
    expect(resultOf('ahp', { matrix: [[1]] })).toMatchObject({ weights: ['1'], consistencyRatio: '0' });
    expect(resultOf('ahp', { matrix: reciprocal([['3']]) })).toEqual({
      weights: ['0.75', '0.25'],
      lambdaMax: '2',
      consistencyIndex: '0',
      consistencyRatio: '0',
      consistent: true,
    });
  });

  it('takes reciprocals that are rounded in the seventh digit', () => {
    expect(
      resultOf('ahp', {
        matrix: [
          [1, 3],
          ['0.3333334', 1],
        ],
      }),
    ).toMatchObject({ consistencyRatio: '0' });
    expect(() =>
      resultOf('ahp', {
        matrix: [
          [1, 3],
          ['0.333334', 1],
        ],
      }),
    ).toThrow(expect.objectContaining({ path: 'matrix[1][0]' }));
  });

  it('finds what is far apart', () => {
    const { weights } = resultOf('ahp', { matrix: reciprocal([['1000000', '3'], ['1/1000000']]) });
    expect(numbers(weights).reduce((a, b) => a + b)).toBeCloseTo(1, 14);
  });
});

describe('entropy', () => {
  it.each([
    [
      [
        [3, 100, 10, 7],
        ['2.5', 80, 8, 5],
        ['1.8', 50, 20, 11],
        ['2.2', 70, 12, 9],
      ],
      [0.1146, 0.1981, 0.4185, 0.2689],
      4,
    ],
    [
      [
        [30, 30, 38, 29],
        [19, 54, 86, 29],
        [19, 15, 85, '28.9'],
        [68, 70, 60, 29],
      ],
      [0.463, 0.3992, 0.1378, 0],
      4,
    ],
    [
      [
        [4550, 30, 6.74, 20, 15, 5, 85, 150, 0.87, 4.76],
        [3005, 60.86, 2.4, 35, 27, 4, 26, 200, 0.17, 4.51],
        [2040, 14.85, 1.7, 90, 25, 5, 26, 500, 0.27, 4.19],
        [3370, 99.4, 3.25, 25.3, 54, 3, 45, 222, 0.21, 3.78],
        [3920, 112.6, 4.93, 11.4, 71.7, 2, 50, 100, 0.25, 4.11],
      ],
      [0.026, 0.154, 0.089, 0.199, 0.115, 0.04, 0.08, 0.123, 0.172, 0.002],
      3,
    ],
    [
      [
        [1, 2],
        [4, 16],
      ],
      [0.358889, 0.641111],
      6,
    ],
  ])('agrees with the published weights of %j', (matrix, published, digits) => {
    expectAll(resultOf('entropy-weights', { matrix }).weights, published, digits);
  });

  it('weighs a constant column exactly 0, of zeros too', () => {
    const { weights, entropy } = resultOf('entropy-weights', {
      matrix: [
        ['1/3', 0, 1],
        ['1/3', 0, 2],
      ],
    });
    expect(weights).toEqual(['0', '0', '1']);
    expect(entropy).toMatchObject({ 0: '1', 1: '1' });
  });

  it('keeps twelve digits of a column that is almost constant', () => {
    const almost = (last: string) =>
      resultOf('entropy-weights', {
        matrix: [
          ['1', 1],
          ['1', 2],
          [last, 3],
        ],
      }).weights;
    // 1 − e grows with the square of the difference, so a difference ten times as small weighs a hundred times less.
    const [first = ''] = almost(`1.${'0'.repeat(36)}1`);
    const [second = ''] = almost(`1.${'0'.repeat(37)}1`);
    expect(Number(first) / Number(second)).toBeCloseTo(100, 7);
  });

  it('gives everything to the column where one object has it all', () => {
    expect(
      resultOf('entropy-weights', {
        matrix: [
          [1, 0],
          [1, 5],
        ],
      }),
    ).toEqual({ weights: ['0', '1'], entropy: ['1', '0'] });
  });
});

describe('CRITIC', () => {
  const matrix = [
    [5000, 3, 3, 4, 3, 2],
    [680, 5, 3, 2, 2, 1],
    [2000, 3, 2, 3, 4, 3],
    [600, 4, 3, 1, 2, 2],
    [800, 2, 4, 3, 3, 4],
  ];
  const benefits = Array<string>(6).fill('benefit');

  it('agrees with the published weights, every column a benefit', () => {
    expectAll(
      resultOf('critic-weights', { matrix, directions: benefits }).weights,
      [0.157, 0.249, 0.168, 0.121, 0.154, 0.151],
      3,
    );
  });

  it('weighs otherwise where less is better', () => {
    const directions = ['cost', ...benefits.slice(1)];
    expectAll(
      resultOf('critic-weights', { matrix, directions }).weights,
      [0.184, 0.213, 0.142, 0.158, 0.168, 0.134],
      3,
    );
  });

  it('weighs a constant column 0 and leaves it out of the others', () => {
    const [first = [], second = [], third = []] = matrix.map((row) => row.slice(0, 3));
    const three = [first, second, third];
    const { weights } = resultOf('critic-weights', { matrix: three, directions: benefits.slice(0, 3) });
    const withConstant = three.map((row) => [7, ...row]);
    expect(
      resultOf('critic-weights', { matrix: withConstant, directions: benefits.slice(0, 4) }).weights,
    ).toEqual(['0', ...weights]);
  });

  it.each([
    [
      'columns that wholly agree',
      [
        [1, 2],
        [2, 4],
        [5, 10],
      ],
      ['benefit', 'benefit'],
    ],
    ['one column', [[1], [2]], ['benefit']],
    [
      'constant columns',
      [
        [1, 2],
        [1, 2],
      ],
      ['benefit', 'cost'],
    ],
  ])('has no answer for %s', (_, rows, directions) => {
    expect(() => resultOf('critic-weights', { matrix: rows, directions })).toThrow(
      expect.objectContaining({ path: 'matrix' }),
    );
  });
});

describe('the indicator model', () => {
  const scores = {
    usageAndIncome: 1,
    quality: '0.5',
    application: '0.5',
    monetisedAmount: 0,
    incomeSharing: 0,
  };
  const even = { matrix: Array.from({ length: 5 }, () => Array<number>(5).fill(1)) };
  const measured = {
    matrix: [
      [1, 1, 1, 1, 1],
      [1, 1, 1, 1, 5],
    ],
  };

  it('sums scores by judged, measured or blended weights, and says whose model it is', () => {
    const model = 'project model, modelled on the published dimensions';
    expect(resultOf('indicator-score', { scores, weighting: { ahp: even } })).toEqual({
      score: '0.4',
      weights: {
        usageAndIncome: '0.2',
        quality: '0.2',
        application: '0.2',
        monetisedAmount: '0.2',
        incomeSharing: '0.2',
      },
      model,
    });
    expect(resultOf('indicator-score', { scores, weighting: { entropy: measured } })).toMatchObject({
      score: '0',
    });
    const blend = { alpha: '0.75', ahp: even, entropy: measured };
    expect(resultOf('indicator-score', { scores, weighting: { blend } })).toMatchObject({
      score: '0.3',
      weights: { quality: '0.15', incomeSharing: '0.4' },
    });
    const critic = {
      matrix: [
        [1, 5, 0, 0, 0],
        [2, 3, 0, 0, 0],
      ],
      directions: Array<string>(5).fill('benefit'),
    };
    expect(resultOf('indicator-score', { scores, weighting: { critic } })).toMatchObject({ score: '0.75' });
  });

  it('refuses judgements that are inconsistent, or of other dimensions', () => {
    const one = '1';
    const wild = reciprocal([['9', '1/9', one, one], ['9', one, one], [one, one], [one]]);
    expect(() => resultOf('indicator-score', { scores, weighting: { ahp: { matrix: wild } } })).toThrow(
      expect.objectContaining({
        path: 'weighting.ahp.matrix',
        rule: expect.stringContaining('0.10'),
      }),
    );
    expect(() => resultOf('indicator-score', { scores, weighting: { ahp: { matrix: [[1]] } } })).toThrow(
      expect.objectContaining({ path: 'weighting.ahp.matrix' }),
    );
  });
});

describe('what no method takes', () => {
  const flows = ['1', '2'];
  const capacities = { buyerCapacity: 1, sellerCapacity: 1, opportunityCost: 0 };
  const coefficients = { quality: 1, supplyDemand: 1, date: 1, volume: 1, other: 1 };
  const comparables = [{ price: 1, coefficients }];
  const level = { excessIncome: 1, years: 1, discountRate: 0, taxRate: 0 };
  const side = { cost: 1, profitRate: 0 };
  const square = (n: number) => Array.from({ length: n }, () => Array<number>(n).fill(1));

  it.each<[string, unknown, string]>([
    ['income-value', { cashFlows: [], discountRate: 0 }, 'cashFlows'],
    ['income-value', { cashFlows: [1, null, 2], discountRate: 0 }, 'cashFlows[1]'],
    ['income-value', { cashFlows: Array(1001).fill(1), discountRate: 0 }, 'cashFlows'],
    ['income-value', { cashFlows: flows, discountRate: '-0.01' }, 'discountRate'],
    ['income-value', { cashFlows: flows, discountRate: -1 }, 'discountRate'],
    ['income-value', { cashFlows: flows }, 'discountRate'],
    ['income-value', { cashFlows: flows, discountRate: 0, capm: D4.capm }, 'discountRate'],
    ['income-value', { cashFlows: flows, capm: { ...D4.capm, alpha: 1 } }, 'capm.alpha'],
    ['income-value', { cashFlows: flows, capm: { ...D4.capm, beta: -9 } }, 'capm'],
    ['income-value', { cashFlows: flows, discountRate: 0, terminal: { cashFlow: 1 } }, 'discountRate'],
    ['income-value', { cashFlows: flows, discountRate: 1, terminal: {} }, 'terminal.cashFlow'],
    ['income-value', { cashFlows: flows, discountRate: 1, more: 1 }, 'more'],
    ['income-value', JSON.parse('{"cashFlows":[1],"discountRate":0,"__proto__":{"x":1}}'), '__proto__'],
    ['income-value', { cashFlows: flows, discountRate: '1/3' }, 'discountRate'],
    ['income-value', { cashFlows: '12', discountRate: 0 }, 'cashFlows'],
    ['income-value', [], '$'],
    ['income-value', null, '$'],
    ['income-share', { incomes: flows, shares: [1], discountRate: 0 }, 'shares'],
    ['income-share', { incomes: flows, shares: [1, 2], discountRate: 0 }, 'shares[1]'],
    ['income-excess', { incomes: flows, contributions: [[]], discountRate: 0 }, 'contributions'],
    ['income-incremental', { withData: flows, withoutData: [1], discountRate: 0 }, 'withoutData'],
    ['profit-share-rate', { extraProfits: flows, totalProfits: [1], discountRate: 0 }, 'totalProfits'],
    ['profit-share-rate', { extraProfits: flows, totalProfits: [1, -1], discountRate: 0 }, 'totalProfits'],
    ['investment-share-rate', { technology: { ...side, cost: -1 }, operator: side }, 'technology.cost'],
    [
      'investment-share-rate',
      { technology: side, operator: { ...side, profitRate: -1 } },
      'operator.profitRate',
    ],
    [
      'investment-share-rate',
      { technology: { ...side, cost: 0 }, operator: { ...side, cost: 0 } },
      'operator.cost',
    ],
    ['excess-income-value', { ...level, years: 0 }, 'years'],
    ['excess-income-value', { ...level, years: '1.5' }, 'years'],
    ['excess-income-value', { ...level, years: 1001 }, 'years'],
    ['excess-income-value', { ...level, taxRate: '1.01' }, 'taxRate'],
    ['replacement-cost', { ...D1, usedYears: 0, remainingYears: 0 }, 'remainingYears'],
    ['replacement-cost', { ...D1, priceChanges: [0, -1] }, 'priceChanges[1]'],
    ['replacement-cost', { ...D1, priceChanges: [] }, 'priceChanges'],
    ['replacement-cost', { ...D1, historicalCost: -1 }, 'historicalCost'],
    ['minimum-licence-fee', { ...D1, ...capacities, buyerCapacity: 0, sellerCapacity: 0 }, 'buyerCapacity'],
    ['minimum-licence-fee', D1, 'buyerCapacity'],
    ['cost-value', { basket: [{ category: 'late', amount: 1 }], valueCoefficient: 1 }, 'basket[0].category'],
    ['cost-value', { basket: [], valueCoefficient: 1 }, 'basket'],
    ['market-value', { comparables: [] }, 'comparables'],
    ['market-value', { comparables: [{ price: 0, coefficients }] }, 'comparables[0].price'],
    [
      'market-value',
      { comparables: [{ price: 1, coefficients: { ...coefficients, date: 0 } }] },
      'comparables[0].coefficients.date',
    ],
    ['market-value', { comparables, weights: ['0.99'] }, 'weights'],
    [
      'market-value',
      { comparables: [...comparables, ...comparables], weights: ['1.5', '-0.5'] },
      'weights[1]',
    ],
    ['market-value', { comparables, weights: ['0.5', '0.5'] }, 'weights'],
    ['ahp', { matrix: [] }, 'matrix'],
    ['ahp', { matrix: square(16) }, 'matrix'],
    ['ahp', { matrix: [[1, 2], ['1/2']] }, 'matrix[1]'],
    ['ahp', { matrix: [[2]] }, 'matrix[0][0]'],
    [
      'ahp',
      {
        matrix: [
          [1, -2],
          [-0.5, 1],
        ],
      },
      'matrix[0][1]',
    ],
    [
      'ahp',
      {
        matrix: [
          [1, 0],
          [0, 1],
        ],
      },
      'matrix[0][1]',
    ],
    [
      'ahp',
      {
        matrix: [
          [1, '1/0'],
          [1, 1],
        ],
      },
      'matrix[0][1]',
    ],
    ['ahp', { matrix: [[1]], method: 'guess' }, 'method'],
    ['ahp', { matrix: [[1]], randomIndex: 'constructor' }, 'randomIndex'],
    ['entropy-weights', { matrix: [[1, 2]] }, 'matrix'],
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
      'entropy-weights',
      {
        matrix: [
          [1, 2],
          [1, -2],
        ],
      },
      'matrix[1][1]',
    ],
    ['entropy-weights', { matrix: [[1, 2], [1]] }, 'matrix[1]'],
    ['entropy-weights', { matrix: [[], []] }, 'matrix[0]'],
    [
      'critic-weights',
      {
        matrix: [
          [1, 2],
          [2, 1],
        ],
        directions: ['benefit'],
      },
      'directions',
    ],
    [
      'critic-weights',
      {
        matrix: [
          [1, 2],
          [2, 1],
        ],
        directions: ['benefit', 'up'],
      },
      'directions[1]',
    ],
    [
      'critic-weights',
      {
        matrix: [
          [1, 2],
          [2, 1],
        ],
      },
      'directions',
    ],
    ['indicator-score', { scores: {}, weighting: {} }, 'scores.usageAndIncome'],
  ])('%s of %j', (id, inputs, path) => {
    expect(() => resultOf(id, inputs)).toThrow(expect.objectContaining({ code: 'INVALID_INPUT', path }));
  });

  it.each([
    '',
    ' 1',
    '+1',
    '1.',
    '.5',
    '0x1',
    '1_000',
    '1,5',
    'NaN',
    'Infinity',
    '1e999999999',
    '1e-99',
    '1e31',
    '1'.repeat(31),
    `0.${'1'.repeat(41)}`,
    '１',
    Number.NaN,
    Infinity,
    1e300,
    5e-324,
    true,
    null,
    undefined,
    {},
    [1],
    1n,
    '1/3',
  ])('the number %p', (value) => {
    expect(() => resultOf('income-direct', { incomes: [value], discountRate: 0 })).toThrow(
      expect.objectContaining({ code: 'INVALID_INPUT', path: 'incomes[0]' }),
    );
  });

  it.each(['100 CNY', '$100', '1,000.00元', '￥5', '3 USD'])('the amount %p, for its unit', (value) => {
    expect(() => resultOf('income-direct', { incomes: ['1', value], discountRate: 0 })).toThrow(
      expect.objectContaining({
        path: 'incomes[1]',
        rule: 'must be a number and no unit: amounts are in CNY',
      }),
    );
  });

  it.each([
    ['income-direct', { incomes: ['1'], discountRate: 0, currency: 'USD' }, 'currency'],
    [
      'cost-value',
      { basket: [{ category: 'direct', amount: 1, currency: 'CNY' }], valueCoefficient: 1 },
      'basket[0].currency',
    ],
    [
      'market-value',
      { comparables: [{ price: 1, coefficients: {}, currency: 'USD' }] },
      'comparables[0].currency',
    ],
  ])('a currency of its own: %s of %j', (id, inputs, path) => {
    expect(() => resultOf(id, inputs)).toThrow(
      expect.objectContaining({ path, rule: 'is not stated per entry: amounts are in CNY' }),
    );
  });

  it('the amount that is an object with a currency', () => {
    const inputs = { incomes: [{ amount: '1', currency: 'USD' }], discountRate: 0 };
    expect(() => resultOf('income-direct', inputs)).toThrow(
      expect.objectContaining({
        path: 'incomes[0]',
        rule: 'must be a number and no unit: amounts are in CNY',
      }),
    );
  });

  it.each([
    [1e-7, '0.0000001'],
    ['1e3', '1000'],
    ['-0', '0'],
    ['007.50', '7.5'],
    [1e21, '1000000000000000000000'],
  ])('but it takes %p', (value, text) => {
    expect(resultOf('income-direct', { incomes: [value], discountRate: 0 })).toMatchObject({ value: text });
  });

  it('has no method or version that there is not', () => {
    expect(() => methodOf('astrology')).toThrow(expect.objectContaining({ path: 'method' }));
    expect(() => methodOf('ahp', 2)).toThrow(expect.objectContaining({ path: 'method' }));
  });
});

describe('the registry', () => {
  it('holds each method once in each version, with its source', () => {
    const names = METHODS.map(({ id, version }) => `${id}/${version}`);
    expect(new Set(names).size).toBe(names.length);
    expect(METHODS.every(({ source }) => source.length > 0)).toBe(true);
  });

  it('recomputes a stored calculation by name, version and inputs alone', () => {
    const stored = JSON.parse(
      JSON.stringify({ ...calculate(methodOf('income-value'), D4), value: null }),
    ) as Calculation;
    const [id = '', version] = stored.formulaVersion.split('/');
    expect(calculate({ id, version: Number(version) }, stored.inputs).result).toEqual(stored.result);
  });
});

describe('every method', () => {
  it('that comes to an amount is of one of the three basic approaches, and no other is', () => {
    for (const { id, measure, approach } of METHODS)
      expect([id, approach !== null]).toEqual([id, measure === 'AMOUNT']);
    const ofCost = METHODS.filter(({ approach }) => approach === 'COST').map(({ id }) => id);
    expect(ofCost).toEqual(['replacement-cost', 'minimum-licence-fee', 'cost-value']);
  });
});
