import { InvalidInput } from '#libs/foundation';
import { type Arithmetic, decimalOf, DOUBLE, doubleOf, EXACT, type Fraction, reduced } from '#libs/money';

import { fields, number } from '../inputs.ts';
import { defineMethod } from '../method.ts';
import { fractionOf, type PreciseNumber } from '../precise.ts';
import { ahpInputs, type AhpTerms, ahpWeights } from './ahp.ts';
import { criticInputs, type CriticTerms, criticWeights } from './critic-weights.ts';
import { entropyInputs, type EntropyTerms, entropyWeights } from './entropy-weights.ts';

/** 使用与收益情况, 数据质量, 数据应用情况, 变现量, 收益分配比例; rows and columns of matrices are in this order. */
export const DIMENSIONS = [
  'usageAndIncome',
  'quality',
  'application',
  'monetisedAmount',
  'incomeSharing',
] as const;
type Dimension = (typeof DIMENSIONS)[number];

interface ScoreTerms<N> {
  /** 0 … 1. */
  readonly scores: Readonly<Record<Dimension, N>>;
  readonly weighting: {
    readonly ahp?: AhpTerms;
    readonly entropy?: EntropyTerms;
    readonly critic?: CriticTerms;
    readonly blend?: { readonly alpha: Fraction; readonly ahp: AhpTerms; readonly entropy: EntropyTerms };
  };
}

const MODEL = 'project model, modelled on the published dimensions';

/** One weight for each dimension, summing to 1 exactly. @throws InvalidInput */
function weightsOf({ ahp, entropy, critic, blend }: ScoreTerms<Fraction>['weighting']): readonly Fraction[] {
  if (ahp) return judged(ahp, 'weighting.ahp');
  if (entropy)
    return measured(entropyWeights(entropy, 'weighting.entropy.matrix').weights, 'weighting.entropy');
  if (critic) return measured(criticWeights(critic, 'weighting.critic'), 'weighting.critic');
  if (!blend) return [];
  const byJudgement = judged(blend.ahp, 'weighting.blend.ahp');
  const { weights } = entropyWeights(blend.entropy, 'weighting.blend.entropy.matrix');
  const byEntropy = measured(weights, 'weighting.blend.entropy');
  const rest = EXACT.minus(EXACT.of(1), blend.alpha);
  return byJudgement.map((weight, k) =>
    reduced(EXACT.plus(EXACT.times(blend.alpha, weight), EXACT.times(rest, byEntropy[k] as Fraction))),
  );
}

function judged(terms: AhpTerms, path: string): Fraction[] {
  const { weights, consistencyRatio, isConsistent } = ahpWeights(terms, `${path}.matrix`);
  if (!isConsistent)
    throw new InvalidInput(
      `${path}.matrix`,
      `must be consistent: its ratio is ${doubleOf(consistencyRatio).toFixed(3)}, and 0.10 is the most`,
    );
  return summingToOne(weights, `${path}.matrix`);
}

const measured = (weights: readonly PreciseNumber[], path: string) =>
  summingToOne(weights.map(fractionOf), `${path}.matrix`);

/** What was rounded sums to 1 but for its last digit. */
function summingToOne(weights: readonly Fraction[], path: string): Fraction[] {
  if (weights.length !== DIMENSIONS.length)
    throw new InvalidInput(path, `must weigh the ${DIMENSIONS.length} dimensions: ${DIMENSIONS.join(', ')}`);
  const total = weights.reduce((sum, weight) => EXACT.plus(sum, weight), EXACT.of(0));
  return weights.map((weight) => reduced(EXACT.over(weight, total)));
}

const score = <N>(scores: ScoreTerms<N>['scores'], weights: readonly N[], a: Arithmetic<N>) =>
  DIMENSIONS.reduce((sum, name, k) => a.plus(sum, a.times(weights[k] as N, scores[name])), a.of(0));

/**
 * Σ w_k·s_k over the dimensions that the standard 《数据资产价值与收益分配评价模型》 (2023) names. Its indicators, formulas and
 * weights are not public: how they are joined here is this project's. The score may serve other methods as coefficient.
 */
export const indicatorScore = defineMethod<
  ScoreTerms<Fraction>,
  ScoreTerms<number>,
  { readonly exact: readonly Fraction[]; readonly doubles: readonly number[] }
>({
  id: 'indicator-score',
  version: 1,
  source: `${MODEL} of 《数据资产价值与收益分配评价模型》 (2023)`,
  measure: 'SCORE',
  approach: null,
  inputs: fields({
    scores: fields(Object.fromEntries(DIMENSIONS.map((name) => [name, number({ atLeast: 0, atMost: 1 })]))),
    weighting: fields(
      {},
      {
        ahp: ahpInputs,
        entropy: entropyInputs,
        critic: criticInputs,
        blend: fields({
          alpha: number({ atLeast: 0, atMost: 1, isBound: true }),
          ahp: ahpInputs,
          entropy: entropyInputs,
        }),
      },
      ['ahp', 'entropy', 'critic', 'blend'],
    ),
  }),
  prepare: ({ weighting }) => {
    const exact = weightsOf(weighting);
    return { exact, doubles: exact.map(doubleOf) };
  },
  value: ({ scores }, { exact }) => score(scores, exact, EXACT),
  estimate: ({ scores }, { doubles }) => score(scores, doubles, DOUBLE),
  explain: ({ scores }, { exact }) => ({
    score: decimalOf(score(scores, exact, EXACT)),
    weights: Object.fromEntries(DIMENSIONS.map((name, k) => [name, decimalOf(exact[k] as Fraction)])),
    model: MODEL,
  }),
});
