// The same appraisal by hand: three formulas in doubles, each input moved ten per cent, weighed a third each.
export interface PlainAppraisal {
  readonly flows: readonly number[];
  readonly rate: number;
  readonly cost: {
    readonly historical: number;
    readonly changes: readonly number[];
    readonly used: number;
    readonly left: number;
  };
  readonly comparables: readonly (readonly number[])[];
}

interface Ends {
  readonly value: number;
  readonly low: number;
  readonly high: number;
}

function endsOf(inputs: readonly number[], worth: (inputs: readonly number[]) => number): Ends {
  const value = worth(inputs);
  let [low, high] = [value, value];
  const moved = [...inputs];
  for (const [i, input] of inputs.entries()) {
    for (const factor of [0.9, 1.1]) {
      moved[i] = input * factor;
      const end = worth(moved);
      low = Math.min(low, end);
      high = Math.max(high, end);
    }
    moved[i] = input;
  }
  return { value, low, high };
}

export function appraiseByHand({ flows, rate, cost, comparables }: PlainAppraisal): Ends {
  const income = endsOf([rate, ...flows], ([i = 0, ...years]) =>
    years.reduceRight((later, flow) => (later + flow) / (1 + i), 0),
  );
  const { historical, changes, used, left } = cost;
  const replacement = endsOf(
    [historical, used, left, ...changes],
    ([c = 0, u = 0, l = 0, ...moved]) =>
      (moved.reduce((total, change) => total * (1 + change), c) * l) / (u + l),
  );
  const width = comparables[0]?.length ?? 0;
  const market = endsOf(comparables.flat(), (all) => {
    let sum = 0;
    for (let at = 0; at < all.length; at += width)
      sum += all.slice(at, at + width).reduce((a, b) => a * b, 1);
    return sum / comparables.length;
  });
  const third = (of: keyof Ends) => (income[of] + replacement[of] + market[of]) / 3;
  return { value: third('value'), low: third('low'), high: third('high') };
}
