import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import { ColumnType, ContentSketcher, sketchKeyOf } from '#libs/dataset';

import { contentSimilarity, type SketchedContent } from './content-similarity.ts';
import { nameSimilarity } from './name-similarity.ts';
import { overlapScore } from './overlap-score.ts';
import { OVERLAP } from './overlap-weights.ts';
import { type SchemaColumn, schemaSimilarity } from './schema-similarity.ts';

const KEY = sketchKeyOf(Buffer.alloc(32, 7));
const contentOf = (header: readonly string[], rows: readonly (readonly string[])[]): SketchedContent => {
  const sketcher = new ContentSketcher(KEY, header.length);
  for (const row of rows) sketcher.see(row);
  const { rows: sketch, columns } = sketcher.sketch;
  return {
    rows: sketch,
    columns: header.map((name, i) => ({ name, sketch: columns[i] ?? [] })),
  };
};
const range = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => from + i);
/** A key, a number, and a column that is alike in all files. */
const people = (from: number, to: number) =>
  range(from, to).map((n) => [`P${n}`, String((n * 7919) % 100_003), ['A', 'B', 'C'][n % 3] ?? '']);
const HEADER = ['编号', '数额', '等级'];

const names = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 12 }),
  fc.string({ unit: fc.constantFrom(...Array.from('企业用水信息登记')), maxLength: 12 }),
);
const schemas = fc.uniqueArray(
  fc.record({
    name: fc.string({ unit: fc.constantFrom(...Array.from('甲乙丙Ａa_')), minLength: 1, maxLength: 3 }),
    type: fc.constantFrom(...Object.values(ColumnType)),
  }),
  { minLength: 1, maxLength: 8, selector: ({ name }) => name },
);
const contents = fc
  .tuple(
    fc.uniqueArray(fc.constantFrom('a', 'b', 'c', 'd', 'e'), { minLength: 1, maxLength: 5 }),
    fc.array(fc.array(fc.constantFrom('', '1', '2', '3', 'x'), { minLength: 5, maxLength: 5 }), {
      minLength: 1,
      maxLength: 30,
    }),
  )
  .map(([header, rows]) => ({ header, rows: rows.map((row) => row.slice(0, header.length)) }));

const inUnit = (score: number) => {
  expect(score).toBeGreaterThanOrEqual(0);
  expect(score).toBeLessThanOrEqual(1);
};

describe('nameSimilarity', () => {
  it('is symmetric, between 0 and 1, and 1 for the same name', () => {
    fc.assert(
      fc.property(names, names, (a, b) => {
        inUnit(nameSimilarity(a, b));
        expect(nameSimilarity(a, b)).toBe(nameSimilarity(b, a));
        expect(nameSimilarity(a, a)).toBe(1);
      }),
    );
  });

  it('passes over width, case, spaces and punctuation', () => {
    expect(nameSimilarity('企业 ＡＢ（2025）', '企业ab2025')).toBe(1);
    expect(nameSimilarity('企业用水信息', '企业用电信息')).toBeCloseTo(0.6);
    expect(nameSimilarity('企业用水信息', '海洋牧场')).toBe(0);
  });
});

describe('schemaSimilarity', () => {
  it('is symmetric, between 0 and 1, 1 for the same columns, and blind to their order', () => {
    fc.assert(
      fc.property(schemas, schemas, (a, b) => {
        inUnit(schemaSimilarity(a, b));
        expect(schemaSimilarity(a, b)).toBe(schemaSimilarity(b, a));
        expect(schemaSimilarity(a, a)).toBe(1);
        expect(schemaSimilarity(a.toReversed(), b)).toBe(schemaSimilarity(a, b));
      }),
    );
  });

  it('takes full and half width for one, and counts another type for half', () => {
    const text = (name: string): SchemaColumn => ({ name, type: ColumnType.TEXT });
    expect(schemaSimilarity([text('ＩＤ'), text('姓 名')], [text('姓名'), text('id')])).toBe(1);
    expect(schemaSimilarity([text('x')], [{ name: 'x', type: ColumnType.DATE }])).toBeCloseTo(
      (1 / 3 + 1 / 2) / 2,
    );
    expect(schemaSimilarity([text('a'), text('b')], [text('a')])).toBeCloseTo((1 / 2 + 1) / 2);
    expect(schemaSimilarity([text('a')], [text('b')])).toBe(0);
  });
});

