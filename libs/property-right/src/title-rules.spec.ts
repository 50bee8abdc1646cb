import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import {
  AcquisitionBasis,
  type AnnexForm,
  checkForm,
  checkRegistrable,
  DataClass,
  DataLevel,
  DataMedium,
  DataSource,
  DataStructure,
  needsProofOfRights,
  RegionScope,
  RightKind,
  RIGHTS_BY_BASIS,
  type RightShare,
  UpdateFrequency,
} from './annex-form.ts';
import { isIndustry } from './industry.ts';
import { certificateCodeOf } from './property-right-document.ts';
import { RightsNotAllowed, RightsNotChangeable, RightsNotTransferable } from './property-right.errors.ts';
import { checkChange, checkTransfer, renewalWindowOf, validUntilOf } from './title-rules.ts';

const { HOLD, USE, OPERATE } = RightKind;
const share = (holderId: string, ...kinds: RightKind[]): RightShare => ({
  holderId,
  kinds,
  until: null,
  limits: null,
});
const form = (change: Partial<AnnexForm> = {}): AnnexForm => ({
  contactPerson: '甲',
  contactPhone: '1',
  contactAddress: '乙',
  business: '',
  name: '名',
  overview: '述',
  industry: 'J66',
  source: DataSource.COLLECTED,
  basis: AcquisitionBasis.OWN_COLLECTION,
  isSubstituteForSource: false,
  rightsGround: null,
  dataClass: DataClass.OTHER,
  level: DataLevel.GENERAL,
  regionScope: RegionScope.NATIONAL,
  regionCode: null,
  periodFrom: '2025-01-01',
  periodTo: '2025-12-31',
  updateFrequency: UpdateFrequency.DAILY,
  recordCount: '1',
  byteSize: '1',
  medium: DataMedium.TABLE,
  structure: DataStructure.STRUCTURED,
  limits: '无',
  rights: [share('a', HOLD, USE, OPERATE)],
  validYears: 5,
  ...change,
});
const pathOf = (work: () => void): string | undefined => {
  try {
    work();
  } catch (error) {
    return (error as { path?: string }).path;
  }
  return 'not refused';
};

describe('a transfer', () => {
  const before = [share('a', HOLD, OPERATE), share('b', USE)];

  it.each<[string, RightShare[], string]>([
    ['leaves the transferor nothing', [share('a', HOLD), share('b', USE), share('c', OPERATE)], 'rights'],
    ['leaves who stays what it had', [share('b', HOLD), share('c', OPERATE)], 'rights.0'],
    ['leaves who stays its term', [{ ...share('b', USE, HOLD), until: '2030-01-01' }], 'rights.0'],
    ['gives nobody a right that was not there to give', [share('b', USE), share('c', USE)], 'rights.1.kinds'],
    ['has somebody who takes over', [share('b', USE)], 'rights'],
  ])('%s', (_, after, path) => {
    expect(() => {
      checkTransfer(before, after);
    }).toThrow(RightsNotTransferable);
    expect(
      pathOf(() => {
        checkTransfer(before, after);
      }),
    ).toBe(path);
  });

  it('may split what is given among several, or give a part of it', () => {
    checkTransfer(before, [share('b', USE), share('c', HOLD), share('d', OPERATE)]);
    checkTransfer(before, [share('b', USE), share('c', HOLD)]);
    checkTransfer(before, [share('c', HOLD, USE, OPERATE)]);
  });

  it('may be to somebody who holds a right already', () => {
    checkTransfer(before, [share('b', HOLD, USE, OPERATE)]);
    checkTransfer(before, [share('b', USE, HOLD), share('c', OPERATE)]);
    expect(
      pathOf(() => {
        checkTransfer([share('a', HOLD), share('b', USE)], [share('b', USE, OPERATE)]);
      }),
    ).toBe('rights.0.kinds');
  });

  it('never makes a right of one kind that nobody had, whatever the shares', () => {
    const shares = fc.uniqueArray(
      fc.record({
        holderId: fc.constantFrom('a', 'b', 'c', 'd', 'e'),
        kinds: fc.uniqueArray(fc.constantFrom(HOLD, USE, OPERATE), { minLength: 1 }),
        until: fc.constant(null),
        limits: fc.constant(null),
      }),
      { selector: ({ holderId }) => holderId, minLength: 1 },
    );
    fc.assert(
      fc.property(shares, shares, (had, has) => {
        try {
          checkTransfer(had, has);
        } catch (error) {
          expect(error).toBeInstanceOf(RightsNotTransferable);
          return;
        }
        const kindsOf = (all: readonly RightShare[]) => new Set(all.flatMap(({ kinds }) => kinds));
        for (const kind of kindsOf(has)) expect(kindsOf(had)).toContain(kind);
        expect(had.some(({ holderId }) => has.every((now) => now.holderId !== holderId))).toBe(true);
      }),
    );
  });
});

