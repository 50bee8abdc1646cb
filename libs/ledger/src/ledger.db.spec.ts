import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Test, type TestingModule } from '@nestjs/testing';
import { Client } from 'pg';

import { DatabaseModule, TransactionRunner } from '#libs/database';
import { newId } from '#libs/foundation';
import { Money } from '#libs/money';

import { givenGrant } from '../../../test/support/given-grant.ts';
import { createTestDatabase, type TestDatabase } from '../../../test/support/test-database.ts';
import { LedgerModule, LedgerService, type Line, type NewJournalEntry } from './index.ts';

const OPERATOR = { partyId: null, roles: ['OPERATOR'] };

describe('the ledger', () => {
  let database: TestDatabase;
  let owner: Client;
  let app: TestingModule;
  let ledger: LedgerService;
  let transactions: TransactionRunner;
  let bank: string;
  let provider: string;
  let stranger: string;
  beforeAll(async () => {
    database = await createTestDatabase();
    owner = new Client({ connectionString: database.ownerUrl });
    await owner.connect();
    app = await Test.createTestingModule({
      imports: [DatabaseModule.forRoot({ appUrl: database.appUrl }), LedgerModule],
    }).compile();
    await app.init();
    ledger = app.get(LedgerService);
    transactions = app.get(TransactionRunner);
  });
  beforeEach(async () => {
    // Parties of their own, so that every test begins without accounts.
    const { grantId, bankId } = await givenGrant(database.ownerUrl, { quota: 1 });
    const { rows } = await owner.query<{ provider: string }>(
      'SELECT provider_id AS provider FROM usage_grant WHERE id = $1',
      [grantId],
    );
    bank = bankId;
    provider = rows[0]?.provider ?? '';
    stranger = (await givenGrant(database.ownerUrl, { quota: 1 })).bankId;
  });
  afterAll(async () => {
    await app.close();
    await owner.end();
    await database.drop();
  });

  const owes = (partyId: string, fen: bigint): Line => {
    return { partyId, accountKind: 'RECEIVABLE', amount: Money.ofMinorUnits(fen, 'CNY') };
  };
  const isOwed = (partyId: string, fen: bigint): Line => {
    return { partyId, accountKind: 'PAYABLE', amount: Money.ofMinorUnits(-fen, 'CNY') };
  };
  const entryOf = (...lines: Line[]): NewJournalEntry => {
    return { kind: 'STATEMENT', referenceId: newId(), bookedAt: new Date(), lines };
  };
  const post = (...entries: NewJournalEntry[]) =>
    transactions.run(OPERATOR, (tx) => ledger.post(tx, entries));
  const balancesOf = async (partyId: string) => {
    const { rows } = await owner.query<{ kind: string; fen: string; accounts: number }>(
      `SELECT kind, sum(amount_minor) AS fen, count(DISTINCT account.id)::int AS accounts
       FROM account JOIN posting ON account_id = account.id WHERE account.party_id = $1 GROUP BY kind ORDER BY kind`,
      [partyId],
    );
    return rows;
  };

  it('books entries on one account per party, kind and currency', async () => {
    await post(
      entryOf(owes(bank, 105n), isOwed(provider, 100n), isOwed(bank, 5n)),
      entryOf(owes(bank, 1n), isOwed(provider, 1n)),
    );
    await post(entryOf(owes(bank, 10n), isOwed(provider, 10n)));

    expect(await balancesOf(bank)).toEqual([
      { kind: 'PAYABLE', fen: '-5', accounts: 1 },
      { kind: 'RECEIVABLE', fen: '116', accounts: 1 },
    ]);
    expect(await balancesOf(provider)).toEqual([{ kind: 'PAYABLE', fen: '-111', accounts: 1 }]);
  });

  it.each([
    ['one fen off', () => entryOf(owes(bank, 100n), isOwed(provider, 99n))],
    ['without lines', () => entryOf()],
  ])('refuses an entry that is %s, with all that came with it, before it writes', async (_, entry) => {
    const sound = entryOf(owes(bank, 1n), isOwed(provider, 1n));

    // Inside a transaction that goes on: nothing was sent that could have failed in it.
    await transactions.run(OPERATOR, async (tx) => {
      await expect(ledger.post(tx, [sound, entry()])).rejects.toThrow('does not balance');
      await tx.query('SELECT 1');
    });
    expect(await balancesOf(bank)).toEqual([]);
  });

  it('books a reference once', async () => {
    const entry = entryOf(owes(bank, 1n), isOwed(provider, 1n));
    await post(entry);

    await expect(post(entry)).rejects.toMatchObject({
      driverError: { constraint: 'journal_entry_once_per_reference' },
    });
    expect(await balancesOf(provider)).toEqual([{ kind: 'PAYABLE', fen: '-1', accounts: 1 }]);
  });

  it('opens each account once, however many entries race for it', async () => {
    const lines = [owes(bank, 2n), isOwed(provider, 1n), isOwed(stranger, 1n)];

    await Promise.all(Array.from({ length: 20 }, () => post(entryOf(...lines))));

    expect(await balancesOf(bank)).toEqual([{ kind: 'RECEIVABLE', fen: '40', accounts: 1 }]);
    expect(await balancesOf(provider)).toEqual([{ kind: 'PAYABLE', fen: '-20', accounts: 1 }]);
  });

  it('never deadlocks over accounts, in whatever order entries name them', async () => {
    const [first, middle, last] = [bank, provider, stranger].sort() as [string, string, string];
    const lines = [owes(first, 2n), isOwed(middle, 1n), isOwed(last, 1n)];
    let attempts = 0;
    const racing = (ordered: Line[]) =>
      transactions.run(OPERATOR, (tx) => {
        attempts += 1;
        return ledger.post(tx, [entryOf(...ordered)]);
      });
    // Somebody who opens an account between the two ends stops both half way.
    await owner.query('BEGIN');
    await owner.query(`INSERT INTO account VALUES ($1, $2, 'PAYABLE', 'CNY')`, [newId(), middle]);
    const both = Promise.all([racing(lines), racing(lines.toReversed())]);
    let waiting = 0;
    while (waiting < 2) {
      // Within a transaction the view would show what it showed first.
      await owner.query('SELECT pg_stat_clear_snapshot()');
      const { rowCount } = await owner.query(
        `SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`,
      );
      waiting = rowCount ?? 0;
    }
    await owner.query('COMMIT');

    await both;
    expect(attempts).toBe(2);
  });

  it('shows a party the entries that touch it, and its own postings of them only', async () => {
    const entry = entryOf(owes(bank, 3n), isOwed(provider, 2n), isOwed(provider, 1n));
    await post(entry, entryOf(owes(stranger, 1n), isOwed(stranger, 1n)));
    const seenBy = async (partyId: string) => {
      const context = { partyId, roles: ['INSTITUTION_USER'] };
      const entries = await ledger.list(context, 10, null);
      const postings = await ledger.postingsOf(
        context,
        entries.map(({ id }) => id),
      );
      return {
        references: entries.map(({ referenceId }) => referenceId),
        postings: postings.map(({ posting, accountKind }) => [accountKind, posting.amountMinor]),
      };
    };

    expect(await seenBy(bank)).toEqual({
      references: [entry.referenceId],
      postings: [['RECEIVABLE', 3n]],
    });
    expect(await seenBy(provider)).toEqual({
      references: [entry.referenceId],
      postings: [
        ['PAYABLE', -2n],
        ['PAYABLE', -1n],
      ],
    });
    expect(await seenBy(newId())).toEqual({ references: [], postings: [] });
  });
});
