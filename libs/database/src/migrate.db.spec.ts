import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Client } from 'pg';

import { createTestDatabase, type TestDatabase } from '../../../test/support/test-database.ts';
import { migrate, schemaDir } from './index.ts';

const count = readdirSync(join(schemaDir(), 'migrations')).length;
const numbered = (number: number, name: string) => `${String(number).padStart(4, '0')}_${name}`;
const RACE = numbered(count + 1, 'race');
const BROKEN = numbered(count + 2, 'broken');

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
    add(RACE, 'CREATE TABLE race (id integer)');

    const applied = await Promise.all(Array.from({ length: 4 }, () => migrate(database.ownerUrl, folder)));

    expect(applied.flat()).toEqual([RACE]);
  });

  it('leaves nothing of a migration that fails', async () => {
    add(BROKEN, 'CREATE TABLE half (id integer); SELECT 1 / 0');

    await expect(migrate(database.ownerUrl, folder)).rejects.toThrow('division by zero');

    const client = new Client({ connectionString: database.ownerUrl });
    await client.connect();
    const { rows } = await client.query(
      `SELECT to_regclass('half') AS half, max(id) AS last FROM schema_migration`,
    );
    await client.end();
    expect(rows).toEqual([{ half: null, last: count + 1 }]);
    rmSync(join(folder, BROKEN), { recursive: true });
  });

  it('refuses a migration that was changed, and a database newer than itself', async () => {
    add(RACE, 'CREATE TABLE race (id bigint)');
    await expect(migrate(database.ownerUrl, folder)).rejects.toMatchObject({ code: 'MIGRATION_MISMATCH' });
    await expect(migrate(database.ownerUrl)).rejects.toMatchObject({ code: 'MIGRATION_MISMATCH' });
  });
});
