import type { JsonObject } from '#libs/foundation';
import { calculateReport, methodOf, simulate, ValuationKind } from '#libs/valuation';

import { figuresOf, type Side } from './closed-loop.ts';
import { appraiseByHand, type PlainAppraisal } from './reference-appraisal.ts';
import { type PlainTerms, simulateByHand } from './reference-valuation.ts';

const TERMS: PlainTerms = {
  seed: 20231207,
  draws: 100_000,
  years: 10,
  income: { min: 80, max: 120 },
  rate: { min: 0.05, mode: 0.1, max: 0.2 },
};
const income = methodOf('income-value');
const INPUTS = { cashFlows: Array<number>(TERMS.years).fill(100), discountRate: TERMS.rate.mode };

/** Ten years of income, simulated by the method's own formula and by a loop written for it; the figures are the same. */
export function simulationSides(): { ours: Side; reference: Side } {
  const distributions = [
    ...INPUTS.cashFlows.map((_, t) => ({
      input: `cashFlows[${t}]`,
      distribution: { uniform: TERMS.income },
    })),
    { input: 'discountRate', distribution: { triangular: TERMS.rate } },
  ];
  const { seed, draws } = TERMS;
  const wanted = simulateByHand(TERMS);
  const isRight = ({ mean, p5, p50, p95 }: Record<keyof typeof wanted, string | number>) =>
    [mean, p5, p50, p95].every((value, i) => near(Number(value), Object.values(wanted)[i] ?? NaN));
  return {
    ours: oneByOne(() => isRight(simulate(income, INPUTS, { seed, draws, distributions }))),
    reference: oneByOne(() => isRight(simulateByHand(TERMS))),
  };
}

const APPRAISAL: PlainAppraisal = {
  flows: Array<number>(TERMS.years).fill(100),
  rate: 0.1,
  cost: { historical: 400, changes: [0.05, 0.06, 0.08, 0.09], used: 4, left: 6 },
  comparables: [
    [280, 1.1, 1, 1, 1, 1],
    [330, 0.9, 1, 1, 1, 1],
  ],
};

/** Three methods with every input varied, weighed into one amount and an interval: what a reviewer or a bank recomputes. */
export function appraisalSides(): { ours: Side; reference: Side } {
  const { flows, rate, cost, comparables } = APPRAISAL;
  const method = (name: string, inputs: JsonObject) => ({
    ...{ method: name, version: 1, weight: '1/3', inputs, simulation: null, settled: null },
  });
  const [historicalCost, priceChanges] = [cost.historical, [...cost.changes]];
  const content = {
    methods: [
      method('income-value', { cashFlows: [...flows], discountRate: rate }),
      method('replacement-cost', {
        ...{ historicalCost, priceChanges, usedYears: cost.used, remainingYears: cost.left },
      }),
      method('market-value', {
        comparables: comparables.map(([price = 0, quality = 0, ...others]) => {
          const [supplyDemand = 0, date = 0, volume = 0, other = 0] = others;
          return { price, coefficients: { quality, supplyDemand, date, volume, other } };
        }),
      }),
    ],
    ...{ quality: null, singleMethodReason: null, assumptions: '', validUntil: '2027-12-31' },
  };
  const wanted = appraiseByHand(APPRAISAL);
  const isRight = (found: Readonly<Record<keyof typeof wanted, string | number | null>>) =>
    Object.entries(wanted).every(
      ([of, amount]) => Math.abs(Number(found[of as keyof typeof wanted]) - amount) < 0.0051,
    );
  return {
    ours: oneByOne(() => isRight(calculateReport(ValuationKind.APPRAISAL, content).conclusion)),
    reference: oneByOne(() => isRight(appraiseByHand(APPRAISAL))),
  };
}

const near = (a: number, b: number) => Math.abs(a - b) <= 1e-12 * Math.abs(b);

/** One thread, one after the other, for `ms`; a wrong figure ends the measurement. */
function oneByOne(work: () => boolean): Side {
  return (ms) => {
    const latencies: number[] = [];
    const began = performance.now();
    for (let sent = began; sent - began < ms;) {
      if (!work()) throw new Error('The figures are not those of the reference');
      const now = performance.now();
      latencies.push(now - sent);
      sent = now;
    }
    return Promise.resolve(figuresOf(latencies, performance.now() - began));
  };
}
