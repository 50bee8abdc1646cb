import { Injectable } from '@nestjs/common';
import { In, MoreThan } from 'typeorm';

import { type AuditActor, CommandRunner } from '#libs/audit';
import { CatalogueService } from '#libs/catalogue';
import {
  insertRows,
  isUniqueViolation,
  type SecurityContext,
  type Transaction,
  TransactionRunner,
} from '#libs/database';
import { Clock, InvalidInput, invariant, legalDayOf, newId, startOfLegalDay } from '#libs/foundation';
import { type Line, LedgerService } from '#libs/ledger';
import { type GrantUsage, MeteringService } from '#libs/metering';
import { Money } from '#libs/money';

import { Allocation } from './allocation.entity.ts';
import { SettlementMonth } from './settlement-month.entity.ts';
import { EarlierMonthOpen, MonthClosed, MonthNotOver } from './settlement.errors.ts';
import { lineAmount, type Portion, splitLine } from './split-line.ts';
import { StatementLine } from './statement-line.entity.ts';
import { Statement } from './statement.entity.ts';

interface BilledLine {
  readonly usage: GrantUsage;
  readonly line: number;
  readonly amount: Money;
  readonly portions: readonly Portion[];
}

interface Bill {
  readonly id: string;
  readonly consumerId: string;
  readonly lines: readonly BilledLine[];
  readonly units: bigint;
  readonly amount: Money;
}

export interface Earning {
  readonly month: string;
  readonly capacity: string;
  readonly productId: string;
  readonly units: bigint;
  readonly amountMinor: bigint;
}

/** Fixes what is owed for a month, and who gets it. */
@Injectable()
export class SettlementService {
  constructor(
    private readonly commands: CommandRunner,
    private readonly transactions: TransactionRunner,
    private readonly metering: MeteringService,
    private readonly catalogue: CatalogueService,
    private readonly ledger: LedgerService,
    private readonly clock: Clock,
  ) {}

  /**
   * Closes a month for ever: one statement per consumer, one line per grant, each line split and booked. Calls that
   * arrive meanwhile are booked in the next month.
   *
   * @param month of Asia/Shanghai, YYYY-MM
   * @returns the operator's party id, which the log's entry is about
   * @throws InvalidInput, MonthNotOver, MonthClosed, EarlierMonthOpen
   */
  async closeMonth(actor: AuditActor, clientId: string, month: string): Promise<string> {
    const isMonth = /^\d{4}-(0[1-9]|1[0-2])$/.test(month);
    const start = startOfLegalDay(`${isMonth ? month : '1970-01'}-01`);
    const end = startOfLegalDay(`${monthAfter(isMonth ? month : '1970-01')}-01`);
    const isOver = isMonth && end <= this.clock.now();
    if (isOver) await this.metering.closeBefore(actor, end);
    return this.commands.run(actor, { clientId, action: 'CLOSE_MONTH', content: { month } }, async (tx) => {
      if (!isMonth) throw new InvalidInput('month', 'must be YYYY-MM');
      if (!isOver) throw new MonthNotOver(month);
      const now = this.clock.now();
      try {
        await tx.insert(SettlementMonth, { month, closedAt: now, closedBy: actor.id });
      } catch (error) {
        if (isUniqueViolation(error, 'settlement_month_pkey')) throw new MonthClosed(month);
        throw error;
      }
      await this.mustFollowClosedMonths(tx, start);
      const bills = await this.bill(tx, await this.metering.usageIn(tx, start, end));
      await this.write(tx, month, now, bills);
      invariant(actor.partyId, 'An operator acts for a party');
      const units = bills.reduce((sum, bill) => sum + bill.units, 0n).toString();
      return { subjectId: actor.partyId, note: { month, statements: bills.length, units } };
    });
  }

  findMonth(context: SecurityContext, month: string): Promise<SettlementMonth | null> {
    return this.transactions.run(context, (tx) => tx.findOneBy(SettlementMonth, { month }));
  }

  listStatements(
    context: SecurityContext,
    { month, first, afterId }: { month: string | null; first: number; afterId: string | null },
  ): Promise<Statement[]> {
    return this.transactions.run(context, (tx) =>
      tx.find(Statement, {
        where: { ...(month && { month }), ...(afterId !== null && { id: MoreThan(afterId) }) },
        order: { id: 'ASC' },
        take: first + 1,
      }),
    );
  }

  linesOf(context: SecurityContext, statementIds: readonly string[]): Promise<StatementLine[]> {
    return this.transactions.run(context, (tx) =>
      tx.find(StatementLine, {
        where: { statementId: In(statementIds) },
        order: { statementId: 'ASC', line: 'ASC' },
      }),
    );
  }

  allocationsOf(context: SecurityContext, statementIds: readonly string[]): Promise<Allocation[]> {
    return this.transactions.run(context, (tx) => tx.findBy(Allocation, { statementId: In(statementIds) }));
  }

  /** What the party of the context has earned in a month, by product and capacity. */
  async earnings(context: SecurityContext, month: string): Promise<Earning[]> {
    const rows = await this.transactions.run(
      context,
      (tx): Promise<(Omit<Earning, 'units' | 'amountMinor'> & { units: string; amountMinor: string })[]> =>
        tx.query(
          `SELECT statement_line.month, allocation.capacity, statement_line.product_id AS "productId",
                  sum(statement_line.units) AS units, sum(allocation.amount_minor) AS "amountMinor"
           FROM allocation
           JOIN statement_line USING (statement_id, line)
           WHERE statement_line.month = $1 AND allocation.party_id = $2
           GROUP BY statement_line.month, allocation.capacity, statement_line.product_id
           ORDER BY statement_line.product_id, allocation.capacity`,
          [month, context.partyId],
        ),
    );
    return rows.map((row) => ({ ...row, units: BigInt(row.units), amountMinor: BigInt(row.amountMinor) }));
  }