describe('a change', () => {
  it('moves no right', () => {
    const before = [share('a', HOLD, USE)];
    checkChange(before, [{ ...share('a', USE, HOLD), limits: '仅限本市' }]);
    for (const after of [[share('a', HOLD)], [share('b', HOLD, USE)], [...before, share('b', USE)]])
      expect(() => {
        checkChange(before, after);
      }).toThrow(RightsNotChangeable);
  });
});

describe('rights by source (Art. 21)', () => {
  it.each(Object.values(AcquisitionBasis))('%s goes with a source, and knows what it needs', (basis) => {
    const { sources, operateNeeds, anyNeeds } = RIGHTS_BY_BASIS[basis];
    for (const source of Object.values(DataSource))
      expect(
        pathOf(() => {
          checkForm(form({ basis, source }));
        }),
      ).toBe(sources.includes(source) ? 'not refused' : 'form.basis');
    const told = form({ basis, isSubstituteForSource: operateNeeds === 'NO_SUBSTITUTE' });
    const isFree = operateNeeds === null && anyNeeds === null;
    expect(
      pathOf(() => {
        checkRegistrable(told);
      }) === 'not refused',
    ).toBe(isFree);
    // Holding and using need less than operating.
    const modest = { ...told, rights: [share('a', HOLD, USE)] };
    expect(
      pathOf(() => {
        checkRegistrable(modest);
      }) === 'not refused',
    ).toBe(anyNeeds === null);
    expect(needsProofOfRights(told)).toBe(anyNeeds !== null || operateNeeds === 'CONSENT_OF_THE_OTHERS');
  });

  it('let an entrusted processor register what a contract gives it', () => {
    const entrusted = { basis: AcquisitionBasis.ENTRUSTED_PROCESSING, source: DataSource.AGREED };
    expect(() => {
      checkRegistrable(form(entrusted));
    }).toThrow(RightsNotAllowed);
    checkRegistrable(form({ ...entrusted, rightsGround: '委托合同第三条' }));
  });
});

describe('days and codes', () => {
  it.each([
    ['2031-12-17', '2031-06-17', '2031-12-16'],
    ['2031-08-31', '2031-02-28', '2031-08-30'],
    ['2032-08-30', '2032-02-29', '2032-08-29'],
  ])('a term that ends on %s is renewed from %s to %s (Art. 36)', (last, first, until) => {
    expect(renewalWindowOf(last)).toEqual({ first, last: until });
  });

  it.each([
    ['2026-11-25', 5, '2031-11-25'],
    ['2028-02-29', 1, '2029-02-28'],
    ['2028-02-29', 4, '2032-02-29'],
  ])('a term from %s of %d years is over on %s', (from, years, until) => {
    expect(validUntilOf(from, years)).toBe(until);
  });

  it('a code has 15 characters (Annex 6)', () => {
    expect(certificateCodeOf({ region: '37', agency: '1' }, '2026-11-25', 1)).toBe('SJ3712026110001');
    expect(certificateCodeOf({ region: '37', agency: '1' }, '2026-11-25', 9999)).toBe('SJ3712026119999');
  });

  it.each([
    ['J66', true],
    ['A01', true],
    ['A00', false],
    ['A06', false],
    ['T97', true],
    ['U98', false],
    ['j66', false],
    ['J660', false],
  ])('%s is a class of GB/T 4754: %s', (code, isOne) => {
    expect(isIndustry(code)).toBe(isOne);
  });
});

describe('the region of a form', () => {
  it.each<[RegionScope, string | null, boolean]>([
    [RegionScope.PROVINCIAL, '37', true],
    [RegionScope.MUNICIPAL, '3702', true],
    [RegionScope.COUNTY, '370202', true],
    [RegionScope.BELOW_COUNTY, '370202', true],
    [RegionScope.NATIONAL, null, true],
    [RegionScope.MUNICIPAL, '37', false],
    [RegionScope.PROVINCIAL, '3702', false],
    [RegionScope.MUNICIPAL, '9999', false],
    [RegionScope.PROVINCIAL, '38', false],
    [RegionScope.NATIONAL, '37', false],
    [RegionScope.COUNTY, null, false],
  ])('%s %s', (regionScope, regionCode, isRight) => {
    const path = pathOf(() => {
      checkForm(form({ regionScope, regionCode }));
    });
    expect(path).toBe(isRight ? 'not refused' : 'form.regionCode');
  });
});
