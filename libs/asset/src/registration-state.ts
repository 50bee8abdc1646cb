/** Stages of an application on track A, 公共数据资源登记管理暂行办法 (发改数据规〔2025〕26号) Art. 9–13. */
export enum RegistrationState {
  DRAFT = 'DRAFT',
  SUBMITTED = 'SUBMITTED',
  RETURNED = 'RETURNED',
  NOT_ACCEPTED = 'NOT_ACCEPTED',
  ACCEPTED = 'ACCEPTED',
  PUBLICIZED = 'PUBLICIZED',
  REFUSED = 'REFUSED',
  CODED = 'CODED',
}

/** Where an application may go from each stage. */
export const NEXT = {
  DRAFT: ['SUBMITTED'],
  SUBMITTED: ['ACCEPTED', 'RETURNED', 'NOT_ACCEPTED'],
  // The period of acceptance starts anew with every submission (Art. 10).
  RETURNED: ['SUBMITTED'],
  NOT_ACCEPTED: [],
  ACCEPTED: ['PUBLICIZED', 'REFUSED'],
  PUBLICIZED: ['CODED'],
  REFUSED: [],
  CODED: [],
} as const satisfies Record<RegistrationState, readonly `${RegistrationState}`[]>;

export function mayFollow(from: RegistrationState, to: RegistrationState): boolean {
  return (NEXT[from] as readonly string[]).includes(to);
}