  private async mustFollowClosedMonths(tx: Transaction, start: Date): Promise<void> {
    const closed = await tx.find(SettlementMonth);
    const months = new Set(closed.map(({ month }) => month));
    let from = new Date(0);
    for (;;) {
      const first = await this.metering.firstUseSince(tx, from);
      if (!first || first >= start) return;
      const month = legalDayOf(first).slice(0, 7);
      if (!months.has(month)) throw new EarlierMonthOpen(month);
      from = startOfLegalDay(`${monthAfter(month)}-01`);
    }
  }

  private async bill(tx: Transaction, usages: readonly GrantUsage[]): Promise<Bill[]> {
    const listings = await this.catalogue.listingsIn(tx, [
      ...new Set(usages.map(({ listingId }) => listingId)),
    ]);
    const bills = new Map<string, BilledLine[]>();
    for (const usage of usages) {
      const listing = listings.find(({ id }) => id === usage.listingId);
      invariant(listing, 'Usage is of a listing');
      const lines = bills.get(usage.consumerId) ?? [];
      bills.set(usage.consumerId, lines);
      const amount = lineAmount(usage.units, usage.pricePerCall);
      const portions = splitLine(amount, [
        { capacity: 'PROVIDER', partyId: listing.providerId, weight: listing.providerWeight },
        { capacity: 'OPERATOR', partyId: listing.operatorId, weight: listing.operatorWeight },
        { capacity: 'PLATFORM', partyId: listing.platformId, weight: listing.platformWeight },
      ]);
      lines.push({ usage, line: lines.length + 1, amount, portions });
    }
    return [...bills].map(([consumerId, lines]) => ({
      id: newId(),
      consumerId,
      lines,
      units: lines.reduce((sum, { usage }) => sum + usage.units, 0n),
      amount: sumOf(lines.map(({ amount }) => amount)),
    }));
  }

  private async write(tx: Transaction, month: string, issuedAt: Date, bills: readonly Bill[]): Promise<void> {
    await insertRows(
      tx,
      'statement',
      'id uuid, month text, consumer_id uuid, units bigint, amount_minor bigint, currency text, issued_at timestamptz',
      bills.map(({ id, consumerId, units, amount }) => ({
        id,
        month,
        consumer_id: consumerId,
        units: units.toString(),
        amount_minor: amount.minorUnits.toString(),
        currency: amount.currency,
        issued_at: issuedAt.toISOString(),
      })),
    );
    await insertRows(
      tx,
      'statement_line',
      'statement_id uuid, line integer, month text, consumer_id uuid, provider_id uuid, usage_grant_id uuid, product_id uuid, units bigint, price_per_call numeric, amount_minor bigint, currency text',
      bills.flatMap(({ id, lines }) =>
        lines.map(({ usage, line, amount }) => ({
          statement_id: id,
          line,
          month,
          consumer_id: usage.consumerId,
          provider_id: usage.providerId,
          usage_grant_id: usage.usageGrantId,
          product_id: usage.productId,
          units: usage.units.toString(),
          price_per_call: usage.pricePerCall,
          amount_minor: amount.minorUnits.toString(),
          currency: amount.currency,
        })),
      ),
    );
    await insertRows(
      tx,
      'allocation',
      'statement_id uuid, line integer, capacity text, party_id uuid, weight integer, amount_minor bigint, currency text',
      bills.flatMap(({ id, lines }) =>
        lines.flatMap(({ line, portions }) =>
          portions.map(({ capacity, partyId, weight, amount }) => ({
            statement_id: id,
            line,
            capacity,
            party_id: partyId,
            weight,
            amount_minor: amount.minorUnits.toString(),
            currency: amount.currency,
          })),
        ),
      ),
    );
    const booked = bills.filter(({ amount }) => amount.minorUnits > 0n);
    await this.ledger.post(
      tx,
      booked.map((bill) => ({
        kind: 'STATEMENT',
        referenceId: bill.id,
        bookedAt: issuedAt,
        lines: linesOfEntry(bill),
      })),
    );
  }
}

/** What the consumer owes, and what each payee is owed of it. */
function linesOfEntry({ consumerId, amount, lines }: Bill): Line[] {
  const owed = new Map<string, bigint>();
  for (const { partyId, amount: portion } of lines.flatMap(({ portions }) => portions))
    owed.set(partyId, (owed.get(partyId) ?? 0n) + portion.minorUnits);
  const payables = [...owed]
    .filter(([, units]) => units > 0n)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([partyId, units]): Line => {
      return { partyId, accountKind: 'PAYABLE', amount: Money.ofMinorUnits(-units, amount.currency) };
    });
  return [{ partyId: consumerId, accountKind: 'RECEIVABLE', amount }, ...payables];
}

function sumOf(amounts: readonly Money[]): Money {
  return Money.ofMinorUnits(
    amounts.reduce((sum, { minorUnits }) => sum + minorUnits, 0n),
    'CNY',
  );
}

function monthAfter(month: string): string {
  const year = Number(month.slice(0, 4));
  const number = Number(month.slice(5, 7));
  return number === 12 ? `${year + 1}-01` : `${year}-${String(number + 1).padStart(2, '0')}`;
}
