// The same simulation by hand: ten uniform incomes and a triangular rate, one plain loop over doubles, nothing checked.
import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { mersenne } from 'pure-rand/generator/mersenne';

export interface PlainTerms {
  readonly seed: number;
  readonly draws: number;
  readonly years: number;
  readonly income: { readonly min: number; readonly max: number };
  readonly rate: { readonly min: number; readonly mode: number; readonly max: number };
}

export function simulateByHand({ seed, draws, years, income, rate }: PlainTerms) {
  const random = mersenne(seed);
  const values = new Float64Array(draws);
  const flows = new Float64Array(years);
  const width = income.max - income.min;
  const [span, rising, falling] = [rate.max - rate.min, rate.mode - rate.min, rate.max - rate.mode];
  let sum = 0;
  for (let n = 0; n < draws; n++) {
    for (let t = 0; t < years; t++) flows[t] = income.min + uniformFloat64(random) * width;
    const area = uniformFloat64(random) * span;
    const i =
      area < rising ? rate.min + Math.sqrt(area * rising) : rate.max - Math.sqrt((span - area) * falling);
    let value = 0;
    for (let t = years - 1; t >= 0; t--) value = (value + (flows[t] ?? 0)) / (1 + i);
    values[n] = value;
    sum += value;
  }
  values.sort();
  const percentile = (part: number) => {
    const position = ((draws - 1) * part) / 100;
    const below = Math.floor(position);
    const low = values[below] ?? 0;
    return low + ((values[below + 1] ?? low) - low) * (position - below);
  };
  return { mean: sum / draws, p5: percentile(5), p50: percentile(50), p95: percentile(95) };
}
