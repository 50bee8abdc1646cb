import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import { ColumnType, fits, TypeGuess } from './column-type.ts';

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
  ])('of %j is %s', (cells, type) => {
    expect(guessOf(cells)).toBe(type);
  });

  it('fits every cell it was inferred from, in any order', () => {
    const cell = fc.oneof(
      fc.bigInt().map(String),
      fc.double({ noNaN: true }).map(String),
      fc.date({ noInvalidDate: true }).map((date) => date.toISOString().slice(0, 10)),
      fc.boolean().map(String),
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

  it('is never narrower than text for what is no number, day or truth value', () => {
    for (const type of Object.values(ColumnType)) expect(fits(type, '甲')).toBe(type === ColumnType.TEXT);
  });
});
