import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import { ContentSketcher, sketchKeyOf } from './content-sketcher.ts';
import { normalisedValue } from './normalised-value.ts';
import {
  bytesOf,
  compareSketches,
  containmentOf,
  distinctOf,
  jaccardOf,
  SKETCH_SIZE,
  SketchBuilder,
  sketchOf,
} from './sketch.ts';

const KEY = sketchKeyOf(Buffer.alloc(32, 7));
const sketch = (rows: readonly (readonly string[])[], key = KEY) => {
  const sketcher = new ContentSketcher(key, rows[0]?.length ?? 0);
  for (const row of rows) sketcher.see(row);
  return sketcher.sketch;
};
const setSketch = (values: Iterable<number>) => {
  const builder = new SketchBuilder();
  for (const value of values) builder.see(KEY.cells.ofNumber(value));
  return builder.sketch;
};
const range = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => from + i);

const tables = fc.integer({ min: 1, max: 5 }).chain((width) =>
  fc.array(
    fc.array(fc.oneof(fc.string(), fc.constantFrom('', '0', '1.0', '甲')), {
      minLength: width,
      maxLength: width,
    }),
    { minLength: 1, maxLength: 400 },
  ),
);

describe('normalisedValue', () => {
  it.each([
    ['1.0', '1'],
    ['１．５０', '1.5'],
    ['+3', '3'],
    ['.50', '0.5'],
    ['-0.00', '0'],
    ['-2.10', '-2.1'],
    ['1,234,567.80', '1234567.8'],
    ['12,34', '12,34'],
    ['007', '007'],
    ['2025/1/2', '2025-01-02'],
    ['2025年01月2日', '2025-01-02'],
    ['2025-01-02 00:00:00', '2025-01-02'],
    ['　Ａｂｃ ', 'abc'],
    ['TRUE', 'true'],
    ['1e5', '1e5'],
    ['-', '-'],
    ['.', '.'],
    ['  ', ''],
    ['370202199001010011', '370202199001010011'],
  ])('takes %j for %j', (cell, value) => {
    expect(normalisedValue(cell)).toBe(value);
  });

  it('takes no longer for half a million zeros than it has to', () => {
    const began = performance.now();
    expect(normalisedValue(`1.${'0'.repeat(500_000)}1`)).toHaveLength(500_003);
    expect(normalisedValue(`1.${'0'.repeat(500_000)}`)).toBe('1');
    expect(performance.now() - began).toBeLessThan(1000);
  });

  it('takes what it answers for itself', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: 'grapheme' }), fc.double().map(String)), (cell) => {
        expect(normalisedValue(normalisedValue(cell))).toBe(normalisedValue(cell));
      }),
    );
  });
});

describe('a sketch', () => {
  it('is exact for fewer values than it holds', () => {
    const few = fc.uniqueArray(fc.integer({ min: 0, max: 1e6 }), { maxLength: SKETCH_SIZE - 1 });
    fc.assert(
      fc.property(few, few, (own, theirs) => {
        const [a, b] = [new Set(own), new Set(theirs)];
        const shared = [...a].filter((value) => b.has(value)).length;
        const comparison = compareSketches(setSketch(own), setSketch(theirs));
        expect(comparison).toEqual({ shared, own: a.size, theirs: b.size });
        expect(distinctOf(setSketch(own))).toBe(a.size);
      }),
    );
  });

  it.each([
    [range(0, 10_000), range(5000, 15_000), 1 / 3, 1 / 2],
    [range(0, 5000), range(0, 10_000), 1 / 2, 1],
    [range(0, 10_000), range(10_000, 20_000), 0, 0],
    [range(0, 50_000), range(0, 50_000), 1, 1],
  ])('estimates what larger sets have in common', (own, theirs, jaccard, containment) => {
    const comparison = compareSketches(setSketch(own), setSketch(theirs));

    expect(Math.abs(jaccardOf(comparison) - jaccard)).toBeLessThan(0.1);
    expect(Math.abs(containmentOf(comparison) - containment)).toBeLessThan(0.1);
    expect(Math.abs(distinctOf(setSketch(own)) / own.length - 1)).toBeLessThan(0.2);
  });

  it('does not depend on order or repetition, and comes back from its bytes', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 3000 }), { maxLength: 3000 }), (values) => {
        const once = setSketch(values);
        expect(setSketch([...values, ...values.toReversed()])).toEqual(once);
        expect(sketchOf(bytesOf(once))).toEqual(once);
      }),
    );
  });
});

describe('a content sketch', () => {
  it('is the same whatever the order of rows, and its rows whatever the order of columns', () => {
    fc.assert(
      fc.property(tables, (rows) => {
        const content = sketch(rows);
        expect(sketch(rows.toReversed())).toEqual(content);
        const turned = sketch(rows.map((row) => row.toReversed()));
        expect(turned.rows).toEqual(content.rows);
        expect(turned.columns.toReversed()).toEqual(content.columns);
      }),
    );
  });

  it('tells rows apart that hold the same values in another number', () => {
    expect(sketch([['a', 'a', 'b']]).rows).not.toEqual(sketch([['a', 'b', 'b']]).rows);
    expect(sketch([['a', 'b']]).rows).not.toEqual(sketch([['b', 'c']]).rows);
  });

  it('counts no empty cell and no empty row', () => {
    expect(
      sketch([
        ['', '　'],
        ['a', ''],
      ]),
    ).toEqual({ ...sketch([['a', '']]), rows: sketch([['a']]).rows });
    expect(sketch([['', '']])).toEqual({ rows: [], columns: [[], []] });
  });

  it('has nothing in common with that of another key', () => {
    const rows = range(0, 200).map((n) => [String(n), 'x']);
    const other = sketch(rows, sketchKeyOf(Buffer.alloc(32, 8)));

    expect(compareSketches(sketch(rows).rows, other.rows).shared).toBe(0);
    expect(compareSketches(sketch(rows).columns[0] ?? [], other.columns[0] ?? []).shared).toBe(0);
  });

  it('shows no value of a row by its own hash', () => {
    expect(sketch([['a']]).rows).not.toEqual(sketch([['a']]).columns[0]);
  });
});
