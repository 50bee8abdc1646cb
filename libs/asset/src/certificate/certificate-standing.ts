import { addDays, type LegalDay, startOfLegalDay } from '#libs/foundation';

import { Track } from '../track.ts';

/** Whether a certificate counts; whatever ended it before its time comes before the days of its own. */
export type CertificateStatus =
  | 'VALID'
  | 'NOT_YET_VALID'
  | 'EXPIRED'
  | 'SUPERSEDED'
  | 'CANCELLED'
  | 'REVOKED'
  /** Said by a verifier that is offline: its bit in the status list is set. */
  | 'ENDED'
  /** Said by a verifier that has no status list: genuine and within its days. */
  | 'NOT_CHECKED';

export interface CertificateEndFacts {
  readonly endedAt: Date;
  readonly cause: 'SUPERSEDED' | 'CANCELLED' | 'REVOKED';
  readonly reason: string | null;
}

/** How a certificate stands at an instant. */
export interface CertificateStanding {
  readonly status: CertificateStatus;
  readonly end: CertificateEndFacts | null;
  /** The code of the certificate that took its place. */
  readonly newerCode: string | null;
  readonly checkedAt: Date;
}

interface Validity {
  readonly validFrom: LegalDay;
  /** The last day. */
  readonly validTo: LegalDay;
}

export function certificateStatusAt(
  { validFrom, validTo }: Validity,
  end: CertificateEndFacts | null,
  at: Date,
): CertificateStatus {
  if (end && end.endedAt <= at) return end.cause;
  if (at < startOfLegalDay(validFrom)) return 'NOT_YET_VALID';
  return at < startOfLegalDay(addDays(validTo, 1)) ? 'VALID' : 'EXPIRED';
}

/** In one word, as it is stamped on the certificate. */
export const STATUS_WORDS: Readonly<Record<CertificateStatus, string>> = {
  VALID: '有效',
  NOT_YET_VALID: '尚未生效',
  EXPIRED: '已过期',
  SUPERSEDED: '已更新',
  CANCELLED: '已注销',
  REVOKED: '已撤销',
  ENDED: '已失效',
  NOT_CHECKED: '状态未核查',
};

/** What track A gives out is 凭证, what track B does is 证书. */
export const nounOf = (track: Track): string => (track === Track.A ? '登记凭证' : '登记证书');

/** In a sentence, with the reason. */
export function standingSentence(
  { track, validFrom, validTo }: Validity & { readonly track: Track },
  { status, end, newerCode }: CertificateStanding,
): string {
  const noun = `该${nounOf(track)}`;
  const since = end ? `于${zhDateOf(end.endedAt)}` : '';
  const why = end?.reason ? `原因：${end.reason}` : '';
  const newer = newerCode === null ? '' : `新的${nounOf(track)}编号为${newerCode}。`;
  switch (status) {
    case 'VALID':
      return `${noun}现行有效，有效期至${zhDay(validTo)}。`;
    case 'NOT_YET_VALID':
      return `${noun}尚未生效，自${zhDay(validFrom)}起有效。`;
    case 'EXPIRED':
      return `${noun}的有效期已于${zhDay(validTo)}届满，不再有效。${newer}`;
    case 'SUPERSEDED':
      return `${noun}已${since}被更新的${nounOf(track)}取代，不再有效。${newer}${why}`;
    case 'CANCELLED':
      return `登记已${since}注销，${noun}不再有效。${why}`;
    case 'REVOKED':
      return `登记已${since}被撤销，${noun}不再有效。${why}`;
    case 'ENDED':
      return `${noun}已在有效期届满前失效（更新、注销或者撤销）。`;
    case 'NOT_CHECKED':
      return `${noun}签名真实且在有效期内；是否已更新、注销或者撤销，未核查。`;
  }
}

/** 2026年12月1日. */
export function zhDay(day: LegalDay): string {
  const [year = '', month, date] = day.split('-');
  return `${year}年${Number(month)}月${Number(date)}日`;
}

const SHANGHAI = new Intl.DateTimeFormat('sv-SE', {
  timeZone: 'Asia/Shanghai',
  dateStyle: 'short',
  timeStyle: 'short',
});

/** 2026年12月1日 09:05, Beijing time. */
export function zhDateOf(instant: Date): string {
  const [day = '', time = ''] = SHANGHAI.format(instant).split(' ');
  return `${zhDay(day)} ${time}`;
}
