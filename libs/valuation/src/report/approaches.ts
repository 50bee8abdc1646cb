import { EXACT } from '#libs/money';
import { InvalidInput } from '#libs/foundation';

import { ValuationKind } from '../engagement/engagement-state.ts';
import { MethodsTooFew } from '../engagement/engagement.errors.ts';
import { parseNumber } from '../inputs.ts';
import type { Approach, Measure } from '../method.ts';
import { METHODS } from '../methods.ts';
import type { ReportContent, ReportMethod } from './calculate-report.ts';
import type { ValuationReport } from './report.ts';

type MethodsOfReport = Pick<ValuationReport, 'content' | 'calculation'>;

/** The basic approach that a method is of; null: it comes to no amount, or is not known here. */
export const approachOf = (of: Pick<ReportMethod, 'method' | 'version'>) =>
  METHODS.find(({ id, version }) => id === of.method && version === of.version)?.approach ?? null;

/** A method of a report in brief: what it is worth in the conclusion, and on how much it rests. */
export interface MethodInBrief {
  readonly method: string;
  readonly version: number;
  readonly measure: Measure;
  readonly approach: `${Approach}` | null;
  readonly weight: string;
  /** An amount in yuan to the fen, a rate or a score as it is; null: weights. */
  readonly value: string | null;
  /** How many comparables it rests on, where it rests on such; one alone is compared with nothing. */
  readonly comparables: number | null;
}

/** In the order of the report. */
export function methodsInBrief({ content, calculation }: MethodsOfReport): readonly MethodInBrief[] {
  return calculation.methods.map(({ method, version, measure, value, inputs }, i) => ({
    ...{ method, version, measure, value, weight: content.methods[i]?.weight ?? '0' },
    approach: approachOf({ method, version }),
    comparables: Array.isArray(inputs['comparables']) ? inputs['comparables'].length : null,
  }));
}

/**
 * An appraisal rests on two methods at least, unless only one is possible (资产评估法 Art. 26). That two which derive from
 * one basic approach are one in this, as they fail together, and that what weighs nothing is none, is ours: the law is
 * silent. An act of today keeps to it; reports of before are recomputed as they are.
 *
 * @param content whose weights are numbers
 * @throws MethodsTooFew, InvalidInput
 */
export function restOnTwoApproaches(kind: ValuationKind, content: ReportContent): void {
  if (kind !== ValuationKind.APPRAISAL) return;
  const weighed = content.methods.filter(({ weight }) => EXACT.sign(parseNumber(weight, '', true)) > 0);
  const approaches = new Set(weighed.map(approachOf));
  if (approaches.size < 2 && content.singleMethodReason === null) throw new MethodsTooFew();
  if (approaches.size > 1 && content.singleMethodReason !== null)
    throw new InvalidInput('singleMethodReason', 'is given where one approach only is possible');
}
