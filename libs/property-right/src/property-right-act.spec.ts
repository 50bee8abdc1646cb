import { describe, expect, it } from '@jest/globals';

import {
  isPropertyRightActAllowed,
  PROPERTY_RIGHT_ENDED,
  type PropertyRightAct,
  TRACK_B,
} from './property-right-act.ts';
import { PropertyRightState, PropertyRightType } from './property-right-state.ts';

const states = Object.values(PropertyRightState);
const acts = Object.keys(TRACK_B) as PropertyRightAct[];
const waysOf = (type: PropertyRightType) =>
  states.flatMap((state) =>
    acts
      .filter((act) => isPropertyRightActAllowed(act, state, type))
      .map((act) => `${state} ${act} ${TRACK_B[act].to ?? state}`),
  );

describe('the acts of track B', () => {
  const common = [
    'DRAFT AMEND DRAFT',
    'DRAFT SUBMIT SUBMITTED',
    'DRAFT WITHDRAW WITHDRAWN',
    'SUBMITTED WITHDRAW WITHDRAWN',
    'SUBMITTED ACCEPT ACCEPTED',
    'SUBMITTED ACCEPT_BY_SILENCE ACCEPTED',
    'SUBMITTED RETURN RETURNED',
    'SUBMITTED NOT_ACCEPT NOT_ACCEPTED',
    'RETURNED AMEND RETURNED',
    'RETURNED SUBMIT SUBMITTED',
    'RETURNED WITHDRAW WITHDRAWN',
    'RETURNED CLOSE_UNCURED NOT_ACCEPTED',
    'ACCEPTED WITHDRAW WITHDRAWN',
    'ACCEPTED REQUEST_SUPPLEMENT SUPPLEMENTING',
    'ACCEPTED EXTEND ACCEPTED',
  ];
  const supplementing = [
    'SUPPLEMENTING WITHDRAW WITHDRAWN',
    'SUPPLEMENTING SUPPLEMENT ACCEPTED',
    'SUPPLEMENTING CLOSE_UNSUPPLEMENTED REFUSED',
  ];
  const certified = [
    ...common,
    'ACCEPTED PUBLICIZE PUBLICIZED',
    'ACCEPTED WAIVE_PUBLICITY EXAMINED',
    'ACCEPTED REFUSE REFUSED',
    ...supplementing,
    'EXAMINED WITHDRAW WITHDRAWN',
    'EXAMINED EXTEND EXAMINED',
    'EXAMINED REFUSE REFUSED',
    'EXAMINED CERTIFY CERTIFIED',
    'PUBLICIZED WITHDRAW WITHDRAWN',
    'PUBLICIZED EXTEND PUBLICIZED',
    'PUBLICIZED REFUSE REFUSED',
    'PUBLICIZED DISMISS_OBJECTION PUBLICIZED',
    'PUBLICIZED UPHOLD_OBJECTION TERMINATED',
    'PUBLICIZED CERTIFY CERTIFIED',
  ];

  it.each([
    [PropertyRightType.INITIAL, certified],
    [PropertyRightType.TRANSFER, certified],
    [PropertyRightType.CHANGE, certified],
    [PropertyRightType.RENEWAL, certified],
  ])('lead a %s application these ways and no other', (type, ways) => {
    expect(waysOf(type)).toEqual(ways);
  });

  it('lead a cancellation past notice and certificate', () => {
    // Rows for states that no cancellation reaches do no harm.
    const ways = waysOf(PropertyRightType.CANCELLATION).filter((way) => !/^(PUBLICIZED|EXAMINED)/.test(way));
    expect(ways).toEqual([
      ...common,
      'ACCEPTED REFUSE REFUSED',
      'ACCEPTED CANCEL CANCELLED',
      ...supplementing,
    ]);
  });

  it('end here', () => {
    expect([...PROPERTY_RIGHT_ENDED].sort()).toEqual([
      'CANCELLED',
      'CERTIFIED',
      'NOT_ACCEPTED',
      'REFUSED',
      'TERMINATED',
      'WITHDRAWN',
    ]);
  });

  it('each name the article they rest on, or say that they are ours', () => {
    for (const act of acts) expect(TRACK_B[act].rule).toMatch(/^(Art\. \d+|ours)/);
  });
});
