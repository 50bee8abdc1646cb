import type { EventType } from '#libs/outbox';

import { RegistrationState, RegistrationType } from './registration-state.ts';

/** What can be done about an application on track A. */
export type RegistrationAct =
  | 'AMEND'
  | 'SUBMIT'
  | 'WITHDRAW'
  | 'ACCEPT'
  | 'RETURN'
  | 'NOT_ACCEPT'
  | 'PUBLICIZE'
  | 'REFUSE'
  | 'CANCEL'
  | 'DISMISS_OBJECTION'
  | 'UPHOLD_OBJECTION'
  | 'CODE';

export interface ActRow {
  readonly from: readonly `${RegistrationState}`[];
  /** Null: it stays where it is. */
  readonly to: `${RegistrationState}` | null;
  /** Whose act it is. */
  readonly by: 'APPLICANT' | 'REGISTRY';
  /** Which types know it. */
  readonly types: readonly `${RegistrationType}`[];
  /** Of 公共数据资源登记管理暂行办法 (发改数据规〔2025〕26号); ours where it says so. */
  readonly rule: string;
}

const ALL = Object.values(RegistrationType);
const CODED = ALL.filter((type) => type !== RegistrationType.CANCELLATION);

/** Track A in one table: every act that is not in a row's `from` and `types` is refused. */
export const TRACK_A: Readonly<Record<RegistrationAct, ActRow>> = {
  AMEND: { from: ['DRAFT', 'RETURNED'], to: null, by: 'APPLICANT', types: ALL, rule: 'Art. 10' },
  // The period of acceptance starts anew with every submission.
  SUBMIT: { from: ['DRAFT', 'RETURNED'], to: 'SUBMITTED', by: 'APPLICANT', types: ALL, rule: 'Art. 9–10' },
  WITHDRAW: {
    from: ['DRAFT', 'SUBMITTED', 'RETURNED', 'ACCEPTED', 'PUBLICIZED'],
    to: 'WITHDRAWN',
    by: 'APPLICANT',
    types: ALL,
    rule: 'ours: an applicant may let go of what is not coded',
  },
  ACCEPT: { from: ['SUBMITTED'], to: 'ACCEPTED', by: 'REGISTRY', types: ALL, rule: 'Art. 10' },
  RETURN: { from: ['SUBMITTED'], to: 'RETURNED', by: 'REGISTRY', types: ALL, rule: 'Art. 10' },
  // What was returned and is left lying too: it would hold off the end of what it was to renew for ever.
  NOT_ACCEPT: {
    from: ['SUBMITTED', 'RETURNED'],
    to: 'NOT_ACCEPTED',
    by: 'REGISTRY',
    types: ALL,
    rule: 'Art. 10; of what was returned, ours',
  },
  PUBLICIZE: { from: ['ACCEPTED'], to: 'PUBLICIZED', by: 'REGISTRY', types: CODED, rule: 'Art. 11–12' },
  REFUSE: { from: ['ACCEPTED'], to: 'REFUSED', by: 'REGISTRY', types: ALL, rule: 'Art. 11' },
  CANCEL: { from: ['ACCEPTED'], to: 'CANCELLED', by: 'REGISTRY', types: ['CANCELLATION'], rule: 'Art. 9(4)' },
  DISMISS_OBJECTION: { from: ['PUBLICIZED'], to: null, by: 'REGISTRY', types: CODED, rule: 'Art. 12–13' },
  UPHOLD_OBJECTION: {
    from: ['PUBLICIZED'],
    to: 'TERMINATED',
    by: 'REGISTRY',
    types: CODED,
    rule: 'Art. 12–13',
  },
  CODE: { from: ['PUBLICIZED'], to: 'CODED', by: 'REGISTRY', types: CODED, rule: 'Art. 13' },
};

/** What the parties to an application are told of each act; null: of a decision on an objection its own event tells. */
export const EVENT_OF: Readonly<Record<RegistrationAct, EventType | null>> = {
  AMEND: 'registration.amended',
  SUBMIT: 'registration.submitted',
  WITHDRAW: 'registration.withdrawn',
  ACCEPT: 'registration.accepted',
  RETURN: 'registration.returned',
  NOT_ACCEPT: 'registration.not-accepted',
  PUBLICIZE: 'registration.publicized',
  REFUSE: 'registration.refused',
  CANCEL: 'registration.cancelled',
  DISMISS_OBJECTION: null,
  UPHOLD_OBJECTION: 'registration.terminated',
  CODE: 'registration.coded',
};

/** States that nothing leads out of. */
export const ENDED: readonly RegistrationState[] = Object.values(RegistrationState).filter((state) =>
  Object.values(TRACK_A).every(({ from }) => !from.includes(state)),
);

/**
 * What cannot be done about a correction that the registry has ordered on proof: the holder, who has not consented, is
 * neither to rewrite it nor to take it back, and so it is not returned to it either (ours).
 */
export const NOT_OF_ORDERED: ReadonlySet<RegistrationAct> = new Set([
  'AMEND',
  'SUBMIT',
  'WITHDRAW',
  'RETURN',
]);

export function isAllowed(act: RegistrationAct, state: RegistrationState, type: RegistrationType): boolean {
  const { from, types } = TRACK_A[act];
  return from.includes(state) && types.includes(type);
}
