import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Client } from 'pg';

import { type GivenGrant, givenGrant } from '../support/given-grant.ts';
import { createTestDatabase, type TestDatabase } from '../support/test-database.ts';

describe('the schema by itself', () => {
  let database: TestDatabase;
  let app: Client;
  let owner: Client;
  let grant: GivenGrant;
  beforeAll(async () => {
    database = await createTestDatabase();
    app = new Client({ connectionString: database.appUrl });
    owner = new Client({ connectionString: database.ownerUrl });
    await Promise.all([app.connect(), owner.connect()]);
    grant = await givenGrant(database.ownerUrl, { quota: 1 });
  });
  afterAll(async () => {
    await Promise.all([app.end(), owner.end()]);
    await database.drop();
  });
  const seenBy = async (party: string, roles: string, table: string) => {
    await app.query('BEGIN');
    await app.query(`SELECT set_config('app.party_id', $1, true), set_config('app.roles', $2, true)`, [
      party,
      roles,
    ]);
    const { rows } = await app.query<{ n: number }>(`SELECT count(*)::int AS n FROM ${table}`);
    await app.query('COMMIT');
    return rows[0]?.n;
  };

  it.each(['usage_grant', 'access_request'])(
    'shows a %s to its parties and to who oversees',
    async (table) => {
      const stranger = await givenGrant(database.ownerUrl, { quota: 1 });

      expect(await seenBy(grant.bankId, 'INSTITUTION_USER', table)).toBe(1);
      expect(await seenBy(stranger.bankId, 'INSTITUTION_USER', table)).toBe(1);
      expect(await seenBy('', '', table)).toBe(0);
      expect(await seenBy('', 'REGULATOR', table)).toBeGreaterThanOrEqual(2);
    },
  );

  it('forgets the party with its transaction', async () => {
    expect(await seenBy(grant.bankId, 'REGULATOR', 'usage_grant')).toBeGreaterThan(0);

    const { rows } = await app.query('SELECT count(*)::int AS n FROM usage_grant');
    expect(rows).toEqual([{ n: 0 }]);
  });

  it('forces row-level security on every table that names a party, and lets the application own nothing', async () => {
    const { rows: open } = await owner.query(
      `SELECT DISTINCT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
       JOIN pg_attribute a ON a.attrelid = c.oid
       WHERE n.nspname = 'public' AND c.relkind = 'r' AND NOT (c.relrowsecurity AND c.relforcerowsecurity)
         AND a.attname IN ('party_id', 'provider_id', 'consumer_id', 'recipient_id', 'applicant_id', 'actor_party_id')`,
    );
    expect(open).toEqual([]);
    const { rows: owned } = await owner.query(
      `SELECT relname FROM pg_class WHERE relowner = 'pdx_app'::regrole`,
    );
    expect(owned).toEqual([]);
  });

  it.each([
    'usage_record',
    'audit_entry',
    'audit_node',
    'certificate',
    'valuation_report',
    'posting',
    'statement',
  ])('lets the application neither delete from %s nor empty it', async (table) => {
    await expect(app.query(`DELETE FROM ${table}`)).rejects.toThrow('permission denied');
    await expect(app.query(`TRUNCATE ${table}`)).rejects.toThrow('permission denied');
  });

  it('refuses a journal entry that does not balance, at commit', async () => {
    await owner.query('BEGIN');
    await owner.query(
      `WITH a AS (INSERT INTO account VALUES (gen_random_uuid(), $1, 'RECEIVABLE', 'CNY') RETURNING id),
            e AS (INSERT INTO journal_entry VALUES (gen_random_uuid(), 'STATEMENT', gen_random_uuid(), now()) RETURNING id)
       SELECT a.id AS account, e.id AS entry FROM a, e`,
      [grant.bankId],
    );
    await owner.query(
      `INSERT INTO posting SELECT e.id, 1, a.id, a.party_id, 5, 'CNY' FROM journal_entry e, account a`,
    );
    await expect(owner.query('COMMIT')).rejects.toMatchObject({ constraint: 'journal_entry_balances' });
  });

  it('appends to the audit log only at its end and only what was in the outbox', async () => {
    await app.query(`INSERT INTO audit_outbox (occurred_at, action, outcome) VALUES (now(), 'TEST', 'DONE')`);
    const { rows } = await owner.query<{ id: string }>('SELECT max(id) AS id FROM audit_outbox');
    const id = Number(rows[0]?.id);
    const append = (first: number, outboxId: number) =>
      app.query(
        `SELECT audit_append($1, ARRAY[$2::bigint], ARRAY['x'::bytea], ARRAY[sha256('x')], ARRAY[0::smallint],
                             ARRAY[$1::bigint], ARRAY[sha256('x')])`,
        [first, outboxId],
      );

    await expect(append(5, id)).rejects.toMatchObject({ constraint: 'audit_entry_contiguous' });
    await expect(append(0, id + 1)).rejects.toMatchObject({ constraint: 'audit_entry_from_outbox' });
    await append(0, id);
    await expect(owner.query(`UPDATE audit_entry SET leaf = ''`)).rejects.toThrow('append-only');
    await expect(owner.query('DELETE FROM audit_entry')).rejects.toThrow('append-only');
  });
});
