import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { Client } from 'pg';

import { createTestDatabase, type TestDatabase } from '../../../test/support/test-database.ts';
import { ExchangeClock, PgPool } from './index.ts';

const DAY_MS = 86_400_000;

describe('ExchangeClock', () => {
  let database: TestDatabase;
  let owner: Client;
  beforeAll(async () => {
    Logger.overrideLogger(false);
    database = await createTestDatabase();
    owner = new Client({ connectionString: database.ownerUrl });
    await owner.connect();
  });
  afterAll(async () => {
    await owner.end();
    await database.drop();
  });
  const aheadMs = (clock: ExchangeClock) => clock.now().getTime() - Date.now();

  it('tells no time before it knows which', () => {
    const pool = new PgPool({ connectionString: database.appUrl });

    expect(() => new ExchangeClock(pool).now()).toThrow('before it was loaded');
  });

  it('follows an advance, and keeps what it knows while the database is away', async () => {
    const pool = new PgPool({ connectionString: database.appUrl, max: 1 });
    const clock = new ExchangeClock(pool);
    await clock.load();
    expect(aheadMs(clock)).toBeLessThan(DAY_MS);

    await owner.query('UPDATE exchange_clock SET offset_ms = $1', [10 * DAY_MS]);
    await clock.refresh();
    expect(aheadMs(clock)).toBeGreaterThan(9 * DAY_MS);

    await pool.end();
    await clock.refresh();
    expect(aheadMs(clock)).toBeGreaterThan(9 * DAY_MS);
    await expect(clock.load()).rejects.toThrow();
  });
});
