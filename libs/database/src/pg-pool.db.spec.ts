import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Test, type TestingModule } from '@nestjs/testing';
import { getDataSourceToken } from '@nestjs/typeorm';
import { Client } from 'pg';
import type { DataSource } from 'typeorm';

import { createTestDatabase, type TestDatabase } from '../../../test/support/test-database.ts';
import { DatabaseModule, PgPool, SYSTEM, TransactionRunner } from './index.ts';

describe('the connections of a process', () => {
  let database: TestDatabase;
  let owner: Client;
  let app: TestingModule;
  let pool: PgPool;

  beforeAll(async () => {
    database = await createTestDatabase();
    owner = new Client({ connectionString: database.ownerUrl });
    await owner.connect();
    app = await Test.createTestingModule({
      imports: [DatabaseModule.forRoot({ appUrl: database.appUrl, poolSize: 3 })],
    }).compile();
    app.useLogger(false);
    await app.init();
    pool = app.get(PgPool);
  });
  afterAll(async () => {
    await app.close();
    await owner.end();
    await database.drop();
  });

  const killAll = async () => {
    const others = `FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()`;
    await owner.query(`SELECT pg_terminate_backend(pid) ${others}`);
    // They are told, and end a little later.
    while ((await owner.query(`SELECT ${others}`)).rowCount !== 0);
  };

  it('survive the loss of idle and of busy connections, and are replaced', async () => {
    const dataSource = app.get<DataSource>(getDataSourceToken());
    const checkedOut = await pool.connect();
    const lost = new Promise((resolve) => checkedOut.once('end', resolve));
    const busy = [pool.query('SELECT pg_sleep(20)'), dataSource.query('SELECT pg_sleep(20)')];
    const failures = Promise.allSettled(busy);
    let goesOn: () => void = () => undefined;
    const isUnderWay = new Promise<void>((resolve) => (goesOn = resolve));
    let saysKilled: () => void = () => undefined;
    const killed = new Promise<void>((resolve) => (saysKilled = resolve));
    const transaction = app.get(TransactionRunner).run(SYSTEM, async (tx) => {
      await tx.query('SELECT 1');
      goesOn();
      await killed;
      await tx.query('SELECT 1');
    });
    const refused = expect(transaction).rejects.toThrow();

    // Until all of them are there to be killed.
    await isUnderWay;
    let waiting = 0;
    while (waiting < 2) {
      const { rows } = await owner.query<{ waiting: number }>(
        `SELECT count(*)::integer AS waiting FROM pg_stat_activity WHERE datname = current_database() AND wait_event = 'PgSleep'`,
      );
      waiting = rows[0]?.waiting ?? 0;
    }
    await killAll();
    saysKilled();
    await lost;
    checkedOut.release(true);

    expect((await failures).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    await refused;
    expect((await pool.query('SELECT 1 AS one')).rows).toEqual([{ one: 1 }]);
    expect(await dataSource.query('SELECT 1 AS one')).toEqual([{ one: 1 }]);
  });

  it('work as the application role, which is neither owner nor free of row-level security', async () => {
    const { rows } = await pool.query(
      `SELECT current_user AS name, rolsuper OR rolbypassrls AS is_above FROM pg_roles WHERE rolname = current_user`,
    );

    expect(rows).toEqual([{ name: 'pdx_app', is_above: false }]);
  });

  it('do not wait for ever', async () => {
    const { rows } = await pool.query(
      `SELECT name, setting::integer AS ms FROM pg_settings
       WHERE name IN ('statement_timeout', 'lock_timeout', 'idle_in_transaction_session_timeout') ORDER BY name`,
    );

    expect(rows).toEqual([
      { name: 'idle_in_transaction_session_timeout', ms: 60_000 },
      { name: 'lock_timeout', ms: 10_000 },
      { name: 'statement_timeout', ms: 30_000 },
    ]);
  });
});
