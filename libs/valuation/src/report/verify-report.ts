import { openSigned, statusIn, type StatusListFault } from '#libs/credential';
import { canonicalJson, DomainError, type JsonObject, type JsonValue, legalDayOf } from '#libs/foundation';

import { calculateReport } from './calculate-report.ts';
import { REPORT_STATUSES } from './report-status.ts';
import { REPORT_TYPE, type ValuationReport } from './report.ts';

export type ReportFault =
  /** It is no valuation report at all. */
  | 'MALFORMED'
  /** It names a key that is not trusted. */
  | 'WRONG_KEY'
  /** The trusted key has not signed these bytes. */
  | 'FORGED'
  /** A figure is not what its inputs come to. */
  | 'DIFFERS'
  /** It had not been delivered yet. */
  | 'NOT_YET_VALID'
  /** Its last day of use is over. */
  | 'EXPIRED'
  /** A later report of the same asset, kind and purpose has taken its place. */
  | 'SUPERSEDED'
  /** Other data are behind its asset by now, or it has left the register. */
  | 'ASSET_ENDED';

export interface ReportVerdict {
  readonly valid: boolean;
  readonly reason?: ReportFault | StatusListFault;
  /** Where the first figure is that the inputs do not come to, as far as it can be read. */
  readonly difference?: { readonly path: string; readonly stated: JsonValue; readonly recomputed: JsonValue };
  /** NOT_LISTED: it was delivered before there were status lists, so that none tells anything of it. */
  readonly revocation: 'CHECKED' | 'NOT_CHECKED' | 'NOT_LISTED';
  /** With CHECKED: the instant of the status list, which knows nothing of what ended later. */
  readonly statusListFrom?: string;
  /** What is signed; null: nothing is known to be genuine. */
  readonly report: JsonObject | null;
}

/**
 * Checks a report by itself, with no network and no database: its signature, every figure anew from its inputs, that
 * it had been delivered, its last day, then whether it was ended before. Of one that was altered it also says which figure no longer fits.
 *
 * @param trusted a PEM public key that was obtained beforehand
 * @param statusList the compact status list credential; null: what ended it is not checked
 */
export function verifyReport(
  compact: string,
  trusted: string,
  at: Date,
  statusList: string | null,
): ReportVerdict {
  const opened = openSigned(compact, trusted, REPORT_TYPE);
  const claimed = typeof opened === 'string' ? unverified(compact) : opened;
  const difference = claimed && isReport(claimed) ? differenceIn(claimed) : null;
  const told = difference ? { difference } : {};
  const unchecked = { revocation: 'NOT_CHECKED', report: null } as const;
  if (typeof opened === 'string') return { valid: false, reason: opened, ...told, ...unchecked };
  if (!isReport(opened)) return { valid: false, reason: 'MALFORMED', ...unchecked };
  const about = { revocation: 'NOT_CHECKED', report: opened } as const;
  if (difference) return { valid: false, reason: 'DIFFERS', difference, ...about };
  const { deliveredAt, validUntil, credentialStatus } = opened as unknown as ValuationReport;
  if (at < new Date(deliveredAt)) return { valid: false, reason: 'NOT_YET_VALID', ...about };
  if (legalDayOf(at) > validUntil) return { valid: false, reason: 'EXPIRED', ...about };
  if (statusList === null) return { valid: true, ...about };
  if (!credentialStatus) return { valid: true, ...about, revocation: 'NOT_LISTED' };
  const listed = statusIn(statusList, trusted, credentialStatus, new Date(deliveredAt), at);
  if (typeof listed === 'string') return { valid: false, reason: listed, ...about };
  const { status, statusListFrom } = listed;
  const reason = REPORT_STATUSES[status] ?? 'ASSET_ENDED';
  const checked = { revocation: 'CHECKED', statusListFrom, report: opened } as const;
  return reason === 'VALID' ? { valid: true, ...checked } : { valid: false, reason, ...checked };
}

function isReport(of: JsonObject): boolean {
  return of['format'] === 'valuation-report/1' && typeof of['content'] === 'object' && of['content'] !== null;
}

/** The first figure, in the order of the report, that is not what the inputs come to. */
function differenceIn(of: JsonObject): ReportVerdict['difference'] | null {
  const { kind, content, validUntil } = of as unknown as ValuationReport;
  if (validUntil !== content.validUntil)
    return { path: 'validUntil', stated: validUntil, recomputed: content.validUntil };
  try {
    const recomputed = calculateReport(kind, content) as unknown as JsonObject;
    return firstDifference('calculation', of['calculation'] ?? null, recomputed);
  } catch (error) {
    // What was altered may have become what no method takes, or no content at all.
    const path = error instanceof DomainError && error.path ? `content.${error.path}` : 'content';
    return { path, stated: 'not computable', recomputed: null };
  }
}

function firstDifference(
  path: string,
  stated: JsonValue,
  recomputed: JsonValue,
): ReportVerdict['difference'] | null {
  const isBoth = (what: (value: JsonValue) => boolean) => what(stated) && what(recomputed);
  if (isBoth((value) => typeof value === 'object' && value !== null)) {
    const [a, b] = [stated as JsonObject, recomputed as JsonObject];
    const names = Object.keys(b);
    for (const name of [...names, ...Object.keys(a).filter((own) => !names.includes(own))]) {
      const at = Array.isArray(recomputed) ? `${path}[${name}]` : `${path}.${name}`;
      const found = firstDifference(at, a[name] ?? null, b[name] ?? null);
      if (found) return found;
    }
    return Array.isArray(stated) === Array.isArray(recomputed) ? null : { path, stated, recomputed };
  }
  return canonicalJson(stated) === canonicalJson(recomputed) ? null : { path, stated, recomputed };
}

/** What a document says, whoever has signed it; what comes from elsewhere is not to be believed for it. */
export function unverified(compact: string): JsonObject | null {
  try {
    const [, payload = ''] = compact.trim().split('.');
    const value: unknown = JSON.parse(Buffer.from(payload, 'base64url').toString());
    return typeof value === 'object' && value !== null ? (value as JsonObject) : null;
  } catch {
    return null;
  }
}
