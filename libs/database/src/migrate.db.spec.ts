import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Client } from 'pg';

import { createTestDatabase, type TestDatabase } from '../../../test/support/test-database.ts';
import { migrate, schemaDir } from './index.ts';

describe('migrate', () => {
  let database: TestDatabase;
  let folder: string;
  beforeAll(async () => {
    database = await createTestDatabase();
    folder = mkdtempSync(join(tmpdir(), 'pdx-migrations-'));
    cpSync(join(schemaDir(), 'migrations'), folder, { recursive: true });
  });
  afterAll(async () => {
    rmSync(folder, { recursive: true });
    await database.drop();
  });
  const add = (name: string, sql: string) => {
    mkdirSync(join(folder, name), { recursive: true });
    writeFileSync(join(folder, name, 'up.sql'), sql);
  };

  it('does nothing to a database that is up to date', async () => {
    expect(await migrate(database.ownerUrl)).toEqual([]);
  });

  it('applies a new migration once, however many start at the same time', async () => {
    add('0010_race', 'CREATE TABLE race (id integer)');

    const applied = await Promise.all(Array.from({ length: 4 }, () => migrate(database.ownerUrl, folder)));

    expect(applied.flat()).toEqual(['0010_race']);
  });

  it('leaves nothing of a migration that fails', async () => {
    add('0011_broken', 'CREATE TABLE half (id integer); SELECT 1 / 0');

    await expect(migrate(database.ownerUrl, folder)).rejects.toThrow('division by zero');

    const client = new Client({ connectionString: database.ownerUrl });
    await client.connect();
    const { rows } = await client.query(
      `SELECT to_regclass('half') AS half, max(id) AS last FROM schema_migration`,
    );
    await client.end();
    expect(rows).toEqual([{ half: null, last: 10 }]);
    rmSync(join(folder, '0011_broken'), { recursive: true });
  });

  it('refuses a migration that was changed, and a database newer than itself', async () => {
    add('0010_race', 'CREATE TABLE race (id bigint)');
    await expect(migrate(database.ownerUrl, folder)).rejects.toMatchObject({ code: 'MIGRATION_MISMATCH' });
    await expect(migrate(database.ownerUrl)).rejects.toMatchObject({ code: 'MIGRATION_MISMATCH' });
  });
});
