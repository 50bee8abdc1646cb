import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import { ColumnMeaning } from './column-meaning.ts';
import { ColumnProfiler, profileAs } from './column-profiler.ts';
import { ColumnType } from './column-type.ts';
import { FewValues } from './few-values.ts';

const profileOf = (
  cells: readonly string[],
  type: ColumnType,
  {
    isPersonal = false,
    isPlain = true,
    meaning = null as ColumnMeaning | null,
    onValue = null as ((value: string) => void) | null,
  } = {},
) => {
  const profiler = new ColumnProfiler({ type, isPersonal, isPlain }, { numbers: 0 }, onValue);
  const take = (cell: string, rows: number) => {
    profiler.take(cell, rows);
  };
  const values = new FewValues(1, () => 0, take);
  for (const cell of cells) values.see(cell);
  return profileAs({ type, meaning }, profiler.profile(values.end()));
};
const byBytes = (a: string, b: string) => Buffer.compare(Buffer.from(a), Buffer.from(b));

describe('a column profile', () => {
  it.each([
    [ColumnType.DECIMAL, ['1,234.50', '¥1234.5', '', '1234.50 元', '-¥2'], ['-2', '1234.5', 2]],
    [
      ColumnType.DATE,
      ['2025年3月1日', '2025/03/01', '2025-3-1', '', '2025.12.31'],
      ['2025-03-01', '2025-12-31', 2],
    ],
  ])(
    'of %s knows a value by what it is, however it is written',
    (type, cells, [minimum, maximum, distinct]) => {
      const seen = new Set<string>();
      const profile = profileOf(cells, type, { isPlain: false, onValue: (value) => seen.add(value) });

      expect(profile).toMatchObject({ minimum, maximum, distinct, nulls: 1 });
      expect(seen).toEqual(new Set([minimum, maximum]));
    },
  );

  it('is exact for texts, few or many', () => {
    const texts = fc.array(
      fc.oneof(fc.string({ unit: 'grapheme' }), fc.constantFrom('', '甲', '𠀀', '\uffee')),
      {
        minLength: 1,
        maxLength: 200,
      },
    );
    fc.assert(
      fc.property(texts, fc.boolean(), (some, isMany) => {
        const cells = isMany ? [...some, ...Array.from({ length: 5000 }, (_, i) => `m${i}`)] : some;
        const seen = new Set<string>();
        const profile = profileOf(cells, ColumnType.TEXT, { onValue: (value) => seen.add(value) });
        const values = cells.filter((cell) => cell !== '');
        const lengths = values.map((value) => Array.from(value).length);
        const sorted = values.toSorted(byBytes);

        expect(profile).toEqual({
          nulls: cells.length - values.length,
          distinct: isMany ? null : new Set(values).size,
          minimum: sorted[0] ?? null,
          maximum: sorted.at(-1) ?? null,
          mean: null,
          shortest: values.length === 0 ? null : Math.min(...lengths),
          longest: values.length === 0 ? null : Math.max(...lengths),
          frequentValues: [],
          formatCounts: null,
        });
        expect(seen).toEqual(new Set(values));
      }),
      { numRuns: 30 },
    );
  });

  it('takes two writings of one number or truth value for one', () => {
    expect(profileOf(['1.0', '1', '-0', '0.00', ''], ColumnType.DECIMAL)).toMatchObject({
      nulls: 1,
      distinct: 2,
      minimum: '0',
      maximum: '1',
      mean: '0.5',
    });
    expect(profileOf(['TRUE', 'true', 'False'], ColumnType.BOOLEAN)).toMatchObject({
      distinct: 2,
      minimum: 'false',
      maximum: 'true',
      frequentValues: [
        { value: 'true', rows: 2 },
        { value: 'false', rows: 1 },
      ],
    });
  });

  it('states every code, the most frequent first', () => {
    const codes = { meaning: ColumnMeaning.CODE };
    expect(profileOf(['2', '1', '2', '', '3'], ColumnType.INTEGER, codes).frequentValues).toEqual([
      { value: '2', rows: 2 },
      { value: '1', rows: 1 },
      { value: '3', rows: 1 },
    ]);
    const many = Array.from({ length: 60 }, (_, i) => String(i));
    expect(profileOf(many, ColumnType.INTEGER, codes).frequentValues).toHaveLength(50);
    expect(profileOf(['a'], ColumnType.TEXT, { meaning: ColumnMeaning.FREE_TEXT }).frequentValues).toEqual(
      [],
    );
  });

  it('shows no value of a personal column, and counts them without the spaces around', () => {
    expect(
      profileOf(['甲', ' 甲', '乙', '', '13800138000', '13800138000'], ColumnType.TEXT, {
        isPersonal: true,
        meaning: ColumnMeaning.CODE,
      }),
    ).toEqual({
      ...{ nulls: 1, distinct: 3, minimum: null, maximum: null, mean: null },
      ...{ shortest: null, longest: null, frequentValues: [], formatCounts: { MOBILE_PHONE: 2 } },
    });
  });
});
