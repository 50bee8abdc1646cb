import { describe, expect, it } from '@jest/globals';

import { ColumnMeaning, isPersonalMeaning, MeaningGuess } from './column-meaning.ts';
import { ColumnType, TypeGuess } from './column-type.ts';

const proposalOf = (values: readonly string[]) => {
  const [types, meanings] = [new TypeGuess(), new MeaningGuess()];
  for (const value of values) {
    types.see(value);
    meanings.see(value, 1);
  }
  return meanings.proposal(types.type, new Set(values).size);
};
const often = (values: readonly string[], rows = 10) => Array.from({ length: rows }, () => values).flat();

describe('what the values of a column are', () => {
  it.each([
    // The example of GB 11643-1999, also as careless hands write it.
    [['11010519491231002X', '11010519491231002x'], 'RESIDENT_ID'],
    // Of GB 32100-2015.
    [['91350100M000100Y43'], 'USCC'],
    [['13800138000', '+86 139-0013-9000', '8615912345678'], 'MOBILE_PHONE'],
    [['370202', '110000', '440300'], 'REGION_CODE'],
    [['2025-02-28', '2025/2/8', '2025年2月8日', '20250208', '2025.02.08', '2025-02-08T08:00:00Z'], 'DATE'],
    [['12.30', '1,234,567', '¥3', '￥1,000.5', '-0.01', '12.00元'], 'AMOUNT'],
    [['1', '22', '-3', '1.5'], 'QUANTITY'],
    [['2.3', '1.5', '63'], 'QUANTITY'],
    [['甲', '乙'], 'FREE_TEXT'],
    [often(['1', '2']), 'CODE'],
    [often(['男', '女'], 9), 'FREE_TEXT'],
    [often(['true', 'false']), 'CODE'],
    [often(Array.from({ length: 32 }, (_, i) => `代码${i}`)), 'CODE'],
    [often(Array.from({ length: 33 }, (_, i) => `代码${i}`)), 'FREE_TEXT'],
    // Codes of a kind that is known are of that kind.
    [often(['370202', '370203']), 'REGION_CODE'],
    [often(['2024-12-31']), 'DATE'],
    [often(['1.5', '2.5']), 'QUANTITY'],
  ])('of %j is %s', (values, meaning) => {
    expect(proposalOf(values)?.meaning).toBe(meaning);
  });

  it.each([
    // Another check character, a day that is not, a region that is not.
    ['110105194912310021', 'QUANTITY'],
    ['110105194902300027', 'QUANTITY'],
    ['91370200MA00001000', 'FREE_TEXT'],
    ['12800138000', 'QUANTITY'],
    ['161234', 'QUANTITY'],
    ['370012', 'QUANTITY'],
    ['2025-02-30', 'FREE_TEXT'],
    ['20251301', 'QUANTITY'],
    ['1.234', 'QUANTITY'],
    ['12,34', 'FREE_TEXT'],
  ])('takes %s for nothing that it only looks like', (value, meaning) => {
    expect(proposalOf([value])?.meaning).toBe(meaning);
  });

  it('needs half of the values to protect natural persons, and most of them otherwise', () => {
    expect(proposalOf(['13800138000', '不详'])).toEqual({ meaning: 'MOBILE_PHONE', share: '0.5000' });
    expect(proposalOf(['13800138000', '不详', '无'])).toEqual({ meaning: 'FREE_TEXT', share: '1' });
    expect(proposalOf([...often(['370202'], 9), '不详'])).toEqual({
      meaning: 'REGION_CODE',
      share: '0.9000',
    });
    expect(proposalOf([...often(['370202'], 8), '不详', '无'])?.meaning).toBe('FREE_TEXT');
  });

  it('says that all are only when all are', () => {
    expect(proposalOf([...often(['2025-01-01'], 19_999), '不详'])?.share).toBe('0.9999');
    expect(proposalOf(often(['2025-01-01'], 20_000))?.share).toBe('1');
  });

  it('is not said of a column without values', () => {
    expect(new MeaningGuess().proposal(ColumnType.TEXT, 0)).toBeNull();
  });

  it('makes resident ids and phones personal, and nothing else', () => {
    expect(Object.values(ColumnMeaning).filter(isPersonalMeaning)).toEqual(['RESIDENT_ID', 'MOBILE_PHONE']);
  });
});
