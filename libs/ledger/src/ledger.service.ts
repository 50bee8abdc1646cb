import { Injectable } from '@nestjs/common';
import { In, MoreThan } from 'typeorm';

import { insertRows, type SecurityContext, type Transaction, TransactionRunner } from '#libs/database';
import { invariant, newId } from '#libs/foundation';
import type { Money } from '#libs/money';

import { Account } from './account.entity.ts';
import { JournalEntry } from './journal-entry.entity.ts';
import { Posting } from './posting.entity.ts';

/** A line of an entry: what a party owes is debit, above zero; what it is owed is credit, below. */
export interface Line {
  readonly partyId: string;
  readonly accountKind: Account['kind'];
  readonly amount: Money;
}

export interface NewJournalEntry {
  readonly kind: JournalEntry['kind'];
  /** What the entry books, once. */
  readonly referenceId: string;
  readonly bookedAt: Date;
  /** None of zero; in sum zero. */
  readonly lines: readonly Line[];
}

@Injectable()
export class LedgerService {
  constructor(private readonly transactions: TransactionRunner) {}

  /** Books balanced entries in the caller's transaction, in a constant number of statements. */
  async post(tx: Transaction, entries: readonly NewJournalEntry[]): Promise<void> {
    if (entries.length === 0) return;
    for (const { referenceId, lines } of entries) {
      const sum = lines.reduce((total, { amount }) => total + amount.minorUnits, 0n);
      invariant(sum === 0n && lines.length > 0, `The entry of ${referenceId} does not balance`);
    }
    const accountOf = await this.accountsFor(
      tx,
      entries.flatMap(({ lines }) => lines),
    );
    const named = entries.map((entry) => ({ ...entry, id: newId() }));
    await insertRows(
      tx,
      'journal_entry',
      'id uuid, kind text, reference_id uuid, booked_at timestamptz',
      named.map(({ id, kind, referenceId, bookedAt }) => ({
        id,
        kind,
        reference_id: referenceId,
        booked_at: bookedAt.toISOString(),
      })),
    );
    await insertRows(
      tx,
      'posting',
      'journal_entry_id uuid, line integer, account_id uuid, party_id uuid, amount_minor bigint, currency text',
      named.flatMap(({ id, lines }) =>
        lines.map((line, i) => ({
          journal_entry_id: id,
          line: i + 1,
          account_id: accountOf(line),
          party_id: line.partyId,
          amount_minor: line.amount.minorUnits.toString(),
          currency: line.amount.currency,
        })),
      ),
    );
  }

  list(context: SecurityContext, first: number, afterId: string | null): Promise<JournalEntry[]> {
    return this.transactions.run(context, (tx) =>
      tx.find(JournalEntry, {
        where: afterId === null ? {} : { id: MoreThan(afterId) },
        order: { id: 'ASC' },
        take: first + 1,
      }),
    );
  }

  /** The postings of these entries that the context may see, with the kinds of their accounts. */
  postingsOf(
    context: SecurityContext,
    entryIds: readonly string[],
  ): Promise<{ posting: Posting; accountKind: Account['kind'] }[]> {
    return this.transactions.run(context, async (tx) => {
      const postings = await tx.find(Posting, {
        where: { journalEntryId: In(entryIds) },
        order: { journalEntryId: 'ASC', line: 'ASC' },
      });
      const accounts = await tx.findBy(Account, { id: In(postings.map(({ accountId }) => accountId)) });
      const kinds = new Map(accounts.map(({ id, kind }) => [id, kind]));
      return postings.map((posting) => ({ posting, accountKind: kinds.get(posting.accountId) ?? 'PAYABLE' }));
    });
  }

  private async accountsFor(tx: Transaction, lines: readonly Line[]): Promise<(line: Line) => string> {
    const keyOf = (partyId: string, kind: string, currency: string) => `${partyId} ${kind} ${currency}`;
    const wanted = new Map(
      lines.map(({ partyId, accountKind, amount }) => [
        keyOf(partyId, accountKind, amount.currency),
        { id: newId(), party_id: partyId, kind: accountKind, currency: amount.currency },
      ]),
    );
    // Sorted, so that two closings never wait for each other in a circle.
    const rows = [...wanted].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, row]) => row);
    const shape = 'id uuid, party_id uuid, kind text, currency text';
    await insertRows(tx, 'account', shape, rows, 'ON CONFLICT (party_id, kind, currency) DO NOTHING');
    const accounts = await tx.findBy(Account, { partyId: In(rows.map(({ party_id }) => party_id)) });
    const ids = new Map(
      accounts.map(({ id, partyId, kind, currency }) => [keyOf(partyId, kind, currency), id]),
    );
    return ({ partyId, accountKind, amount }) => {
      const id = ids.get(keyOf(partyId, accountKind, amount.currency));
      invariant(id, 'Every line has its account');
      return id;
    };
  }
}