describe('contentSimilarity', () => {
  it('is symmetric, between 0 and 1, 1 for the same content, and blind to the order of rows and columns', () => {
    fc.assert(
      fc.property(contents, contents, (a, b) => {
        const [own, theirs] = [contentOf(a.header, a.rows), contentOf(b.header, b.rows)];
        const there = contentSimilarity(own, theirs);
        const back = contentSimilarity(theirs, own);
        inUnit(there.score);
        expect(back.score).toBeCloseTo(there.score, 12);
        expect([back.ownInTheirs, back.theirsInOwn]).toEqual([there.theirsInOwn, there.ownInTheirs]);
        expect(contentSimilarity(own, own).score).toBe(1);
        const turned = contentOf(a.header.toReversed(), a.rows.map((row) => row.toReversed()).toReversed());
        expect(contentSimilarity(turned, theirs).score).toBeCloseTo(there.score, 12);
      }),
    );
  });

  it('finds half of the rows to be half of the content, wholly contained', () => {
    const half = contentSimilarity(contentOf(HEADER, people(0, 2000)), contentOf(HEADER, people(0, 4000)));

    expect(half.score).toBeGreaterThan(0.4);
    expect(half.score).toBeLessThan(0.6);
    expect(half.ownInTheirs).toBe(1);
    expect(half.theirsInOwn).toBeCloseTo(half.score);
  });

  it('finds the columns again where one was added and others renamed', () => {
    const rows = people(0, 3000);
    const widened = rows.map((row, i) => [...row, `R${i}`]);
    const similarity = contentSimilarity(contentOf(['k', 'v', 'w', 'r'], widened), contentOf(HEADER, rows));

    expect(similarity.rowScore).toBe(0);
    // In whatever order: two columns of many different values are as telling as each other, but for an estimate.
    expect(similarity.columns.map(({ own, theirs, score }) => [own, theirs, score]).toSorted()).toEqual([
      ['k', '编号', 1],
      ['v', '数额', 1],
      ['w', '等级', 1],
    ]);
    expect(similarity.score).toBeGreaterThan(0.3);
    expect(similarity.score).toBeLessThanOrEqual(OVERLAP.columnsAlone);
  });

  it('thinks little of columns of few values', () => {
    const grades = (from: number) => range(from, from + 500).map((n) => [`K${n}`, ['A', 'B'][n % 2] ?? '']);
    const { score } = contentSimilarity(
      contentOf(['k', 'g'], grades(0)),
      contentOf(['k', 'g'], grades(9000)),
    );

    expect(score).toBeLessThan(0.1);
  });
});

describe('overlapScore', () => {
  const unit = fc.double({ min: 0, max: 1, noNaN: true });
  const content = fc.record({
    score: unit,
    ownInTheirs: unit,
    theirsInOwn: unit,
    sharedRows: fc.nat({ max: 256 }),
  });

  it('is between 0 and 1, grows with each likeness, and is 1 for the same content', () => {
    fc.assert(
      fc.property(unit, unit, unit, content, (a, b, schemaScore, like) => {
        const [less, more] = [Math.min(a, b), Math.max(a, b)];
        const of = (nameScore: number, score: number) =>
          overlapScore({ nameScore, schemaScore, content: { ...like, score } });
        inUnit(of(a, b));
        expect(of(more, a)).toBeGreaterThanOrEqual(of(less, a));
        expect(of(a, more)).toBeGreaterThanOrEqual(of(a, less));
        expect(of(a, 1)).toBe(1);
      }),
    );
  });

  it('is a half at most where only name and columns are the same', () => {
    const none = { score: 0, ownInTheirs: 0, theirsInOwn: 0, sharedRows: 0 };
    expect(overlapScore({ nameScore: 1, schemaScore: 1, content: none })).toBe(OVERLAP.description);
    expect(overlapScore({ nameScore: 1, schemaScore: 1, content: null })).toBe(OVERLAP.description);
  });

  it('has a whole copy within something larger explained, and not a few rows that happen to be there', () => {
    const contained = { score: 0.1, ownInTheirs: 1, theirsInOwn: 0.1, sharedRows: 26 };
    const score = (like: typeof contained) => overlapScore({ nameScore: 0, schemaScore: 0, content: like });
    expect(score(contained)).toBeGreaterThanOrEqual(OVERLAP.explainedFrom);
    expect(score({ ...contained, sharedRows: 3 })).toBeLessThan(OVERLAP.shownFrom);
  });
});
