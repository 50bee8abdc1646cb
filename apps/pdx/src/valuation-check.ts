import { InvalidInput, legalDayOf } from '#libs/foundation';
import { type ReportVerdict, type ValuationReport, verifyReport } from '#libs/valuation';

import type { Answer } from './calculators.ts';
import { textOf, trustedKeyOf } from './certificate-check.ts';

export interface ReportCheckOptions {
  readonly trust: string;
  readonly at?: string;
}

/** A verdict, with the first figure that its inputs do not come to; not the whole report again. @throws InvalidInput */
export function verifyValuationReport(file: string, options: ReportCheckOptions): Answer {
  const { valid, reason, difference, report } = verdictOnReport(file, options);
  const { engagementId, kind, purpose, baseDate, validUntil, calculation } = (report ??
    {}) as Partial<ValuationReport>;
  const said = { engagementId, kind, purpose, baseDate, validUntil, conclusion: calculation?.conclusion };
  // Whether another report has taken its place, or its asset has ended, only the exchange knows.
  const found = { valid, ...(reason && { reason }), ...(difference && { difference }) };
  const told = { ...found, revocation: 'NOT_CHECKED', ...(report && said) };
  return { result: JSON.parse(JSON.stringify(told)) as Answer['result'], isSo: valid };
}

/** @throws InvalidInput */
export function verdictOnReport(file: string, { trust, at }: ReportCheckOptions): ReportVerdict {
  const instant = at === undefined ? new Date() : new Date(at);
  if (Number.isNaN(instant.getTime())) throw new InvalidInput('--at', 'must be an instant, RFC 3339');
  return verifyReport(textOf(file, 'FILE'), trustedKeyOf(trust, 'valuation'), legalDayOf(instant));
}
