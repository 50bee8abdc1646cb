import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

import { Client } from 'pg';

import { DatabaseTooOld, MigrationMismatch } from './database.errors.ts';

interface Migration {
  readonly id: number;
  readonly name: string;
  readonly sql: string;
  readonly checksum: string;
}

/** One advisory lock for all who migrate a database; the number is only ours. */
const LOCK = 7_046_029_254;
const OLDEST_SERVER = 150_000;

/** prisma-free-schema of the project this file belongs to, whether it runs from the sources or from dist. */
export function schemaDir(): string {
  let at = import.meta.dirname;
  while (!existsSync(join(at, 'prisma-free-schema', 'migrations'))) at = dirname(at);
  return join(at, 'prisma-free-schema');
}

/**
 * Brings the database of `ownerUrl` to the newest schema: each migration once, in order, in a transaction of its own.
 * Two at once wait for each other; one that fails leaves what was before it.
 *
 * @returns the names of the migrations that were applied now
 * @throws DatabaseTooOld, MigrationMismatch
 */
export async function migrate(
  ownerUrl: string,
  migrationsDir = join(schemaDir(), 'migrations'),
): Promise<string[]> {
  const migrations = readMigrations(migrationsDir);
  const client = new Client({ connectionString: ownerUrl });
  await client.connect();
  try {
    const { rows: version } = await client.query<{ number: string; name: string }>(
      `SELECT current_setting('server_version_num') AS number, current_setting('server_version') AS name`,
    );
    if (Number(version[0]?.number) < OLDEST_SERVER) throw new DatabaseTooOld(version[0]?.name ?? 'unknown');
    await client.query('SELECT pg_advisory_lock($1)', [LOCK]);
    await client.query(`CREATE TABLE IF NOT EXISTS schema_migration (
      id integer NOT NULL CONSTRAINT schema_migration_pkey PRIMARY KEY,
      name text NOT NULL, checksum text NOT NULL, applied_at timestamptz NOT NULL DEFAULT now())`);
    const { rows: applied } = await client.query<{ id: number; name: string; checksum: string }>(
      'SELECT id, name, checksum FROM schema_migration ORDER BY id',
    );
    for (const [i, row] of applied.entries()) {
      const known = migrations[i];
      if (known?.name !== row.name)
        throw new MigrationMismatch(
          `The database has migration ${row.name}, which this program does not know`,
        );
      if (known.checksum !== row.checksum)
        throw new MigrationMismatch(`Migration ${row.name} was changed after it was applied`);
    }
    const missing = migrations.slice(applied.length);
    for (const migration of missing) await apply(client, migration);
    return missing.map(({ name }) => name);
  } finally {
    await client.end();
  }
}

async function apply(client: Client, { id, name, checksum, sql }: Migration): Promise<void> {
  await client.query('BEGIN');
  try {
    // Before the migration, which takes another role for the rest of the transaction.
    await client.query('INSERT INTO schema_migration (id, name, checksum) VALUES ($1, $2, $3)', [
      id,
      name,
      checksum,
    ]);
    await client.query(sql);
    await client.query('COMMIT');
  } catch (error) {
    await client.query('ROLLBACK');
    throw error;
  }
}

function readMigrations(dir: string): Migration[] {
  return readdirSync(dir)
    .sort()
    .map((name, i) => {
      const id = Number(name.slice(0, 4));
      if (!/^\d{4}_[a-z_]+$/.test(name) || id !== i + 1)
        throw new MigrationMismatch(`${name} is not the name of migration number ${i + 1}`);
      const sql = readFileSync(join(dir, name, 'up.sql'), 'utf8');
      return { id, name, sql, checksum: createHash('sha256').update(sql).digest('hex') };
    });
}
