import { randomBytes, randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Test, type TestingModule } from '@nestjs/testing';
import { Client, Pool } from 'pg';

import { AuditModule } from '#libs/audit';
import { DatabaseModule } from '#libs/database';
import { DatasetModule } from '#libs/dataset';
import { Clock, newId, usccCheckDigit } from '#libs/foundation';
import { IdentityModule } from '#libs/identity';
import { KeyRing } from '#libs/keys';
import { PartyModule } from '#libs/party';

import { type GivenGrant, givenGrant } from '../../../test/support/given-grant.ts';
import { createTestDatabase, type TestDatabase } from '../../../test/support/test-database.ts';
import { SettlementModule, SettlementService } from './index.ts';

/** Midnight of the first in Shanghai. */
const MARCH = new Date('2026-02-28T16:00:00Z');
const APRIL = new Date('2026-03-31T16:00:00Z');
const MAY = new Date('2026-04-30T16:00:00Z');
const before = (instant: Date) => new Date(instant.getTime() - 1);

class SetClock extends Clock {
  at = APRIL;

  now(): Date {
    return this.at;
  }
}

describe('closing a month', () => {
  let database: TestDatabase;
  let owner: Client;
  let callers: Pool;
  let dir: string;
  let clock: SetClock;
  let app: TestingModule;
  let settlement: SettlementService;
  let operator: { partyId: string; id: string; roles: string[]; requestId: string };
  beforeEach(async () => {
    database = await createTestDatabase();
    owner = new Client({ connectionString: database.ownerUrl });
    await owner.connect();
    callers = new Pool({ connectionString: database.appUrl, max: 4 });
    callers.on('error', () => undefined);
    dir = mkdtempSync(join(tmpdir(), 'pdx-settlement-'));
    clock = new SetClock();
    app = await Test.createTestingModule({
      imports: [
        DatabaseModule.forRoot({ appUrl: database.appUrl }),
        AuditModule.forRoot(new KeyRing(join(dir, 'keys'))),
        IdentityModule,
        PartyModule,
        DatasetModule.forRoot({ uploadDir: join(dir, 'uploads') }),
        SettlementModule,
      ],
    })
      .overrideProvider(Clock)
      .useValue(clock)
      .compile();
    await app.init();
    settlement = app.get(SettlementService);
    operator = { partyId: newId(), id: newId(), roles: ['OPERATOR'], requestId: 'request' };
    const body = '91370200MA0999998';
    await owner.query(`INSERT INTO party VALUES ($1, 'OPERATOR', 'o', $2, NULL, true, now())`, [
      operator.partyId,
      body + usccCheckDigit(body),
    ]);
    await owner.query(
      `INSERT INTO person (id, party_id, login, display_name, roles, password_hash, created_at)
       VALUES ($1, $2, 'closer', '某人', '{OPERATOR}', '', now())`,
      [operator.id, operator.partyId],
    );
  });
  afterEach(async () => {
    await app.close();
    await callers.end();
    await owner.end();
    await database.drop();
    rmSync(dir, { recursive: true });
  });

  const given = async (terms: { price?: string; weights?: number[]; consumer?: string } = {}) => {
    const grant = await givenGrant(database.ownerUrl, { quota: 100_000 });
    const { price = '0.35', weights = [7, 2, 1], consumer = grant.bankId } = terms;
    const { rows } = await owner.query<{ listing: string }>(
      `UPDATE usage_grant SET price_per_call = $2, consumer_id = $3, valid_from = '2026-01-01', expires_at = '2027-01-01'
       WHERE id = $1 RETURNING listing_id AS listing`,
      [grant.grantId, price, consumer],
    );
    await owner.query(
      'UPDATE listing SET provider_weight = $2, operator_weight = $3, platform_weight = $4 WHERE id = $1',
      [rows[0]?.listing, ...weights],
    );
    return { ...grant, bankId: consumer };
  };
  /** Calls under the grant at `now`, all in one group. */
  const invoke = async (grant: GivenGrant, now: Date, count = 1, by: Pick<Pool, 'query'> = callers) => {
    const each = <T>(value: T) => Array.from({ length: count }, () => value);
    const { rows } = await by.query<{ outcome: string; occurred_at: Date }>(
      'SELECT outcome, occurred_at FROM invoke_group($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)',
      [
        each(grant.grantId),
        each(grant.bankId),
        each('').map(() => randomUUID()),
        each('').map(() => randomBytes(32)),
        each(grant.subjects[0]),
        each('LOAN_ORIGINATION'),
        each(null),
        each(grant.bankId),
        each('request'),
        now,
      ],
    );
    expect(rows.map(({ outcome }) => outcome)).toEqual(each('DONE'));
    return rows.map(({ occurred_at }) => occurred_at);
  };
  const close = (month: string, clientId: string = randomUUID()) =>
    settlement.closeMonth(operator, clientId, month);
  const seenBy = (partyId: string) => ({ partyId, roles: ['INSTITUTION_USER'] });
  const statementsOf = (partyId: string) =>
    settlement.listStatements(seenBy(partyId), { month: null, first: 10, afterId: null });
  const rowsOf = async (sql: string, values: unknown[] = []) =>
    (await owner.query<Record<string, unknown>>(sql, values)).rows;
  const partiesOf = async ({ grantId }: GivenGrant) => {
    const { rows } = await owner.query<{ provider: string; operator: string; platform: string }>(
      `SELECT l.provider_id AS provider, l.operator_id AS operator, l.platform_id AS platform
       FROM usage_grant JOIN listing l ON l.id = listing_id WHERE usage_grant.id = $1`,
      [grantId],
    );
    if (!rows[0]) throw new RangeError('The grant has a listing');
    return rows[0];
  };
  /** Everything that must hold of all that was ever closed, asked of the tables themselves. */
  const mustBeCoherent = async () => {
    // Each month's usage is in the statements: nothing missing, nothing twice, each line its units × price.
    expect(
      await rowsOf(
        `WITH used AS (
           SELECT to_char(occurred_at AT TIME ZONE 'Asia/Shanghai', 'YYYY-MM') AS month, usage_grant_id,
                  count(*) AS units, round(sum(price_per_call) * 100) AS amount_minor
           FROM usage_record GROUP BY 1, 2
         ), due AS (SELECT used.* FROM used JOIN settlement_month USING (month))
         SELECT * FROM due FULL JOIN statement_line AS line USING (month, usage_grant_id)
         WHERE due.units IS DISTINCT FROM line.units OR due.amount_minor IS DISTINCT FROM line.amount_minor`,
      ),
    ).toEqual([]);
    expect(
      await rowsOf(
        `SELECT id FROM statement JOIN statement_line ON statement_id = id GROUP BY id
         HAVING sum(statement_line.units) <> statement.units
             OR sum(statement_line.amount_minor) <> statement.amount_minor`,
      ),
    ).toEqual([]);
    expect(
      await rowsOf(
        `SELECT statement_id, line FROM statement_line AS l LEFT JOIN allocation AS a USING (statement_id, line)
         GROUP BY statement_id, line, l.amount_minor
         HAVING sum(a.amount_minor) IS DISTINCT FROM l.amount_minor OR count(a.*) <> 3`,
      ),
    ).toEqual([]);
    // The journal says of every statement and party what the statement and its allocations say.
    expect(
      await rowsOf(
        `WITH owed AS (
           SELECT id AS statement_id, consumer_id AS party_id, 'RECEIVABLE' AS kind, amount_minor AS fen FROM statement
           UNION ALL
           SELECT statement_id, party_id, 'PAYABLE', -sum(amount_minor) FROM allocation GROUP BY 1, 2
         ), booked AS (
           SELECT reference_id AS statement_id, account.party_id, account.kind, sum(amount_minor) AS fen
           FROM journal_entry JOIN posting ON journal_entry_id = journal_entry.id JOIN account ON account.id = account_id
           GROUP BY 1, 2, 3
         )
         SELECT * FROM (SELECT * FROM owed WHERE fen <> 0) AS owed
         FULL JOIN booked USING (statement_id, party_id, kind) WHERE owed.fen IS DISTINCT FROM booked.fen`,
      ),
    ).toEqual([]);
    expect(await rowsOf('SELECT 1 FROM posting HAVING sum(amount_minor) <> 0')).toEqual([]);
  };

  it('owes units × price for what happened in the month, splits it to the fen and books it', async () => {
    const plain = await given();
    const cheap = await given({ price: '0.005', weights: [0, 0, 3], consumer: plain.bankId });
    const other = await given({ price: '1.0000000001', weights: [1, 1, 1] });
    // Both ends of the month, and the neighbours' instants beside them.
    for (const instant of [MARCH, new Date('2026-03-15T00:00:00Z'), before(APRIL)])
      await invoke(plain, instant);
    await invoke(plain, APRIL, 2);
    await invoke(cheap, MARCH);
    await invoke(other, MARCH, 10);

    await close('2026-03');

    expect(await statementsOf(plain.bankId)).toMatchObject([
      { month: '2026-03', consumerId: plain.bankId, units: 4n, amountMinor: 106n, currency: 'CNY' },
    ]);
    const [statement] = await statementsOf(plain.bankId);
    expect(await settlement.linesOf(seenBy(plain.bankId), [statement?.id ?? ''])).toMatchObject([
      { line: 1, usageGrantId: plain.grantId, units: 3n, pricePerCall: '0.3500000000', amountMinor: 105n },
      // Half a fen is rounded up.
      { line: 2, usageGrantId: cheap.grantId, units: 1n, pricePerCall: '0.0050000000', amountMinor: 1n },
    ]);
    // 73.5, 21 and 10.5: the tie goes to the capacity whose name comes first.
    const portions = `SELECT capacity, allocation.amount_minor::int AS fen FROM allocation JOIN statement_line USING (statement_id, line)
                      WHERE usage_grant_id = $1 ORDER BY capacity`;
    expect(await rowsOf(portions, [plain.grantId])).toEqual([
      { capacity: 'OPERATOR', fen: 21 },
      { capacity: 'PLATFORM', fen: 11 },
      { capacity: 'PROVIDER', fen: 73 },
    ]);
    expect(await rowsOf(portions, [other.grantId])).toEqual([
      { capacity: 'OPERATOR', fen: 334 },
      { capacity: 'PLATFORM', fen: 333 },
      { capacity: 'PROVIDER', fen: 333 },
    ]);
    await mustBeCoherent();

    clock.at = MAY;
    await close('2026-04');
    expect((await statementsOf(plain.bankId)).map(({ month, units }) => [month, units])).toEqual([
      ['2026-03', 4n],
      ['2026-04', 2n],
    ]);
    await mustBeCoherent();
  });

  it('states use that costs nothing, and books no entry for it', async () => {
    const free = await given({ price: '0' });
    const tiny = await given({ price: '0.0049999999' });
    await invoke(free, MARCH, 3);
    await invoke(tiny, MARCH);

    await close('2026-03');

    expect(await statementsOf(free.bankId)).toMatchObject([{ units: 3n, amountMinor: 0n }]);
    expect(await statementsOf(tiny.bankId)).toMatchObject([{ units: 1n, amountMinor: 0n }]);
    expect(await rowsOf('SELECT 1 FROM journal_entry')).toEqual([]);
    await mustBeCoherent();
  });

  it('pays a party that has two capacities once in the journal, and both in the split', async () => {
    const grant = await given({ price: '1' });
    const { provider, operator: payee } = await partiesOf(grant);
    await owner.query('UPDATE listing SET platform_id = operator_id WHERE operator_id = $1', [payee]);
    await invoke(grant, MARCH);

    await close('2026-03');

    expect(
      await rowsOf('SELECT party_id AS party, amount_minor::int AS fen FROM posting ORDER BY amount_minor'),
    ).toEqual([
      { party: provider, fen: -70 },
      { party: payee, fen: -30 },
      { party: grant.bankId, fen: 100 },
    ]);
    expect(await settlement.earnings(seenBy(payee), '2026-03')).toMatchObject([
      { capacity: 'OPERATOR', units: 1n, amountMinor: 20n },
      { capacity: 'PLATFORM', units: 1n, amountMinor: 10n },
    ]);
  });

  it('refuses what is no month, and a month that is not over in Shanghai', async () => {
    for (const month of ['2026-13', '2026-00', '2026-3', '2026-03-01', '', 'x'])
      await expect(close(month)).rejects.toMatchObject({ code: 'INVALID_INPUT', path: 'month' });
    clock.at = before(APRIL);
    await expect(close('2026-03')).rejects.toMatchObject({ code: 'MONTH_NOT_OVER', path: 'month' });
    // A refused month stays open for calls.
    const grant = await given();
    expect(await invoke(grant, MARCH)).toEqual([MARCH]);

    clock.at = APRIL;
    await close('2026-03');
    await mustBeCoherent();
  });

  it('demands that earlier months with use are closed first, and not those without', async () => {
    const grant = await given();
    await invoke(grant, new Date('2026-01-20T00:00:00Z'));
    await invoke(grant, MARCH);

    await expect(close('2026-03')).rejects.toMatchObject({ code: 'EARLIER_MONTH_OPEN', path: 'month' });
    expect(await rowsOf('SELECT 1 FROM settlement_month')).toEqual([]);
    await close('2026-01');
    // February has no use.
    await close('2026-03');

    expect((await statementsOf(grant.bankId)).map(({ month }) => month)).toEqual(['2026-01', '2026-03']);
    await mustBeCoherent();
  });

  it('closes a month once: again is refused, and the same command changes nothing', async () => {
    const grant = await given();
    await invoke(grant, MARCH);
    expect(await close('2026-03', 'once')).toBe(operator.partyId);

    await expect(close('2026-03')).rejects.toMatchObject({ code: 'MONTH_CLOSED', path: 'month' });
    expect(await close('2026-03', 'once')).toBe(operator.partyId);

    expect(await statementsOf(grant.bankId)).toHaveLength(1);
    expect(
      await rowsOf(
        `SELECT coalesce(code, outcome) AS said FROM audit_outbox WHERE action = 'CLOSE_MONTH' ORDER BY id`,
      ),
    ).toEqual([{ said: 'DONE' }, { said: 'MONTH_CLOSED' }, { said: 'REPLAYED' }]);
  });

  it('is won by one of many that race for it', async () => {
    const grant = await given();
    await invoke(grant, MARCH, 7);

    const results = await Promise.allSettled(Array.from({ length: 6 }, () => close('2026-03')));

    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    for (const result of results)
      if (result.status === 'rejected') expect(result.reason).toMatchObject({ code: 'MONTH_CLOSED' });
    expect(await statementsOf(grant.bankId)).toMatchObject([{ units: 7n }]);
    await mustBeCoherent();
  });

  it('waits for a call under way and counts it, and books a late one in the next month', async () => {
    const grant = await given();
    const caller = await callers.connect();
    await caller.query('BEGIN');
    await invoke(grant, before(APRIL), 1, caller);

    const closing = close('2026-03').then(() => 'closed');
    expect(await Promise.race([closing, lockAwaited()])).toBe('waits');
    await caller.query('COMMIT');
    caller.release();
    await closing;

    expect(await statementsOf(grant.bankId)).toMatchObject([{ month: '2026-03', units: 1n }]);
    // Its clock is behind, but the month is closed.
    expect(await invoke(grant, before(APRIL))).toEqual([APRIL]);
    await mustBeCoherent();
    clock.at = MAY;
    await close('2026-04');
    expect((await statementsOf(grant.bankId)).map(({ units }) => units)).toEqual([1n, 1n]);
    await mustBeCoherent();
  });

  it('loses and doubles no call that is made while it closes', async () => {
    const grants = await Promise.all([given(), given({ price: '0.0125' }), given({ weights: [1, 0, 0] })]);
    let isOver = false;
    const booked: Date[] = [];
    const calling = grants.map(async (grant) => {
      while (!isOver) booked.push(...(await invoke(grant, before(APRIL), 3)));
    });
    const calledAtLeast = async (count: number) => {
      while (booked.length < count) await new Promise((resolve) => setImmediate(resolve));
    };

    await calledAtLeast(30);
    await close('2026-03');
    await calledAtLeast(booked.length + 30);
    isOver = true;
    await Promise.all(calling);

    expect(
      booked.every((at) => at.getTime() === before(APRIL).getTime() || at.getTime() === APRIL.getTime()),
    ).toBe(true);
    clock.at = MAY;
    await close('2026-04');
    const [counted] = await rowsOf('SELECT sum(units)::int AS units FROM statement');
    expect(counted).toEqual({ units: booked.length });
    await mustBeCoherent();
  });

  it('shows a consumer its statements, a payee its earnings, and neither what is the other’s', async () => {
    const grant = await given({ price: '1' });
    const stranger = await given();
    const { provider, platform } = await partiesOf(grant);
    await invoke(grant, MARCH, 2);
    await invoke(stranger, MARCH);
    await close('2026-03');
    const [statement] = await statementsOf(grant.bankId);
    const ids = [statement?.id ?? ''];

    expect(await statementsOf(grant.bankId)).toHaveLength(1);
    expect(await settlement.allocationsOf(seenBy(grant.bankId), ids)).toEqual([]);
    expect(await settlement.earnings(seenBy(grant.bankId), '2026-03')).toEqual([]);

    for (const [party, capacity, fen] of [
      [provider, 'PROVIDER', 140n],
      [platform, 'PLATFORM', 20n],
    ] as const) {
      expect(await statementsOf(party)).toEqual([]);
      expect(await settlement.allocationsOf(seenBy(party), ids)).toMatchObject([
        { capacity, partyId: party, amountMinor: fen },
      ]);
      expect(await settlement.earnings(seenBy(party), '2026-03')).toMatchObject([
        { month: '2026-03', capacity, units: 2n, amountMinor: fen },
      ]);
      expect(await settlement.earnings(seenBy(party), '2026-04')).toEqual([]);
    }

    // The operator sees everybody's allocations, and still earns its own only.
    expect(await settlement.allocationsOf(operator, ids)).toHaveLength(3);
    expect(await settlement.earnings(operator, '2026-03')).toEqual([]);
    expect(await settlement.linesOf(seenBy(stranger.bankId), ids)).toEqual([]);
    const all = { month: '2026-03', first: 10, afterId: null };
    expect(await settlement.listStatements({ partyId: null, roles: ['REGULATOR'] }, all)).toHaveLength(2);
    expect(await settlement.findMonth(seenBy(provider), '2026-03')).toMatchObject({ closedAt: APRIL });
  });

  /** Resolves when a session waits for the table that calls are recorded in. */
  const lockAwaited = async () => {
    for (;;) {
      const waiting = await rowsOf(
        `SELECT 1 FROM pg_locks JOIN pg_database ON pg_database.oid = database
         WHERE datname = current_database() AND relation = 'usage_record'::regclass AND NOT granted`,
      );
      if (waiting.length > 0) return 'waits';
    }
  };
});
