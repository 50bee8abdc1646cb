import { describe, expect, it } from '@jest/globals';

import type { JsonValue } from '#libs/foundation';

import { ValuationKind } from '../engagement/engagement-state.ts';
import { calculateReport } from './calculate-report.ts';

const EQUAL = Array.from({ length: 5 }, () => Array.from({ length: 5 }, () => '1'));
const OTHERS = { usageAndIncome: '0.5', application: '0.6', monetisedAmount: '0.4', incomeSharing: '0.5' };

/** The evaluation of data that were measured at 1.000000, where somebody states a quality. */
const evaluated = (stated: Readonly<Record<string, JsonValue>>) => {
  const inputs = { scores: { ...OTHERS, ...stated }, weighting: { ahp: { matrix: EQUAL } } };
  return calculateReport(ValuationKind.EVALUATION, {
    quality: { reportId: 'q', measuredAt: '2026-12-01T00:00:00.000Z', score: '1.000000', groupScores: {} },
    methods: [
      { method: 'indicator-score', version: 1, inputs, weight: '0', simulation: null, settled: null },
    ],
    ...{ singleMethodReason: null, assumptions: '', validUntil: '2027-06-30' },
  });
};

describe('the quality that goes into a score', () => {
  it.each([undefined, '1', 1, '1.0', '1.000000', '1e0'])(
    'may be stated as %p, if it is what was measured',
    (quality) => {
      const { methods, conclusion } = evaluated(quality === undefined ? {} : { quality });
      expect(conclusion.score).toBe('0.6');
      expect(methods[0]?.inputs).toMatchObject({ scores: { quality: '1.000000' } });
    },
  );

  it.each(['0.999999', '1.0000001', 0, '壹', null, '1/1'])('is not what somebody types in: %p', (quality) => {
    expect(() => evaluated({ quality })).toThrow(
      expect.objectContaining({ code: 'INVALID_INPUT', path: 'methods[0].inputs.scores.quality' }),
    );
  });
});
