import { describe, expect, it } from '@jest/globals';

import { accountingClassOf, BusinessMode } from './accounting-class.ts';

const ANSWERS = {
  isOwnedOrControlled: true,
  areBenefitsExpected: true,
  isInflowProbable: true,
  isCostReliable: true,
  businessMode: BusinessMode.OWN_USE,
};

describe('the accounting class of a data resource', () => {
  it.each([
    [{}, 'INTANGIBLE'],
    [{ businessMode: BusinessMode.OUTSIDE_SERVICE }, 'INTANGIBLE'],
    [{ businessMode: BusinessMode.HELD_FOR_SALE }, 'INVENTORY'],
    [{ isInflowProbable: false }, 'UNRECOGNISED'],
    [{ isCostReliable: false, businessMode: BusinessMode.HELD_FOR_SALE }, 'UNRECOGNISED'],
  ])('follows from %j', (more, expected) => {
    expect(accountingClassOf({ ...ANSWERS, ...more })).toBe(expected);
  });

  it.each(['isOwnedOrControlled', 'areBenefitsExpected'])('is refused without %s', (field) => {
    expect(() => accountingClassOf({ ...ANSWERS, [field]: false })).toThrow(
      expect.objectContaining({ path: `answers.${field}` }),
    );
  });
});
