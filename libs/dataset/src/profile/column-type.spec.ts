import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import { ColumnType, fits, isPlain, plainly, TypeGuess } from './column-type.ts';

const guessOf = (cells: readonly string[]) => {
  const guess = new TypeGuess();
  for (const cell of cells) guess.see(cell);
  return guess.type;
};

describe('the type of a column', () => {
  it.each([
    [['1', '-2', '', '0'], 'INTEGER'],
    [['9223372036854775807', '-9223372036854775808'], 'INTEGER'],
    [['9223372036854775808'], 'DECIMAL'],
    [['007'], 'TEXT'],
    [['+1'], 'TEXT'],
    [['-0'], 'DECIMAL'],
    [['1', '1.50'], 'DECIMAL'],
    [['1e5'], 'TEXT'],
    [['1.00E+05', '20000'], 'DECIMAL'],
    [['2025-02-28', '2024-02-29'], 'DATE'],
    [['2025-02-29'], 'TEXT'],
    [['0000-01-01'], 'TEXT'],
    [['true', 'FALSE'], 'BOOLEAN'],
    [['true', '1'], 'TEXT'],
    [['1', '2025-01-01'], 'TEXT'],
    [['', ''], 'TEXT'],
    [['是', '否'], 'TEXT'],
    [['1,234.50', '-7', '12,345,678.9'], 'DECIMAL'],
    [['¥1,234', '￥5', '+6.5', '1234元', '¥ 8.00 元'], 'DECIMAL'],
    [['-¥3.50', '¥-3.50', '-￥ 1,234'], 'DECIMAL'],
    [['-¥-3.50'], 'TEXT'],
    [['--3.50'], 'TEXT'],
    [['101,102', '103,104'], 'TEXT'],
    [['+8613800138000'], 'TEXT'],
    [['1,23.00'], 'TEXT'],
    [['01,234.00'], 'TEXT'],
    [['1.5万元'], 'TEXT'],
    [['2025/3/1', '2025-03-02', '2025.3.3', '2025-3-4', '2025年3月5日'], 'DATE'],
    [['2025/2/29'], 'TEXT'],
    [['2025/3.1'], 'TEXT'],
    [['2025年3月'], 'TEXT'],
    [['2025-03-01 10:00'], 'TEXT'],
  ])('of %j is %s', (cells, type) => {
    expect(guessOf(cells)).toBe(type);
  });

  it('fits every cell it was inferred from, in any order', () => {
    const cell = fc.oneof(
      fc.bigInt().map(String),
      fc.double({ noNaN: true }).map(String),
      fc.date({ noInvalidDate: true }).map((date) => date.toISOString().slice(0, 10)),
      fc.boolean().map(String),
      fc.constantFrom('1,234.50', '1,234', '¥7', '2025/3/1', '2025年3月1日', '+5'),
      fc.string(),
    );
    fc.assert(
      fc.property(fc.array(cell), (cells) => {
        const type = guessOf(cells);
        expect(cells.every((text) => fits(type, text))).toBe(true);
        expect(guessOf([...cells].reverse())).toBe(type);
      }),
    );
  });

  it.each([
    [ColumnType.DECIMAL, '12,345,678.90', '12345678.90'],
    [ColumnType.DECIMAL, '-¥1,234.5元', '-1234.5'],
    [ColumnType.DECIMAL, '¥-1,234.5', '-1234.5'],
    [ColumnType.DECIMAL, '+1', '1'],
    [ColumnType.DECIMAL, '101,102', '101102'],
    [ColumnType.DECIMAL, '1.00E+05', '1.00E+05'],
    [ColumnType.DATE, '2025年3月1日', '2025-03-01'],
    [ColumnType.DATE, '2025.12.31', '2025-12-31'],
    [ColumnType.TEXT, '2025.12.31', '2025.12.31'],
    [ColumnType.INTEGER, '', ''],
  ])('of %s stores %s as %s', (type, cell, stored) => {
    expect(fits(type, cell)).toBe(true);
    expect(plainly(type, cell)).toBe(stored);
    expect(stored === '' || isPlain(type, stored)).toBe(true);
  });

  it('is never narrower than text for what is no number, day or truth value', () => {
    for (const type of Object.values(ColumnType)) expect(fits(type, '甲')).toBe(type === ColumnType.TEXT);
  });
});
