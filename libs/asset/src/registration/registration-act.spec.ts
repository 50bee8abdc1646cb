import { describe, expect, it } from '@jest/globals';

import { validUntilOf } from '../certificate/certificate-document.ts';
import { missingMaterials } from './materials.ts';
import { ENDED, isAllowed, type RegistrationAct, TRACK_A } from './registration-act.ts';
import { RegistrationState, RegistrationType } from './registration-state.ts';

const states = Object.values(RegistrationState);
const acts = Object.keys(TRACK_A) as RegistrationAct[];
const waysOf = (type: RegistrationType) =>
  states.flatMap((state) =>
    acts
      .filter((act) => isAllowed(act, state, type))
      .map((act) => `${state} ${act} ${TRACK_A[act].to ?? state}`),
  );

describe('the acts of track A', () => {
  const common = [
    'DRAFT AMEND DRAFT',
    'DRAFT SUBMIT SUBMITTED',
    'DRAFT WITHDRAW WITHDRAWN',
    'SUBMITTED WITHDRAW WITHDRAWN',
    'SUBMITTED ACCEPT ACCEPTED',
    'SUBMITTED RETURN RETURNED',
    'SUBMITTED NOT_ACCEPT NOT_ACCEPTED',
    'RETURNED AMEND RETURNED',
    'RETURNED SUBMIT SUBMITTED',
    'RETURNED WITHDRAW WITHDRAWN',
    'RETURNED NOT_ACCEPT NOT_ACCEPTED',
    'ACCEPTED WITHDRAW WITHDRAWN',
  ];
  const coded = [
    ...common,
    'ACCEPTED PUBLICIZE PUBLICIZED',
    'ACCEPTED REFUSE REFUSED',
    'PUBLICIZED WITHDRAW WITHDRAWN',
    'PUBLICIZED DISMISS_OBJECTION PUBLICIZED',
    'PUBLICIZED UPHOLD_OBJECTION TERMINATED',
    'PUBLICIZED CODE CODED',
  ];

  it.each([
    [RegistrationType.FIRST, coded],
    [RegistrationType.CHANGE, coded],
    [RegistrationType.CORRECTION, coded],
    [RegistrationType.RENEWAL, coded],
  ])('lead a %s registration these ways and no other', (type, ways) => {
    expect(waysOf(type)).toEqual(ways);
  });

  it('lead a cancellation past the public notice', () => {
    // A row that WITHDRAW has for a state no cancellation reaches does no harm.
    expect(waysOf(RegistrationType.CANCELLATION).filter((way) => !way.startsWith('PUBLICIZED'))).toEqual([
      ...common,
      'ACCEPTED REFUSE REFUSED',
      'ACCEPTED CANCEL CANCELLED',
    ]);
  });

  it('end here', () => {
    expect([...ENDED].sort()).toEqual([
      'CANCELLED',
      'CODED',
      'NOT_ACCEPTED',
      'REFUSED',
      'TERMINATED',
      'WITHDRAWN',
    ]);
  });
});

describe('the materials', () => {
  it('that are missing are all named at once, in the order of the law', () => {
    const groups = { subject: 'a', resource: 'a', productsAndServices: 'a', scenarios: 'a' };

    expect(missingMaterials({ ...groups, lawfulSource: ' ', evidence: '', riskAssessment: '\n' })).toEqual([
      '数据合法合规性来源',
      '存证情况',
      '数据安全风险评估',
    ]);
  });
});

describe('a certificate', () => {
  it.each([
    ['2026-03-01', '2029-03-01'],
    ['2028-02-29', '2031-03-01'],
    ['2026-12-31', '2029-12-31'],
  ])('of %s is valid until %s', (from, until) => {
    expect(validUntilOf(from)).toBe(until);
  });
});
