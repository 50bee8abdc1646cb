import { randomBytes } from 'node:crypto';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Test, type TestingModule } from '@nestjs/testing';
import { Client } from 'pg';

import { DatabaseModule, TransactionRunner } from '#libs/database';

import { givenGrant } from '../../../test/support/given-grant.ts';
import { createTestDatabase, type TestDatabase } from '../../../test/support/test-database.ts';
import { MeteringModule, MeteringService } from './index.ts';

const OPERATOR = { partyId: null, roles: ['OPERATOR'] };
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

describe('closing a period of usage', () => {
  let database: TestDatabase;
  let app: TestingModule;
  let caller: Client;
  let metering: MeteringService;
  let invoke: (clientId: string, now: Date) => Promise<unknown>;
  beforeAll(async () => {
    database = await createTestDatabase();
    const { grantId, bankId, subjects } = await givenGrant(database.ownerUrl, { quota: 100 });
    app = await Test.createTestingModule({
      imports: [DatabaseModule.forRoot({ appUrl: database.appUrl }), MeteringModule],
    }).compile();
    await app.init();
    metering = app.get(MeteringService);
    caller = new Client({ connectionString: database.appUrl });
    await caller.connect();
    invoke = async (clientId, now) => {
      const one = [[grantId], [bankId], [clientId], [randomBytes(32)], [subjects[0]], ['LOAN_ORIGINATION']];
      const { rows } = await caller.query<object>(
        'SELECT outcome, occurred_at FROM invoke_group($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)',
        [...one, [null], [bankId], ['r'], now],
      );
      return rows[0];
    };
  });
  afterAll(async () => {
    await caller.end();
    await app.close();
    await database.drop();
  });

  it('waits for the call under way, counts it, and books a late one afterwards', async () => {
    const now = new Date();
    const end = new Date(now.getTime() + 1000);
    await caller.query('BEGIN');
    expect(await invoke('under-way', now)).toMatchObject({ outcome: 'DONE', occurred_at: now });

    let isClosed = false;
    const closing = metering.closeBefore(OPERATOR, end).then(() => (isClosed = true));
    await pause(300);
    expect(isClosed).toBe(false);
    await caller.query('COMMIT');
    await closing;

    const units = () =>
      app.get(TransactionRunner).run(OPERATOR, async (tx) => {
        const usage = await metering.usageIn(tx, new Date(0), end);
        return usage.map((grant) => grant.units);
      });
    expect(await units()).toEqual([1n]);
    // Its clock is behind, but the period is closed.
    expect(await invoke('late', now)).toMatchObject({ outcome: 'DONE', occurred_at: end });
    expect(await units()).toEqual([1n]);
  });

  it('never opens a closed period again', async () => {
    await expect(caller.query(`UPDATE metering_state SET closed_until = '-infinity'`)).rejects.toMatchObject({
      constraint: 'metering_state_never_reopens',
    });
    await metering.closeBefore(OPERATOR, new Date(0));
  });
});
