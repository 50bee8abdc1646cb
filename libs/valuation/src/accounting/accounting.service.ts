import { Injectable } from '@nestjs/common';
import { MoreThan } from 'typeorm';

import { AssetService } from '#libs/asset';
import { CommandRunner, NotAPerson } from '#libs/audit';
import { type SecurityContext, TransactionRunner } from '#libs/database';
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
    private readonly assets: AssetService,
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
      const asset = await this.assets.findIn(tx, assetId);
      if (asset?.providerId !== actor.partyId) throw new AssetNotValuable();
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
