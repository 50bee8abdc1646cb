import type { EventType } from '#libs/outbox';

import type { EngagementState } from './engagement-state.ts';

/** What can be done about an engagement once it is commissioned. */
export type EngagementAct =
  | 'ACCEPT'
  | 'DECLINE'
  | 'WITHDRAW'
  | 'ASSIGN'
  | 'RECUSE'
  | 'PREPARE'
  | 'APPROVE'
  | 'SEND_BACK'
  | 'SIGN'
  | 'DELIVER';

export interface EngagementActRow {
  readonly from: readonly `${EngagementState}`[];
  /** Null: it stays where it is. */
  readonly to: `${EngagementState}` | null;
  readonly by: 'HOLDER' | 'FIRM' | 'EITHER';
  /** Of 资产评估法 (2016); ours where it says so. An evaluation by the registry follows the same articles, which is ours. */
  readonly rule: string;
}

const UNDER_WAY = ['ACCEPTED', 'PREPARED', 'REVIEWED'] as const;

/** An engagement in one table: every act that is not in a row's `from` is refused. */
export const ENGAGEMENT: Readonly<Record<EngagementAct, EngagementActRow>> = {
  ACCEPT: { from: ['COMMISSIONED'], to: 'ACCEPTED', by: 'FIRM', rule: 'Art. 24' },
  DECLINE: {
    from: ['COMMISSIONED', ...UNDER_WAY],
    to: 'DECLINED',
    by: 'FIRM',
    rule: 'Art. 18, 19; before acceptance ours',
  },
  WITHDRAW: {
    from: ['COMMISSIONED', ...UNDER_WAY],
    to: 'WITHDRAWN',
    by: 'HOLDER',
    rule: 'ours: who commissions may let go of what is not delivered',
  },
  ASSIGN: { from: UNDER_WAY, to: null, by: 'FIRM', rule: 'Art. 24' },
  // Whatever somebody with an interest has worked on is prepared anew; that is ours.
  RECUSE: { from: UNDER_WAY, to: 'ACCEPTED', by: 'EITHER', rule: 'Art. 13(6), 24' },
  PREPARE: { from: UNDER_WAY, to: 'PREPARED', by: 'FIRM', rule: 'Art. 26' },
  APPROVE: { from: ['PREPARED'], to: 'REVIEWED', by: 'FIRM', rule: 'Art. 26' },
  SEND_BACK: { from: ['PREPARED'], to: 'ACCEPTED', by: 'FIRM', rule: 'Art. 26' },
  SIGN: { from: ['REVIEWED'], to: null, by: 'FIRM', rule: 'Art. 27' },
  DELIVER: { from: ['REVIEWED'], to: 'DELIVERED', by: 'FIRM', rule: 'Art. 27' },
};

/** What each act is told as; what happens inside the firm is not told. */
export const ENGAGEMENT_EVENT_OF: Readonly<Record<EngagementAct, EventType | null>> = {
  ACCEPT: 'valuation.accepted',
  DECLINE: 'valuation.declined',
  WITHDRAW: 'valuation.withdrawn',
  ASSIGN: null,
  RECUSE: 'valuation.appraiser-recused',
  PREPARE: null,
  APPROVE: null,
  SEND_BACK: null,
  SIGN: null,
  DELIVER: 'valuation.delivered',
};

export function isEngagementActAllowed(act: EngagementAct, state: EngagementState): boolean {
  return ENGAGEMENT[act].from.includes(state);
}
