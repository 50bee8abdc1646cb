import { certificateFactsOf, certificatePage, type CertificateStanding } from '#libs/asset';
import type { CredentialVerdict } from '#libs/credential';
import { canonicalJson, type JsonObject } from '#libs/foundation';

import type { Answer } from './calculators.ts';
import { type CheckOptions, verdictOn } from './certificate-check.ts';

/**
 * The page that the exchange shows of a certificate, made offline of what the file says; if the file is not genuine,
 * the verdict instead.
 *
 * @throws InvalidInput
 */
export function showCertificate(file: string, options: CheckOptions): Answer | { readonly page: string } {
  const { verdict, instant } = verdictOn(file, options);
  const document = canonicalJson(verdict.credential);
  const facts = certificateFactsOf(document);
  // Of a list that is not the one that the certificate names, or too old, nothing can be said.
  const isUnlisted = verdict.reason === 'WRONG_STATUS_LIST' || verdict.reason === 'STALE_STATUS_LIST';
  if (!verdict.credential || !facts || isUnlisted) return { result: { ...verdict }, isSo: false };
  const verifyUrl = `${exchangeUrlOf(verdict.credential)}/verify/${facts.code}`;
  const page = certificatePage(document, standingOf(verdict, instant), verifyUrl, false);
  return page === null ? { result: { ...verdict }, isSo: false } : { page };
}

function standingOf(verdict: CredentialVerdict, instant: Date): CertificateStanding {
  const { reason, revocation, statusListFrom } = verdict;
  // What ended after the list was made is not in it.
  const isOlder = statusListFrom !== undefined && Date.parse(statusListFrom) < instant.getTime();
  const checkedAt = isOlder ? new Date(statusListFrom) : instant;
  const genuine = revocation === 'CHECKED' ? 'VALID' : 'NOT_CHECKED';
  const outOfDays = reason === 'EXPIRED' || reason === 'NOT_YET_VALID' ? reason : null;
  return {
    status: reason === 'REVOKED' ? 'ENDED' : (outOfDays ?? genuine),
    end: null,
    newerCode: null,
    checkedAt,
  };
}

/** Where its status list is, verification is too. */
function exchangeUrlOf({ credentialStatus }: JsonObject): string {
  const list = (credentialStatus as JsonObject | undefined)?.['statusListCredential'];
  return typeof list === 'string' ? list.replace(/\/status-lists\/\d+$/, '') : '';
}
