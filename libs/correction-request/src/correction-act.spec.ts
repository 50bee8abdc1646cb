import { describe, expect, it } from '@jest/globals';

import { WORKING_DAYS } from '#libs/asset';
import { workingDaysAfter } from '#libs/foundation';

import { CORRECTION, type CorrectionAct, isAllowed } from './correction-act.ts';
import { CorrectionRequestState } from './correction-state.ts';

const acts = Object.keys(CORRECTION) as CorrectionAct[];

describe('the acts about a request for correction', () => {
  it('lead on these ways and no other', () => {
    const ways = Object.values(CorrectionRequestState).flatMap((state) =>
      acts
        .filter((act) => isAllowed(act, state))
        .map((act) => `${state} ${act} ${CORRECTION[act].to ?? state}`),
    );
    expect(ways).toEqual([
      'AT_BUREAU FORWARD RECEIVED',
      'AT_BUREAU WITHDRAW WITHDRAWN',
      'RECEIVED PREPARE PREPARED',
      'RECEIVED EXTEND RECEIVED',
      'RECEIVED WITHDRAW WITHDRAWN',
      'PREPARED PREPARE PREPARED',
      'PREPARED EXTEND PREPARED',
      'PREPARED ANSWER ANSWERED',
      'PREPARED WITHDRAW WITHDRAWN',
    ]);
  });

  it('are each one side’s, and end the period under way when they pass the request on or end it', () => {
    expect(acts.map((act) => `${CORRECTION[act].by} ${act} ${CORRECTION[act].endsPeriod}`)).toEqual([
      'BUREAU FORWARD true',
      'HOLDER PREPARE false',
      'HOLDER EXTEND false',
      'HOLDER ANSWER true',
      'ASKER WITHDRAW true',
    ]);
  });
});

describe('the periods of Art. 17', () => {
  const { CORRECTION_FORWARD, CORRECTION_ANSWER } = WORKING_DAYS.CORRECTION_REQUEST;

  it.each([
    // Around the Spring Festival of 2026: 14 and 28 February are worked, 15 to 23 are off.
    ['2026-02-12', CORRECTION_FORWARD, '2026-02-14'],
    ['2026-02-14', CORRECTION_FORWARD, '2026-02-25'],
    ['2026-02-15', CORRECTION_FORWARD, '2026-02-25'],
    ['2026-02-12', CORRECTION_ANSWER, '2026-02-26'],
    ['2026-02-23', CORRECTION_ANSWER, '2026-02-28'],
    ['2026-02-12', 10, '2026-03-04'],
    ['2026-04-30', CORRECTION_ANSWER, '2026-05-11'],
  ])('that begin on %s and have %i working days end on %s', (from, days, due) => {
    expect(workingDaysAfter(from, days)).toEqual({ due, provisional: false });
  });
});
