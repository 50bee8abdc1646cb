import { describe, expect, it } from '@jest/globals';

import { ENGAGEMENT, type EngagementAct, isEngagementActAllowed } from './engagement-act.ts';
import { EngagementState } from './engagement-state.ts';

const STATES = Object.values(EngagementState);
const ACTS = Object.keys(ENGAGEMENT) as EngagementAct[];

/** Written down a second time, by hand, so that a change of the table is a change of two places. */
const ALLOWED: Readonly<Record<EngagementState, string>> = {
  COMMISSIONED: 'ACCEPT DECLINE WITHDRAW',
  ACCEPTED: 'DECLINE WITHDRAW ASSIGN RECUSE PREPARE',
  PREPARED: 'DECLINE WITHDRAW ASSIGN RECUSE PREPARE APPROVE SEND_BACK',
  REVIEWED: 'DECLINE WITHDRAW ASSIGN RECUSE PREPARE SIGN DELIVER',
  DELIVERED: '',
  DECLINED: '',
  WITHDRAWN: '',
};

describe('the acts of an engagement', () => {
  it.each(STATES)('from %s are these and no others', (state) => {
    expect(ACTS.filter((act) => isEngagementActAllowed(act, state)).join(' ')).toBe(ALLOWED[state]);
  });

  it('reach every state, and every report through a review', () => {
    const reached = new Set<string>(['COMMISSIONED', ...ACTS.flatMap((act) => ENGAGEMENT[act].to ?? [])]);
    expect([...reached].sort()).toEqual([...STATES].sort());
    const into = (state: string) => ACTS.filter((act) => ENGAGEMENT[act].to === state);
    expect(into('DELIVERED').every((act) => ENGAGEMENT[act].from.join() === 'REVIEWED')).toBe(true);
    expect(into('REVIEWED')).toEqual(['APPROVE']);
  });
});
