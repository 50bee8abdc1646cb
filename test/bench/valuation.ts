import { methodOf, simulate } from '#libs/valuation';

import { figuresOf, type Side } from './closed-loop.ts';
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
