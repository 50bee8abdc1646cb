import { describe, expect, it } from '@jest/globals';

import { validUntilOf } from './certificate-document.ts';
import { mayFollow, RegistrationState } from './registration-state.ts';

const states = Object.values(RegistrationState);

describe('the stages of a registration', () => {
  it('follow each other in these ways and in no other', () => {
    const ways = states.flatMap((from) =>
      states.filter((to) => mayFollow(from, to)).map((to) => `${from} > ${to}`),
    );
    expect(ways).toEqual([
      'DRAFT > SUBMITTED',
      'SUBMITTED > RETURNED',
      'SUBMITTED > NOT_ACCEPTED',
      'SUBMITTED > ACCEPTED',
      'RETURNED > SUBMITTED',
      'ACCEPTED > PUBLICIZED',
      'ACCEPTED > REFUSED',
      'PUBLICIZED > CODED',
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
