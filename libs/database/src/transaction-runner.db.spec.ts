import { randomUUID } from 'node:crypto';

import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Test, type TestingModule } from '@nestjs/testing';
import { getDataSourceToken } from '@nestjs/typeorm';
import { Client } from 'pg';
import { type DataSource, type EntityManager, QueryRunnerProviderAlreadyReleasedError } from 'typeorm';
import { PostgresDriver } from 'typeorm/driver/postgres/PostgresDriver.js';

import { invariant } from '#libs/foundation';

import { createTestDatabase, type TestDatabase } from '../../../test/support/test-database.ts';
import { ContextQueryRunner } from './context-query-runner.ts';
import {
  DatabaseModule,
  type SecurityContext,
  SYSTEM,
  type Transaction,
  TransactionRunner,
} from './index.ts';

interface Context {
  party: string | null;
  roles: string | null;
}

const SHOW_CONTEXT = `SELECT nullif(current_setting('app.party_id', true), '') AS party,
                             nullif(current_setting('app.roles', true), '') AS roles`;

describe('TransactionRunner', () => {
  let database: TestDatabase;
  let owner: Client;
  let app: TestingModule;
  let transactions: TransactionRunner;
  let dataSource: DataSource;

  beforeAll(async () => {
    database = await createTestDatabase();
    owner = new Client({ connectionString: database.ownerUrl });
    await owner.connect();
    await owner.query(`
      CREATE TABLE tally (id integer PRIMARY KEY, count integer NOT NULL);
      GRANT SELECT, INSERT, UPDATE ON tally TO pdx_app;
      CREATE TABLE secret (party_id uuid NOT NULL, word text NOT NULL);
      ALTER TABLE secret ENABLE ROW LEVEL SECURITY;
      CREATE POLICY secret_own ON secret TO pdx_app USING (party_id = (SELECT app_party()));
      GRANT SELECT, INSERT ON secret TO pdx_app`);
    // One connection, so that every transaction gets the one its predecessor used.
    app = await Test.createTestingModule({
      imports: [DatabaseModule.forRoot({ appUrl: database.appUrl, poolSize: 1 })],
    }).compile();
    await app.init();
    transactions = app.get(TransactionRunner);
    dataSource = app.get<DataSource>(getDataSourceToken());
  });
  beforeEach(async () => {
    await owner.query('TRUNCATE tally; INSERT INTO tally VALUES (1, 0), (2, 0)');
  });
  afterAll(async () => {
    await app.close();
    await owner.end();
    await database.drop();
  });

  const acting = (): SecurityContext => ({ partyId: randomUUID(), roles: ['REVIEWER', 'OPERATOR'] });
  const contextIn = async (tx: EntityManager | DataSource) => {
    const [context] = await tx.query<Context[]>(SHOW_CONTEXT);
    return context;
  };
  const NOBODY = { party: null, roles: null };

  it('gives the work its context', async () => {
    const actor = acting();

    expect(await transactions.run(actor, contextIn)).toEqual({
      party: actor.partyId,
      roles: 'REVIEWER,OPERATOR',
    });
    expect(await transactions.run(SYSTEM, contextIn)).toEqual({ party: null, roles: 'SYSTEM' });
  });

  it('leaves no context on the connection, whether it commits or rolls back', async () => {
    await transactions.run(acting(), contextIn);
    expect(await contextIn(dataSource)).toEqual(NOBODY);

    const refused = transactions.run(acting(), () => Promise.reject(new Error('refused')));
    await expect(refused).rejects.toThrow('refused');
    expect(await contextIn(dataSource)).toEqual(NOBODY);
  });

  it('shows a party its own rows and the next party none of them', async () => {
    const [one, other] = [acting(), acting()];
    await transactions.run(one, (tx) =>
      tx.query('INSERT INTO secret VALUES ($1, $2)', [one.partyId, 'mine']),
    );
    const words = (tx: Transaction) => tx.query<{ word: string }[]>('SELECT word FROM secret');

    expect(await transactions.run(one, words)).toEqual([{ word: 'mine' }]);
    expect(await transactions.run(other, words)).toEqual([]);
    expect(await dataSource.query('SELECT word FROM secret')).toEqual([]);
  });

  it('takes no roles that could be read as other roles or as SQL', async () => {
    for (const role of ['SYSTEM,REGULATOR', "X', true); SELECT ('", '']) {
      const run = transactions.run({ partyId: null, roles: [role] }, contextIn);
      await expect(run).rejects.toThrow('Roles must be words in capitals');
    }
    const strange = { partyId: "'; DROP TABLE tally; --", roles: [] };
    expect(await transactions.run(strange, contextIn)).toEqual({ party: strange.partyId, roles: null });
  });

  it('begins and takes its context in one message', async () => {
    const sessions = await transactions.run(acting(), () =>
      owner.query<{ query: string }>(
        `SELECT query FROM pg_stat_activity
         WHERE application_name = 'pdx' AND datname = current_database() AND state = 'idle in transaction'`,
      ),
    );

    expect(sessions.rows).toEqual([{ query: expect.stringMatching(/^BEGIN .*set_config.*set_config/) }]);
  });

  it('keeps nothing of work that throws', async () => {
    const refused = transactions.run(SYSTEM, async (tx) => {
      await tx.query('UPDATE tally SET count = 1');
      throw new Error('refused');
    });
    await expect(refused).rejects.toThrow('refused');

    expect(await dataSource.query('SELECT sum(count)::integer AS sum FROM tally')).toEqual([{ sum: 0 }]);
  });

  it('lets nobody use a transaction after its end', async () => {
    let kept: Transaction | undefined;
    await transactions.run(SYSTEM, (tx) => {
      kept = tx;
      return Promise.resolve();
    });

    await expect(kept?.query('SELECT 1')).rejects.toThrow(QueryRunnerProviderAlreadyReleasedError);
  });

  it('refuses a transaction inside of another, which could wait for its own connection', async () => {
    const nested = transactions.run(SYSTEM, () => transactions.run(SYSTEM, contextIn));

    await expect(nested).rejects.toThrow('inside of another');
  });

  it('goes on with another connection after its own was lost', async () => {
    const broken = transactions.run(acting(), async (tx) => {
      const [row] = await tx.query<{ pid: number }[]>('SELECT pg_backend_pid() AS pid');
      await owner.query('SELECT pg_terminate_backend($1)', [row?.pid]);
      await tx.query('SELECT 1');
    });
    await expect(broken).rejects.toThrow();

    expect(await contextIn(dataSource)).toEqual(NOBODY);
  });

  it('closes a connection that may still be inside a transaction, instead of handing it on', async () => {
    const { driver } = dataSource;
    invariant(driver instanceof PostgresDriver, 'The tests run on PostgreSQL');
    const runner = new ContextQueryRunner(driver, 'master');
    await runner.begin(acting());
    await runner.discard();

    expect(await contextIn(dataSource)).toEqual(NOBODY);
  });

  describe('under rivals', () => {
    let rivals: TestingModule;
    let rivalTransactions: TransactionRunner;
    beforeAll(async () => {
      rivals = await Test.createTestingModule({
        imports: [DatabaseModule.forRoot({ appUrl: database.appUrl, poolSize: 4 })],
      }).compile();
      await rivals.init();
      rivalTransactions = rivals.get(TransactionRunner);
    });
    afterAll(() => rivals.close());

    const increment = (tx: Transaction, id: number) =>
      tx.query('UPDATE tally SET count = count + 1 WHERE id = $1', [id]);

    it('commits both of two transactions that deadlock, by running one of them again', async () => {
      let attempts = 0;
      let arrived = 0;
      let open: () => void = () => undefined;
      const bothHoldOne = new Promise<void>((resolve) => {
        open = resolve;
      });
      const lockInOrder = (first: number, second: number) =>
        rivalTransactions.run(SYSTEM, async (tx) => {
          attempts += 1;
          await increment(tx, first);
          arrived += 1;
          if (arrived === 2) open();
          await bothHoldOne;
          await increment(tx, second);
        });

      await Promise.all([lockInOrder(1, 2), lockInOrder(2, 1)]);

      const { rows } = await owner.query('SELECT count FROM tally ORDER BY id');
      expect(rows).toEqual([{ count: 2 }, { count: 2 }]);
      expect(attempts).toBe(3);
    });

    it('gives up after four attempts', async () => {
      let attempts = 0;
      const hopeless = rivalTransactions.run(SYSTEM, (tx) => {
        attempts += 1;
        return tx.query(
          `DO $$ BEGIN RAISE EXCEPTION 'again' USING ERRCODE = 'serialization_failure'; END $$`,
        );
      });

      await expect(hopeless).rejects.toThrow('again');
      expect(attempts).toBe(4);
    });

    it('does not repeat work that failed for another reason', async () => {
      let attempts = 0;
      const failing = rivalTransactions.run(SYSTEM, (tx) => {
        attempts += 1;
        return tx.query('SELECT 1 / 0');
      });

      await expect(failing).rejects.toThrow('division by zero');
      expect(attempts).toBe(1);
    });
  });
});
