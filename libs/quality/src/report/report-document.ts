import { canonicalJson, type JsonObject, type JsonValue } from '#libs/foundation';

import { GROUP_NAMES, QualityGroup, type RuleKind } from '../rule/rule-kind.ts';
import { type Rate, rateOf, type Scores, scoresOf } from './quality-scores.ts';

export interface ReportedResult {
  readonly ruleId: string;
  readonly group: QualityGroup;
  readonly kind: RuleKind;
  readonly columns: readonly string[];
  readonly parameters: JsonObject;
  readonly conforming: bigint;
  readonly considered: bigint;
  readonly fault: string | null;
  readonly referenceVersionId: string | null;
  readonly newestOn: string | null;
  readonly isCountedAtLoad: boolean;
}

export interface ReportTerms extends Scores {
  readonly id: string;
  readonly exchange: string;
  readonly dataset: { readonly id: string; readonly name: string };
  readonly version: {
    readonly id: string;
    readonly number: number;
    readonly rowCount: bigint;
    readonly fileSha256: string;
  };
  readonly measuredAt: Date;
  readonly results: readonly ReportedResult[];
}

export const REPORT_TYPE = 'quality-report+jwt';

/** The exact text that is signed: canonical JSON. Counts are texts, because they may exceed what JSON readers keep. */
export function reportDocument(terms: ReportTerms): string {
  const { id, exchange, dataset, version, measuredAt, groupScores, score, measuredRules } = terms;
  return canonicalJson({
    type: 'QualityReport',
    id,
    exchange,
    dataset: { ...dataset },
    version: { ...version, rowCount: version.rowCount.toString() },
    measuredAt: measuredAt.toISOString(),
    rules: terms.results.map(({ conforming, considered, columns, group, ...result }) => ({
      ...result,
      group,
      groupName: GROUP_NAMES[group],
      columns: [...columns],
      a: conforming.toString(),
      b: considered.toString(),
      x: rateOf({ conforming, considered }),
    })),
    groupScores: { ...groupScores },
    score,
    measuredRules: { ...measuredRules },
    method: {
      groups: 'GB/T 36344-2018',
      rate: 'X = A/B',
      scores:
        'project model: a group scores the mean of its rules’ X, the whole the mean of its measured groups',
    },
  });
}

/**
 * The scores that the counts of a report come to; null: its rates or its scores are others. A report that was signed
 * before reports said on how many rules a score rests does not say it.
 */
export function reckonedScores(report: JsonObject): Scores | null {
  const { rules, groupScores = null, score = null, measuredRules = null } = report;
  if (!Array.isArray(rules)) return null;
  const rates: Rate[] = [];
  for (const { a, b, x, group: said } of rules as JsonObject[]) {
    const group = Object.values(QualityGroup).find((known) => (known as string) === said);
    const counts = { conforming: countOf(a), considered: countOf(b) };
    const isRate = counts.conforming >= 0n && counts.conforming <= counts.considered;
    if (!group || !isRate || x !== rateOf(counts)) return null;
    rates.push({ ...counts, group });
  }
  const scores = scoresOf(rates);
  const said = { groupScores, score, measuredRules: measuredRules ?? { ...scores.measuredRules } };
  return canonicalJson({ ...scores }) === canonicalJson(said) ? scores : null;
}

function countOf(text: JsonValue | undefined): bigint {
  return typeof text === 'string' && /^\d{1,19}$/.test(text) ? BigInt(text) : -1n;
}
