import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { ExpiryService } from '#libs/asset';
import { PgPool } from '#libs/database';
import { addDays, Clock, legalDayOf } from '#libs/foundation';

import { givenOverdue } from '../support/given-overdue.ts';
import { startExchange, type TestExchange } from '../support/start-exchange.ts';

interface Listed {
  id: string;
  partyId: string;
}
interface Page {
  edges: { node: Listed; cursor: string }[];
  pageInfo: { hasNextPage: boolean; endCursor: string | null };
}

const FILTERS = ['OPEN', 'DUE_TODAY', 'OVERDUE', 'BLOCKED'] as const;
const PAGE = 17;
const NARROWED = [
  [null, null],
  ['OBJECTION', null],
  [null, 'B'],
  ['ACCEPTANCE', 'A'],
  ['REVIEW', 'B'],
] as const;

/** Who sees what of many deadlines, page by page; compared with the plain question, asked as the superuser. */
describe('the list of what is due', () => {
  let exchange: TestExchange;
  let today: string;
  const parties: Record<string, string> = {};
  beforeAll(async () => {
    exchange = await startExchange();
    today = legalDayOf(exchange.service.app.get(Clock).now());
    const { rows } = await exchange.owner.query<{ login: string; party_id: string }>(
      `SELECT login, party_id FROM person WHERE login IN ('registry', 'provider', 'provider-2', 'bank')`,
    );
    for (const { login, party_id } of rows) parties[login] = party_id;
    // Of two registries and a provider: due before, on and after today, begun or not, some blocked, some met; days repeat.
    await exchange.owner.query(
      `INSERT INTO legal_deadline (id, kind, matter, matter_id, track, asset_id, registration_id, party_id, applicant_id,
                                   registry_id, begins_on, working_days, due, is_provisional, is_blocked, closed_at)
       SELECT gen_random_uuid(), (ARRAY['ACCEPTANCE', 'OBJECTION', 'REVIEW'])[1 + n / 3 % 3], 'REGISTRATION', one.id,
              (ARRAY['A', 'B'])[1 + n / 9 % 2], asset_id, one.id, party, $2, party, begins_on, NULL,
              begins_on + n / 2 % 5, false, n % 7 = 0, CASE WHEN n % 11 = 0 THEN now() END
       FROM (SELECT id, asset_id FROM registration ORDER BY id LIMIT 1) AS one, generate_series(1, 800) AS n,
            LATERAL (SELECT ($1::uuid[])[1 + n % 3] AS party, $3::date - 3 + n % 5 AS begins_on) AS given`,
      [[parties['registry'], parties['bank'], parties['provider']], parties['provider-2'], today],
    );
  });
  afterAll(() => exchange.stop());

  const pageOf = async (login: string, args: string) => {
    const { legalDeadlines } = await (
      await exchange.as(login)
    ).query<{ legalDeadlines: Page }>(
      `{ legalDeadlines(${args}) { edges { node { id partyId } cursor } pageInfo { hasNextPage endCursor } } }`,
    );
    return legalDeadlines;
  };
  const pagesOf = async (login: string, args: string) => {
    const found: Listed[] = [];
    for (let after: string | null = null; ;) {
      const page = await pageOf(
        login,
        `first: ${PAGE}, ${args}${after === null ? '' : `, after: "${after}"`}`,
      );
      found.push(...page.edges.map(({ node }) => node));
      if (!page.pageInfo.hasNextPage) return found;
      after = page.pageInfo.endCursor;
    }
  };
  const CONDITIONS = {
    OPEN: 'begins_on <= $1',
    DUE_TODAY: 'due = $1 AND NOT is_blocked',
    OVERDUE: 'due < $1 AND NOT is_blocked',
    BLOCKED: 'is_blocked',
  };
  const plainly = async (filter: keyof typeof CONDITIONS, party: string | null, more = 'true') => {
    const { rows } = await exchange.owner.query<{ id: string }>(
      `SELECT id FROM legal_deadline
       WHERE closed_at IS NULL AND ${CONDITIONS[filter]} AND ($2::uuid IS NULL OR party_id = $2) AND ${more}
             AND $1::date IS NOT NULL
       ORDER BY due, id`,
      [today, party],
    );
    return rows.map(({ id }) => id);
  };

  it.each(FILTERS)('is whole and in order over its pages, of all and of some kinds: %s', async (filter) => {
    for (const [kind, track] of NARROWED) {
      const args = `filter: ${filter}, kind: ${kind}, track: ${track}`;
      const more = `${kind ? `kind = '${kind}'` : 'true'} AND ${track ? `track = '${track}'` : 'true'}`;
      const ofRegistry = await plainly(filter, parties['registry'] ?? '', more);
      if (kind === null && track === null) expect(ofRegistry.length).toBeGreaterThan(PAGE);

      expect((await pagesOf('registry', args)).map(({ id }) => id)).toEqual(ofRegistry);
      expect((await pagesOf('regulator', args)).map(({ id }) => id)).toEqual(
        await plainly(filter, null, more),
      );
    }
  });

  it('shows nobody what another party has to do, whatever is asked, also behind a cursor of another’s list', async () => {
    const { pageInfo } = await pageOf('regulator', 'first: 1');
    for (const login of ['registry', 'provider', 'reviewer'])
      for (const filter of FILTERS)
        for (const [kind, track] of NARROWED)
          for (const after of ['', `, after: "${pageInfo.endCursor}"`]) {
            const args = `first: 100, filter: ${filter}, kind: ${kind}, track: ${track}${after}`;
            const owner = login === 'reviewer' ? 'registry' : login;
            const seen = (await pageOf(login, args)).edges.map(({ node }) => node.partyId);
            expect(seen.filter((partyId) => partyId !== parties[owner])).toEqual([]);
          }
  });

  it('is counted', async () => {
    for (const login of ['registry', 'provider', 'regulator']) {
      const { legalDeadlineCounts } = await (
        await exchange.as(login)
      ).query<{ legalDeadlineCounts: object }>('{ legalDeadlineCounts { open dueToday overdue blocked } }');
      const party = login === 'regulator' ? null : (parties[login] ?? '');
      const [open, dueToday, overdue, blocked] = await Promise.all(
        FILTERS.map(async (filter) => (await plainly(filter, party)).length),
      );
      expect(legalDeadlineCounts).toEqual({ open, dueToday, overdue, blocked });
    }
    await expect((await exchange.as('bank')).query('{ legalDeadlineCounts { open } }')).rejects.toMatchObject(
      { code: 'FORBIDDEN' },
    );
  });

  it('is asked for by the application and nobody else, of one party or of all and never of nobody by mistake', async () => {
    const { rows } = await exchange.owner.query(
      `SELECT proname, proacl::text[] AS may, prosecdef, proowner::regrole::text AS owner FROM pg_proc
       WHERE proname IN ('legal_deadline_page', 'legal_deadline_counts') ORDER BY proname`,
    );
    const only = {
      may: ['pdx_owner=X/pdx_owner', 'pdx_app=X/pdx_owner'],
      prosecdef: true,
      owner: 'pdx_owner',
    };
    expect(rows).toEqual([
      { proname: 'legal_deadline_counts', ...only },
      { proname: 'legal_deadline_page', ...only },
    ]);
    const pool = exchange.service.app.get(PgPool);
    const nobody = await pool.query(
      `SELECT FROM legal_deadline_page(NULL, false, 'OPEN', NULL, NULL, $1, NULL, NULL, 10)`,
      [addDays(today, 1000)],
    );
    expect(nobody.rows).toEqual([]);
    // Past the function the hot pool still sees nothing.
    expect((await pool.query('SELECT FROM legal_deadline')).rows).toEqual([]);
  });

  it('is worked off by racing workers, each once, with its history and its entry; what is blocked or may still move stays', async () => {
    const { owner, service } = exchange;
    const overdue = await givenOverdue(owner, 260, today, true);
    const [offered = '', alsoOffered = ''] = overdue;
    const waiting = overdue.slice(-20);
    await owner.query(`SET session_replication_role = replica`);
    await owner.query(
      `UPDATE product SET asset_id = CASE WHEN nth % 2 = 0 THEN $1::uuid ELSE $2::uuid END
       FROM (SELECT id, row_number() OVER (ORDER BY id) AS nth FROM product WHERE state = 'LISTED') AS listed
       WHERE product.id = listed.id`,
      [offered, alsoOffered],
    );
    await owner.query(
      `INSERT INTO usage_grant
       SELECT gen_random_uuid(), gen_random_uuid(), listing.id, product.id, product.provider_id, $1, 'LOAN_ORIGINATION',
              product.fields, false, price_per_call, 10, 10, now() - interval '1 day', now() + interval '9 years'
       FROM product JOIN listing ON product_id = product.id, generate_series(1, 5)`,
      [parties['bank']],
    );
    await owner.query(`SET session_replication_role = origin`);
    await owner.query(
      `UPDATE legal_deadline SET is_provisional = asset_id = ANY ($2), is_blocked = asset_id = ANY ($3)
       WHERE asset_id = ANY ($1)`,
      [overdue, waiting.slice(0, 10), waiting.slice(10)],
    );

    const expiry = service.app.get(ExpiryService);
    // Besides the worker of the exchange.
    const untilNothing = async () => {
      let lapsed = 0;
      for (let some = 1; some > 0; lapsed += some) some = await expiry.lapseDue();
      return lapsed;
    };
    await Promise.all(Array.from({ length: 6 }, untilNothing));
    const stateOf = async (ids: readonly string[]) => {
      const { rows } = await owner.query<{ state: string; entries: number; audited: number; open: number }>(
        `SELECT DISTINCT state,
                (SELECT count(*)::int FROM register_entry WHERE asset_id = asset.id AND act = 'LAPSE') AS entries,
                (SELECT count(*)::int FROM (SELECT action, subject_id FROM audit_outbox
                                            UNION ALL SELECT action, subject_id FROM audit_entry) AS noted
                 WHERE action = 'LAPSE_REGISTRATION' AND subject_id = asset.id) AS audited,
                (SELECT count(*)::int FROM legal_deadline WHERE asset_id = asset.id AND closed_at IS NULL) AS open
         FROM asset WHERE id = ANY ($1)`,
        [ids],
      );
      return rows;
    };
    while ((await stateOf(overdue.slice(0, -20))).some(({ state }) => state === 'REGISTERED'));

    expect(await stateOf(overdue.slice(0, -20))).toEqual([
      { state: 'LAPSED', entries: 1, audited: 1, open: 0 },
    ]);
    expect(await stateOf(waiting)).toEqual([{ state: 'REGISTERED', entries: 0, audited: 0, open: 2 }]);
    const { rows: history } = await owner.query(
      `SELECT bool_and(effective_from = until::timestamp AT TIME ZONE 'Asia/Shanghai') AS "endedWithItsLastDay",
              bool_and(recorded_by IS NULL AND facts IS NULL AND entry.registration_id = certificate.registration_id) AS "byTheClock"
       FROM register_entry entry JOIN certificate USING (asset_id), LATERAL (SELECT valid_until AS until) AS term
       WHERE asset_id = ANY ($1)`,
      [overdue],
    );
    expect(history).toEqual([{ endedWithItsLastDay: true, byTheClock: true }]);
    const { rows: left } = await owner.query(
      `SELECT DISTINCT product.state AS product, listing.state AS listing, expires_at <= ended_at AS "isOver"
       FROM asset JOIN product ON asset_id = asset.id JOIN listing ON product_id = product.id
            JOIN usage_grant USING (product_id)
       WHERE asset.id IN ($1, $2)`,
      [offered, alsoOffered],
    );
    expect(left).toEqual([{ product: 'DELISTED', listing: 'DELISTED', isOver: true }]);
  });

  it('loses one that cannot lapse, which stays on the list as overdue, and none of the others', async () => {
    const { owner } = exchange;
    const overdue = await givenOverdue(owner, 130, today, true);
    const stuck = overdue[50] ?? '';
    // Its history has no number left for another entry.
    await owner.query(
      `INSERT INTO register_entry (asset_id, track, number, act, effective_from, recorded_at)
       VALUES ($1, 'A', 2147483647, 'CHANGE', now(), now())`,
      [stuck],
    );
    await owner.query(
      `UPDATE legal_deadline SET is_blocked = false, due = due - CASE WHEN asset_id = $2 THEN 30 ELSE 0 END
       WHERE asset_id = ANY ($1) AND kind = 'EXPIRY'`,
      [overdue, stuck],
    );
    const expiry = exchange.service.app.get(ExpiryService);
    const statesOf = async () => {
      const { rows } = await owner.query<{ state: string; n: number }>(
        'SELECT state, count(*)::int AS n FROM asset WHERE id = ANY ($1) GROUP BY state ORDER BY state',
        [overdue],
      );
      return rows;
    };
    // Besides the worker of the exchange.
    for (let some = 1; some > 0;) some = await expiry.lapseDue();
    for (let tries = 0; tries < 50 && (await statesOf())[0]?.n !== 129; tries++) await expiry.lapseDue();

    expect(await statesOf()).toEqual([
      { state: 'LAPSED', n: 129 },
      { state: 'REGISTERED', n: 1 },
    ]);
    const { legalDeadlines } = await (
      await exchange.as('registry')
    ).query<{ legalDeadlines: { edges: { node: { assetId: string } }[] } }>(
      '{ legalDeadlines(first: 1, filter: OVERDUE, kind: EXPIRY) { edges { node { assetId } } } }',
    );
    expect(legalDeadlines.edges.map(({ node }) => node.assetId)).toEqual([stuck]);
  });
});
