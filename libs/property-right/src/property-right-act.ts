import type { EventType } from '#libs/outbox';

import { PropertyRightState, PropertyRightType } from './property-right-state.ts';

/** What can be done about an application on track B. */
export type PropertyRightAct =
  | 'AMEND'
  | 'SUBMIT'
  | 'WITHDRAW'
  | 'ACCEPT'
  | 'ACCEPT_BY_SILENCE'
  | 'RETURN'
  | 'NOT_ACCEPT'
  | 'REQUEST_SUPPLEMENT'
  | 'SUPPLEMENT'
  | 'CLOSE_UNCURED'
  | 'CLOSE_UNSUPPLEMENTED'
  | 'EXTEND'
  | 'PUBLICIZE'
  | 'WAIVE_PUBLICITY'
  | 'REFUSE'
  | 'CANCEL'
  | 'DISMISS_OBJECTION'
  | 'UPHOLD_OBJECTION'
  | 'CERTIFY';

export interface PropertyRightActRow {
  readonly from: readonly `${PropertyRightState}`[];
  /** Null: it stays where it is. */
  readonly to: `${PropertyRightState}` | null;
  /** Whose act it is; the clock's own is done by a worker. */
  readonly by: 'APPLICANT' | 'REGISTRY' | 'CLOCK';
  /** Which types know it. */
  readonly types: readonly `${PropertyRightType}`[];
  /** Of 国数综政策〔2026〕35号; ours where it says so. */
  readonly rule: string;
}

const ALL = Object.values(PropertyRightType);
const CERTIFIED = ALL.filter((type) => type !== PropertyRightType.CANCELLATION);

/** Track B in one table: every act that is not in a row's `from` and `types` is refused. */
export const TRACK_B: Readonly<Record<PropertyRightAct, PropertyRightActRow>> = {
  AMEND: { from: ['DRAFT', 'RETURNED'], to: null, by: 'APPLICANT', types: ALL, rule: 'Art. 17' },
  SUBMIT: { from: ['DRAFT', 'RETURNED'], to: 'SUBMITTED', by: 'APPLICANT', types: ALL, rule: 'Art. 14, 17' },
  WITHDRAW: {
    from: ['DRAFT', 'SUBMITTED', 'RETURNED', 'ACCEPTED', 'SUPPLEMENTING', 'EXAMINED', 'PUBLICIZED'],
    to: 'WITHDRAWN',
    by: 'APPLICANT',
    types: ALL,
    rule: 'ours: an applicant may let go of what is not certified',
  },
  ACCEPT: { from: ['SUBMITTED'], to: 'ACCEPTED', by: 'REGISTRY', types: ALL, rule: 'Art. 17' },
  ACCEPT_BY_SILENCE: { from: ['SUBMITTED'], to: 'ACCEPTED', by: 'CLOCK', types: ALL, rule: 'Art. 17' },
  // One list of all that is missing, and a time to complete it.
  RETURN: { from: ['SUBMITTED'], to: 'RETURNED', by: 'REGISTRY', types: ALL, rule: 'Art. 17' },
  NOT_ACCEPT: { from: ['SUBMITTED'], to: 'NOT_ACCEPTED', by: 'REGISTRY', types: ALL, rule: 'Art. 17' },
  REQUEST_SUPPLEMENT: {
    from: ['ACCEPTED'],
    to: 'SUPPLEMENTING',
    by: 'REGISTRY',
    types: ALL,
    rule: 'Art. 18, 28',
  },
  SUPPLEMENT: { from: ['SUPPLEMENTING'], to: 'ACCEPTED', by: 'APPLICANT', types: ALL, rule: 'Art. 18, 28' },
  CLOSE_UNCURED: {
    from: ['RETURNED'],
    to: 'NOT_ACCEPTED',
    by: 'CLOCK',
    types: ALL,
    rule: 'Art. 17; that the clock closes it is ours',
  },
  CLOSE_UNSUPPLEMENTED: {
    from: ['SUPPLEMENTING'],
    to: 'REFUSED',
    by: 'CLOCK',
    types: ALL,
    rule: 'Art. 18; that the clock closes it is ours',
  },
  EXTEND: {
    from: ['ACCEPTED', 'EXAMINED', 'PUBLICIZED'],
    to: null,
    by: 'REGISTRY',
    types: ALL,
    rule: 'Art. 28',
  },
  PUBLICIZE: { from: ['ACCEPTED'], to: 'PUBLICIZED', by: 'REGISTRY', types: CERTIFIED, rule: 'Art. 18, 24' },
  WAIVE_PUBLICITY: { from: ['ACCEPTED'], to: 'EXAMINED', by: 'REGISTRY', types: CERTIFIED, rule: 'Art. 24' },
  REFUSE: {
    from: ['ACCEPTED', 'EXAMINED', 'PUBLICIZED'],
    to: 'REFUSED',
    by: 'REGISTRY',
    types: ALL,
    rule: 'Art. 22',
  },
  CANCEL: { from: ['ACCEPTED'], to: 'CANCELLED', by: 'REGISTRY', types: ['CANCELLATION'], rule: 'Art. 32' },
  DISMISS_OBJECTION: { from: ['PUBLICIZED'], to: null, by: 'REGISTRY', types: CERTIFIED, rule: 'Art. 25' },
  UPHOLD_OBJECTION: {
    from: ['PUBLICIZED'],
    to: 'TERMINATED',
    by: 'REGISTRY',
    types: CERTIFIED,
    rule: 'Art. 25',
  },
  // The deposit completes the registration, the certificate follows in the same act.
  CERTIFY: {
    from: ['EXAMINED', 'PUBLICIZED'],
    to: 'CERTIFIED',
    by: 'REGISTRY',
    types: CERTIFIED,
    rule: 'Art. 26–28',
  },
};

/** What each act is told as; what was only rewritten, or decided for somebody who is told by itself, is not told. */
export const PROPERTY_RIGHT_EVENT_OF: Readonly<Record<PropertyRightAct, EventType | null>> = {
  AMEND: null,
  SUBMIT: 'property-right.submitted',
  WITHDRAW: 'property-right.withdrawn',
  ACCEPT: 'property-right.accepted',
  ACCEPT_BY_SILENCE: 'property-right.accepted-by-silence',
  RETURN: 'property-right.returned',
  NOT_ACCEPT: 'property-right.not-accepted',
  REQUEST_SUPPLEMENT: 'property-right.supplement-asked',
  SUPPLEMENT: 'property-right.supplemented',
  CLOSE_UNCURED: 'property-right.not-accepted',
  CLOSE_UNSUPPLEMENTED: 'property-right.refused',
  EXTEND: 'property-right.extended',
  PUBLICIZE: 'property-right.publicized',
  WAIVE_PUBLICITY: 'property-right.notice-waived',
  REFUSE: 'property-right.refused',
  CANCEL: 'property-right.cancelled',
  DISMISS_OBJECTION: null,
  UPHOLD_OBJECTION: 'property-right.terminated',
  CERTIFY: 'property-right.certified',
};

/** States that nothing leads out of. */
export const PROPERTY_RIGHT_ENDED: readonly PropertyRightState[] = Object.values(PropertyRightState).filter(
  (state) => Object.values(TRACK_B).every(({ from }) => !from.includes(state)),
);

export function isPropertyRightActAllowed(
  act: PropertyRightAct,
  state: PropertyRightState,
  type: PropertyRightType,
): boolean {
  const { from, types } = TRACK_B[act];
  return from.includes(state) && types.includes(type);
}
