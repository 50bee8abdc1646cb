import { readFileSync } from 'node:fs';

import { openSigned, verifyCredential } from '#libs/credential';
import { InvalidInput } from '#libs/foundation';
import { groupsOf, reckonedScores, REPORT_TYPE } from '#libs/quality';

import type { Answer } from './calculators.ts';

export interface CheckOptions {
  readonly trust: string;
  readonly statusList?: string;
  readonly at?: string;
}

/** A verdict with its reason; a file that cannot be read, or is no trust file, is wrong input. @throws InvalidInput */
export function verifyCertificate(file: string, options: CheckOptions): Answer {
  const { verdict } = verdictOn(file, options);
  return { result: { ...verdict }, isSo: verdict.valid };
}

/**
 * Whether a quality report is genuine, its scores are those of its counts, and what they rest on; not whether a newer report
 * has been made of the version since: that only the exchange knows. @throws InvalidInput
 */
export function verifyQualityReport(file: string, trust: string): Answer {
  const told = { revocation: 'NOT_CHECKED' };
  const opened = openSigned(textOf(file, 'FILE'), trustedKeyOf(trust, 'quality'), REPORT_TYPE);
  if (typeof opened === 'string') return { result: { valid: false, reason: opened, ...told }, isSo: false };
  const scores = reckonedScores(opened);
  if (!scores)
    return { result: { valid: false, reason: 'WRONG_SCORES', ...told, report: opened }, isSo: false };
  const groups = groupsOf(scores).map((group) => ({ ...group }));
  return { result: { valid: true, ...told, score: scores.score, groups, report: opened }, isSo: true };
}

/** The verdict at the instant that was asked for. @throws InvalidInput */
export function verdictOn(file: string, { trust, statusList, at }: CheckOptions) {
  const instant = at === undefined ? new Date() : new Date(at);
  if (Number.isNaN(instant.getTime())) throw new InvalidInput('--at', 'must be an instant, RFC 3339');
  const verdict = verifyCredential(
    textOf(file, 'FILE'),
    trustedKeyOf(trust),
    instant,
    statusList === undefined ? null : textOf(statusList, '--status-list'),
  );
  return { verdict, instant };
}

export function trustedKeyOf(
  file: string,
  purpose: 'certificate' | 'quality' | 'valuation' = 'certificate',
): string {
  const text = textOf(file, '--trust');
  try {
    const key = (JSON.parse(text) as Partial<Record<string, unknown>>)[purpose];
    if (typeof key === 'string' && key.startsWith('-----BEGIN PUBLIC KEY-----')) return key;
  } catch {
    // Said below.
  }
  throw new InvalidInput('--trust', `must hold the key of ${purpose}, as pdx keys export writes it`);
}

export function textOf(file: string, path: string): string {
  try {
    return readFileSync(file === '-' ? 0 : file, 'utf8');
  } catch {
    throw new InvalidInput(path, `cannot be read: ${file}`);
  }
}
