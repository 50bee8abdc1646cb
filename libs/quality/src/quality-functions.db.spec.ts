import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Client } from 'pg';

import { usccCheckDigit, usccFault } from '#libs/foundation';

import { createTestDatabase, type TestDatabase } from '../../../test/support/test-database.ts';
import { ClassificationLevel, EFFECT_OF, rankOf } from './classification/classification-level.ts';

const WEIGHTS = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
const residentIdOf = (body: string) =>
  body + '10X98765432'.charAt(WEIGHTS.reduce((sum, weight, i) => sum + weight * Number(body[i]), 0) % 11);
const isDay = (text: string) => {
  const time = Date.parse(`${text}T00:00:00Z`);
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(text) && !text.startsWith('0000');
};

/** What the database knows by itself, against what the program knows. */
describe('the functions of quality in the database', () => {
  let database: TestDatabase;
  let owner: Client;
  beforeAll(async () => {
    database = await createTestDatabase();
    owner = new Client({ connectionString: database.ownerUrl });
    await owner.connect();
  });
  afterAll(async () => {
    await owner.end();
    await database.drop();
  });
  const each = async <T>(sql: string, values: readonly unknown[]): Promise<T[]> => {
    const { rows } = await owner.query<{ answer: T }>(
      `SELECT ${sql} AS answer FROM jsonb_array_elements_text($1::jsonb) WITH ORDINALITY AS v (value, n) ORDER BY n`,
      [JSON.stringify(values)],
    );
    return rows.map(({ answer }) => answer);
  };

  it('know a unified social credit code as the program does', async () => {
    const alphabet = fc.constantFrom(...Array.from('0123456789ABCDEFGHJKLMNPQRTUWXY'));
    const body = fc.array(alphabet, { minLength: 17, maxLength: 17 }).map((all) => all.join(''));
    const codes = fc.sample(
      fc.oneof(
        body.map((text) => text + usccCheckDigit(text)),
        fc.tuple(body, alphabet).map(([text, last]) => text + last),
        fc.string({ maxLength: 20, unit: 'grapheme' }).filter((text) => !text.includes('\0')),
      ),
      { numRuns: 600, seed: 1 },
    );
    codes.push('91350100M000100Y43', '91350100M000100Y44', '91350100m000100y43', '91350100M000100Y43\n', '');
    const expected = codes.map((code) => usccFault(code) === null);

    expect(await each('is_uscc(value)', codes)).toEqual(expected);
    expect(expected.filter(Boolean).length).toBeGreaterThan(100);
  });

  it('know an identity number by its day and its check character', async () => {
    const digits = (n: number) =>
      fc.integer({ min: 0, max: 10 ** n - 1 }).map((i) => String(i).padStart(n, '0'));
    const bodies = fc
      .tuple(
        fc.integer({ min: 110000, max: 659999 }),
        fc.integer({ min: 1800, max: 2099 }),
        digits(2),
        digits(2),
        digits(3),
      )
      .map((parts) => parts.join(''));
    const codes = fc.sample(
      fc.oneof(
        bodies.map(residentIdOf),
        fc.tuple(bodies, fc.constantFrom(...Array.from('0123456789Xx'))).map(([body, last]) => body + last),
      ),
      { numRuns: 2000, seed: 2 },
    );
    // The number that GB 11643 itself gives as an example, then one of a woman, and spoilt ones.
    const known = [
      '11010519491231002X',
      '440524188001010014',
      '11010519491231002x',
      '110105194912310021',
      '110105194902300020',
    ];
    const expected = codes.map(
      (code) =>
        isDay(`${code.slice(6, 10)}-${code.slice(10, 12)}-${code.slice(12, 14)}`) &&
        residentIdOf(code.slice(0, 17)) === code,
    );

    expect(await each('is_resident_id(value)', known)).toEqual([true, true, false, false, false]);
    expect(await each('is_resident_id(value)', codes)).toEqual(expected);
    expect(expected.filter(Boolean).length).toBeGreaterThan(50);
  });

  it('read a number or a day from any text, and never fail', async () => {
    const texts = [
      ...[
        '0',
        '-0.5',
        '12.30',
        '007',
        '1e5',
        '１',
        '',
        ' 1',
        '9'.repeat(40),
        'NaN',
        '--1',
        "1'); DROP TABLE x; --",
      ],
      ...[
        '2024-02-29',
        '2023-02-29',
        '1900-02-29',
        '2000-02-29',
        '2024-13-01',
        '2024-04-31',
        '0000-01-01',
        '2024-1-1',
      ],
      ...fc.sample(
        fc.string({ unit: 'grapheme' }).filter((text) => !text.includes('\0')),
        { numRuns: 200, seed: 3 },
      ),
    ];

    expect(await each('quality_number(value)::text', texts)).toEqual(
      texts.map((text) => (/^-?(0|[1-9]\d{0,30})(\.\d{1,20})?$/.test(text) ? text : null)),
    );
    expect(await each('quality_day(value)::text', texts)).toEqual(
      texts.map((text) => (/^\d{4}-\d\d-\d\d$/.test(text) && isDay(text) ? text : null)),
    );
  });

  it('make a pattern match the whole value, its literals as they stand, whatever they are', async () => {
    const literals = fc.sample(
      fc.string({ minLength: 1, maxLength: 8, unit: 'grapheme' }).filter((t) => !t.includes('\0')),
      {
        numRuns: 300,
        seed: 4,
      },
    );
    literals.push('.*', '(?i)a', '[a-z]+', '\\', '***:(', 'a|b', '{2}', '^$', "'; --", '%s', '，。');
    const { rows } = await owner.query<{ itself: boolean; longer: boolean; before: boolean; other: boolean }>(
      `SELECT value ~ pattern AS itself, value || 'x' ~ pattern AS longer, 'x' || value ~ pattern AS before,
              'zz' ~ pattern AND value <> 'zz' AS other
       FROM jsonb_array_elements_text($1) AS v (value),
            quality_pattern(jsonb_build_array(jsonb_build_object('literal', value))) AS pattern`,
      [JSON.stringify(literals)],
    );
    expect(rows.filter((row) => !row.itself || row.longer || row.before || row.other)).toEqual([]);

    const parts = JSON.stringify([
      { literal: 'SJ' },
      { charset: 'DIGIT', min: 2, max: 3 },
      { charset: 'HAN', min: 0, max: 1 },
    ]);
    const matches = (value: string) =>
      owner
        .query<{ is: boolean }>('SELECT $1 ~ quality_pattern($2) AS is', [value, parts])
        .then(({ rows: [row] }) => row?.is);
    expect(
      await Promise.all(
        ['SJ12', 'SJ123', 'SJ12号', 'SJ1', 'SJ1234', 'xSJ12', 'SJ12号号', 'SJ１２'].map(matches),
      ),
    ).toEqual([...[true, true, true, false, false, false, false, false]]);
    const { rows: none } = await owner.query(
      `SELECT 'b' ~ quality_pattern('[]') AS a, 'b' ~ quality_pattern('[{"charset":".*","min":1,"max":9}]') AS b`,
    );
    expect(none).toEqual([{ a: false, b: false }]);
  });

  it('let a level allow what the program lets it, and know which is higher', async () => {
    for (const level of Object.values(ClassificationLevel)) {
      for (const kind of ['FIELD_QUERY', 'CONCLUSION'] as const)
        for (const demandsConsent of [true, false]) {
          const { rows } = await owner.query<{ is: boolean }>(
            'SELECT level_allows_product($1, $2, $3) AS is',
            [...[level, kind, demandsConsent]],
          );
          expect([level, kind, demandsConsent, rows[0]?.is]).toEqual([
            ...[level, kind, demandsConsent, EFFECT_OF[level].allows({ kind, demandsConsent })],
          ]);
        }
      const { rows } = await owner.query<{ rank: number }>('SELECT classification_rank($1) AS rank', [level]);
      expect(rows[0]?.rank).toBe(rankOf(level) + 1);
    }
  });
});
