import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Client } from 'pg';

import type { Transaction } from '#libs/database';
import { newId, WORKING_DAY_CALENDAR } from '#libs/foundation';

import { type GivenGrant, givenGrant } from '../../../test/support/given-grant.ts';
import { createTestDatabase, type TestDatabase } from '../../../test/support/test-database.ts';
import { yearlyFigures } from './yearly-report/yearly-figures.query.ts';

const OPEN_UNTIL = '2026-06-10T16:00:00.000Z';

describe('the files of a registry, by the database alone', () => {
  let database: TestDatabase;
  let app: Client;
  let owner: Client;
  let grant: GivenGrant;
  let registry: string;
  let maker: string;
  const registration = newId();
  beforeAll(async () => {
    database = await createTestDatabase();
    app = new Client({ connectionString: database.appUrl });
    owner = new Client({ connectionString: database.ownerUrl });
    await Promise.all([app.connect(), owner.connect()]);
    grant = await givenGrant(database.ownerUrl, { quota: 1 });
    const { rows } = await owner.query<{ registry: string; maker: string }>(
      `SELECT (SELECT id FROM party WHERE kind = 'REGISTRY') AS registry, (SELECT id FROM person LIMIT 1) AS maker`,
    );
    ({ registry, maker } = rows[0] ?? { registry: '', maker: '' });
    await file(registration, 'DRAFT');
    await owner.query(
      `INSERT INTO evidence_deposit SELECT $1, party_id, id, sha256, 'e', $2, now() FROM upload LIMIT 1`,
      [newId(), maker],
    );
    await owner.query(
      `INSERT INTO registration_evidence
       SELECT $1, evidence_deposit.id, 'DATA', applicant_id, registry_id FROM evidence_deposit, registration WHERE registration.id = $1`,
      [registration],
    );
    // The database takes a submission from a chief data representative only.
    await owner.query(
      `SELECT set_config('app.party_id', applicant_id::text, false), set_config('app.roles', 'CHIEF_DATA_REPRESENTATIVE', false)
       FROM registration WHERE id = $1`,
      [registration],
    );
    await owner.query(`UPDATE registration SET state = 'SUBMITTED', submitted_at = $2 WHERE id = $1`, [
      registration,
      '2026-06-01T02:00:00Z',
    ]);
    await owner.query(`SELECT set_config('app.party_id', '', false), set_config('app.roles', '', false)`);
  });
  afterAll(async () => {
    await Promise.all([app.end(), owner.end()]);
    await database.drop();
  });

  const file = (id: string, state: string) =>
    owner.query(
      `INSERT INTO registration (id, track, asset_id, applicant_id, registry_id, type, state, name, overview, materials, prepared_by, prepared_at)
       SELECT $1, 'A', asset.id, provider_id, $2, 'FIRST', $3, 'a', 'a', '{}', $4, '2026-05-31T02:00:00Z' FROM asset LIMIT 1`,
      [id, registry, state, maker],
    );
  const ask = async (parts: string[]) => {
    await owner.query(
      `INSERT INTO file_inspection_request VALUES ($1, $2, $3, $4, 'i', 'p', $5, '2026-06-01T02:00:00Z', 'GRANTED', $5,
       '2026-06-02T02:00:00Z', 'r', $6, $7)`,
      [newId(), registration, grant.bankId, registry, maker, parts, OPEN_UNTIL],
    );
  };
  /** How many rows of a table the bank sees when it says that it looks at this instant. */
  const seenAt = async (instant: string | null, table: string) => {
    await app.query('BEGIN');
    await app.query(
      `SELECT set_config('app.party_id', $1, true), set_config('app.roles', 'INSTITUTION_USER', true),
              set_config('app.looks_at', $2, true)`,
      [grant.bankId, instant ?? ''],
    );
    const { rows } = await app.query<{ n: number }>(`SELECT count(*)::int AS n FROM ${table}`);
    await app.query('COMMIT');
    return rows[0]?.n;
  };
  const PARTS = {
    APPLICATION: ['registration'],
    EVIDENCE: ['registration_evidence', 'evidence_deposit', 'upload'],
  };

  it('shows a part to whom it is open, up to the instant at which it closes, and to a look only', async () => {
    const during = '2026-06-10T15:59:59.999Z';
    for (const tables of Object.values(PARTS))
      for (const table of tables) expect([table, await seenAt(during, table)]).toEqual([table, 0]);
    await ask(['EVIDENCE']);
    for (const table of PARTS.EVIDENCE) {
      expect([table, await seenAt(during, table)]).toEqual([table, 1]);
      expect([table, await seenAt(OPEN_UNTIL, table)]).toEqual([table, 0]);
      expect([table, await seenAt(null, table)]).toEqual([table, 0]);
    }
    for (const table of [
      ...PARTS.APPLICATION,
      'registration_act',
      'legal_deadline',
      'objection',
      'file_look',
    ])
      expect([table, await seenAt(during, table)]).toEqual([table, 0]);
    await ask(['APPLICATION', 'ACTS']);
    expect(await seenAt(during, 'registration')).toBe(1);
    expect(await seenAt(during, 'registration_act')).toBe(2);
    expect(await seenAt(OPEN_UNTIL, 'registration_act')).toBe(0);
  });

  it('lets the application write no look and no act of its own, and decide nothing twice', async () => {
    for (const table of ['file_look', 'registration_act'])
      await expect(app.query(`INSERT INTO ${table} DEFAULT VALUES`)).rejects.toThrow('permission denied');
    await expect(
      owner.query(`UPDATE file_inspection_request SET state = 'DECLINED', parts = NULL, open_until = NULL`),
    ).rejects.toMatchObject({ constraint: 'file_inspection_request_decided_once' });
  });

  it('tells the time of an act by the clock from the act itself', async () => {
    await owner.query(
      `UPDATE registration SET state = 'ACCEPTED', accepted_at = '2026-06-05T00:00:01Z' WHERE id = $1`,
      [registration],
    );
    const { rows } = await owner.query(
      `SELECT number, action, done_by, done_at, state_before, state_after FROM registration_act
       WHERE registration_id = $1 ORDER BY number DESC LIMIT 1`,
      [registration],
    );
    expect(rows).toEqual([
      {
        ...{ number: 3, action: null, done_by: 'CLOCK', done_at: new Date('2026-06-05T00:00:01Z') },
        ...{ state_before: 'SUBMITTED', state_after: 'ACCEPTED' },
      },
    ]);
  });

  it('counts a year from its first to its last instant in Asia/Shanghai, in as many statements as ever', async () => {
    let statements = 0;
    const tx = {
      query: async (text: string, values: unknown[]) => {
        statements += 1;
        return (await owner.query(text, values)).rows as unknown[];
      },
    } as unknown as Transaction;
    const at = (year: number) =>
      yearlyFigures(tx, registry, year, {
        now: new Date('2030-01-01T00:00:00Z'),
        calendar: WORKING_DAY_CALENDAR,
      });
    const empty = await at(2027);
    expect(empty.applications).toEqual([]);
    const few = statements;
    let n = 100;
    for (const doneAt of [
      ...['2027-12-31T15:59:59.999Z', '2026-12-31T16:00:00.000Z', '2026-12-31T15:59:59.999Z'],
      '2027-12-31T16:00:00.000Z',
    ])
      await owner.query(
        `INSERT INTO registration_act SELECT id, $2, NULL, 'APPLICANT', $3, 'DRAFT', 'SUBMITTED', NULL, track, type, applicant_id, registry_id
         FROM registration WHERE id = $1`,
        [registration, ++n, doneAt],
      );
    statements = 0;
    expect((await at(2027)).applications).toMatchObject([{ track: 'A', type: 'FIRST', received: 2 }]);
    expect(statements).toBe(few);
    expect((await at(2028)).applications).toMatchObject([{ received: 1 }]);
  });
});
