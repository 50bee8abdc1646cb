import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Client } from 'pg';
import { DataSource } from 'typeorm';

import { createTestDatabase, type TestDatabase } from '../../../test/support/test-database.ts';
import { constraintOf, isUniqueViolation, sqlStateOf } from './index.ts';

describe('an error of the database', () => {
  let database: TestDatabase;
  let client: Client;
  let dataSource: DataSource;
  beforeAll(async () => {
    database = await createTestDatabase();
    client = new Client({ connectionString: database.ownerUrl });
    await client.connect();
    await client.query(`CREATE TABLE thing (
      id integer CONSTRAINT thing_pkey PRIMARY KEY, units integer CONSTRAINT thing_units_positive CHECK (units > 0))`);
    await client.query('INSERT INTO thing VALUES (1, 1)');
    dataSource = await new DataSource({ type: 'postgres', url: database.ownerUrl }).initialize();
  });
  afterAll(async () => {
    await dataSource.destroy();
    await client.end();
    await database.drop();
  });

  it('names the constraint it is about, through TypeORM or not', async () => {
    const sql = 'INSERT INTO thing VALUES (1, 1)';
    const runs: (() => Promise<unknown>)[] = [() => client.query(sql), () => dataSource.query(sql)];
    for (const run of runs) {
      const error: unknown = await run().catch((reason: unknown) => reason);

      expect(constraintOf(error)).toBe('thing_pkey');
      expect(isUniqueViolation(error)).toBe(true);
      expect(isUniqueViolation(error, 'thing_pkey')).toBe(true);
      expect(isUniqueViolation(error, 'thing_other')).toBe(false);
    }
  });

  it('is no unique violation when another rule was broken', async () => {
    const error: unknown = await client
      .query('INSERT INTO thing VALUES (2, 0)')
      .catch((reason: unknown) => reason);

    expect(constraintOf(error)).toBe('thing_units_positive');
    expect(isUniqueViolation(error)).toBe(false);
  });

  it('is not seen in any other error', () => {
    for (const error of [new Error('thing_pkey'), { code: '23505', constraint: 'thing_pkey' }, null]) {
      expect(sqlStateOf(error)).toBeNull();
      expect(constraintOf(error)).toBeNull();
    }
  });
});
