import type { FoundCertificate, PresentedCertificate } from './certificate-lookup.ts';
import { standingSentence } from './certificate-standing.ts';

/** What is public of a certificate, for programs. */
export function answerOf({ facts, standing }: FoundCertificate) {
  const { code, track, registry, holders, validFrom, validTo, subject } = facts;
  const { status, end, newerCode, checkedAt } = standing;
  return {
    code,
    status,
    reason: standingSentence(facts, standing),
    track,
    name: subject.name,
    registrationType: subject.registrationType,
    registry,
    holders,
    validFrom,
    lastValidDay: validTo,
    dataSha256: subject.dataSha256,
    issuedAt: subject.issuedAt,
    endedAt: end?.endedAt.toISOString() ?? null,
    endReason: end?.reason ?? null,
    newerCode,
    checkedAt: checkedAt.toISOString(),
  };
}

const UNBELIEVED = {
  MALFORMED: '所提交的内容不是登记凭证的电子文件。',
  WRONG_KEY: '该文件不是用本登记系统的密钥签名的，不是本登记系统签发的凭证。',
  FORGED: '签名与内容不符：内容被改动，或者签名系伪造。',
  NOT_FOUND: '签名真实，但登记簿中没有这份凭证，请与登记机构联系。',
} as const;

/** The verdict on a certificate that was held out; facts are given of genuine ones only. */
export function verdictAnswerOf({ verdict, found, checkedAt }: PresentedCertificate) {
  if (verdict === 'MALFORMED' || verdict === 'WRONG_KEY' || verdict === 'FORGED' || verdict === 'NOT_FOUND')
    return { verdict, reason: UNBELIEVED[verdict], checkedAt: checkedAt.toISOString() };
  if (!found) throw new RangeError('What is believed was found');
  const answer = answerOf(found);
  if (verdict === 'VALID' || verdict === 'REVOKED' || answer.status === verdict)
    return { verdict, ...answer };
  // Out of its days, and ended before: both are said.
  const byDays = standingSentence(found.facts, { ...found.standing, status: verdict });
  return { verdict, ...answer, reason: `${byDays}${answer.reason}` };
}

export const notFoundSentence = (code: string): string =>
  `登记簿中没有编号为“${code}”的凭证。请核对编号；凭证上所载确为此编号的，该凭证不是本登记系统签发的。`;
