import { Injectable } from '@nestjs/common';
import { MoreThan } from 'typeorm';

import { CommandRunner, NotAPerson } from '#libs/audit';
import { type SecurityContext, type Transaction, TransactionRunner } from '#libs/database';
import { Clock, InvalidInput, type LegalDay, legalDayOf, newId } from '#libs/foundation';
import type { Actor } from '#libs/graphql';

import { AssetNotValuable } from '../engagement/engagement.errors.ts';
import { type AccountingAnswers, accountingClassOf } from './accounting-class.ts';
import { AccountingRecord } from './accounting-record.entity.ts';

export interface NewAccountingRecord {
  readonly assetId: string;
  readonly answers: AccountingAnswers;
  /** What the answers rest on. */
  readonly grounds: string;
  readonly effectiveOn: LegalDay;
}

/** 入表: how holders account for their data, as they answer the test. Nothing is ever rewritten. */
@Injectable()
export class AccountingService {
  constructor(
    private readonly commands: CommandRunner,
    private readonly transactions: TransactionRunner,
    private readonly clock: Clock,
  ) {}

  /** @throws InvalidInput, NotAPerson, AssetNotValuable */
  record(actor: Actor, clientId: string, input: NewAccountingRecord): Promise<string> {
    const { assetId, answers, grounds, effectiveOn } = input;
    const content = { assetId, answers: { ...answers }, grounds, effectiveOn };
    return this.commands.run(actor, { clientId, action: 'RECORD_ACCOUNTING', content }, async (tx) => {
      if (actor.kind !== 'PERSON') throw new NotAPerson();
      const now = this.clock.now();
      if (effectiveOn > legalDayOf(now)) throw new InvalidInput('effectiveOn', 'must not be after today');
      const accountingClass = accountingClassOf(answers);
      if (!(await accountsFor(tx, assetId, legalDayOf(now))))
        throw new AssetNotValuable(
          'Your party has no asset with this id to hold or to operate',
          '财会〔2023〕11号 一: accounted for by who owns or controls it now',
        );
      const id = newId();
      await tx.insert(AccountingRecord, {
        ...{ id, assetId, holderId: actor.partyId, accountingClass, answers, grounds, effectiveOn },
        ...{ recordedBy: actor.id, recordedAt: now },
      });
      return { subjectId: id, note: { assetId, accountingClass } };
    });
  }

  find(context: SecurityContext, id: string): Promise<AccountingRecord | null> {
    return this.transactions.run(context, (tx) => tx.findOneBy(AccountingRecord, { id }));
  }

  /** Oldest first, one more than `first`. */
  list(
    context: SecurityContext,
    { assetId, first, afterId }: { assetId: string | null; first: number; afterId: string | null },
  ): Promise<AccountingRecord[]> {
    return this.transactions.run(context, (tx) =>
      tx.find(AccountingRecord, {
        where: { ...(assetId !== null && { assetId }), ...(afterId !== null && { id: MoreThan(afterId) }) },
        order: { id: 'ASC' },
        take: first + 1,
      }),
    );
  }
}

/** Whether the caller's party holds or operates an asset on a day. */
async function accountsFor(tx: Transaction, assetId: string, day: LegalDay): Promise<boolean> {
  const [found]: { does: boolean }[] = await tx.query('SELECT accounts_for_asset($1, $2) AS does', [
    assetId,
    day,
  ]);
  return found?.does ?? false;
}
