import { methodsInBrief, type ReportVerdict, type ValuationReport, verifyReport } from '#libs/valuation';

import type { Answer } from './calculators.ts';
import { type CheckOptions, instantOf, textOf, trustedKeyOf } from './certificate-check.ts';

/** A verdict, with the first figure that its inputs do not come to; not the whole report again. @throws InvalidInput */
export function verifyValuationReport(file: string, options: CheckOptions): Answer {
  const { report, ...verdict } = verdictOnReport(file, options);
  const { engagementId, kind, purpose, baseDate, validUntil, calculation, credentialStatus } = (report ??
    {}) as Partial<ValuationReport>;
  const said = { engagementId, kind, purpose, baseDate, validUntil, conclusion: calculation?.conclusion };
  // Which list to fetch, for who has none yet.
  const statusList = credentialStatus?.['statusListCredential'];
  const methods = report && methodsInBrief(report as unknown as ValuationReport);
  const told = { ...verdict, ...(report && { ...said, methods, statusList }) };
  return { result: JSON.parse(JSON.stringify(told)) as Answer['result'], isSo: verdict.valid };
}

/** @throws InvalidInput */
export function verdictOnReport(file: string, { trust, statusList, at }: CheckOptions): ReportVerdict {
  const compact = textOf(file, 'FILE');
  const trusted = trustedKeyOf(trust, 'valuation');
  const list = statusList === undefined ? null : textOf(statusList, '--status-list');
  const verdict = verifyReport(compact, trusted, instantOf(at), list);
  const isAhead = at === undefined && verdict.reason === 'NOT_YET_VALID';
  if (!isAhead || !verdict.report) return verdict;
  // A report that is here was delivered: unless somebody asks of an earlier instant, its exchange's clock is ahead.
  const { deliveredAt } = verdict.report as unknown as ValuationReport;
  return verifyReport(compact, trusted, new Date(deliveredAt), list);
}
