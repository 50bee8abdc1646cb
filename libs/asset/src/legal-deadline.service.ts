import { Injectable } from '@nestjs/common';
import { In, IsNull } from 'typeorm';

import { type SecurityContext, type Transaction, TransactionRunner } from '#libs/database';
import { Clock, invariant, legalDayOf, type LegalDay, newId, workingDaysAfter } from '#libs/foundation';

import { DeadlineKind, LegalDeadline } from './legal-deadline.entity.ts';
import type { Registration } from './registration.entity.ts';
import { WorkingCalendarService } from './working-calendar.service.ts';

/**
 * Working days. 发改数据规〔2025〕26号: acceptance Art. 10, form review Art. 11, publicity Art. 12, cancellation
 * Art. 9(4). The rule sets no limit for an objection: ten days are ours.
 */
export const WORKING_DAYS = {
  ACCEPTANCE: 3,
  REVIEW: 20,
  PUBLICITY: 10,
  CANCELLATION: 10,
  OBJECTION: 10,
} as const;

export type CountedKind = keyof typeof WORKING_DAYS;

export enum DueFilter {
  OPEN = 'OPEN',
  DUE_TODAY = 'DUE_TODAY',
  OVERDUE = 'OVERDUE',
  BLOCKED = 'BLOCKED',
}

type Case = Pick<Registration, 'id' | 'assetId' | 'applicantId' | 'registryId'>;

/** Legal periods under way: set and closed by the acts they bind. */
@Injectable()
export class LegalDeadlineService {
  constructor(
    private readonly transactions: TransactionRunner,
    private readonly calendar: WorkingCalendarService,
    private readonly clock: Clock,
  ) {}

  /** When a period that begins today will be over. */
  async countIn(tx: Transaction, kind: CountedKind): Promise<{ due: LegalDay; provisional: boolean }> {
    return workingDaysAfter(legalDayOf(this.clock.now()), WORKING_DAYS[kind], await this.calendar.readIn(tx));
  }

  /** Starts a period of the registry's; it begins today. @returns its last day */
  async start(tx: Transaction, about: Case, kind: CountedKind): Promise<LegalDay> {
    const { due, provisional } = await this.countIn(tx, kind);
    await tx.insert(LegalDeadline, {
      ...this.of(about, kind, about.registryId),
      beginsOn: legalDayOf(this.clock.now()),
      workingDays: WORKING_DAYS[kind],
      due,
      isProvisional: provisional,
    });
    return due;
  }

  /** The end of a registration's validity, and the window before it in which it can be renewed (Art. 15). */
  async startValidity(
    tx: Transaction,
    about: Case,
    days: { readonly from: LegalDay; readonly renewableFrom: LegalDay; readonly last: LegalDay },
  ): Promise<void> {
    const common = { workingDays: null, due: days.last, isProvisional: false };
    await tx.insert(LegalDeadline, [
      {
        ...this.of(about, DeadlineKind.RENEWAL, about.applicantId),
        ...common,
        beginsOn: days.renewableFrom,
      },
      { ...this.of(about, DeadlineKind.EXPIRY, about.registryId), ...common, beginsOn: days.from },
    ]);
  }

  /** Ends what the stage of an application had under way. */
  async closeOf(tx: Transaction, registrationId: string): Promise<void> {
    const kind = In(Object.keys(WORKING_DAYS));
    await tx.update(
      LegalDeadline,
      { registrationId, kind, closedAt: IsNull() },
      { closedAt: this.clock.now() },
    );
  }

  async close(tx: Transaction, id: string): Promise<void> {
    await tx.update(LegalDeadline, { id, closedAt: IsNull() }, { closedAt: this.clock.now() });
  }

  async closeValidity(tx: Transaction, assetId: string): Promise<void> {
    const kind = In([DeadlineKind.RENEWAL, DeadlineKind.EXPIRY]);
    await tx.update(LegalDeadline, { assetId, kind, closedAt: IsNull() }, { closedAt: this.clock.now() });
  }

  /** Whether an asset's registration may run out, or waits for a renewal that was filed in time. */
  async blockExpiry(tx: Transaction, assetId: string, isBlocked: boolean): Promise<void> {
    await tx.update(LegalDeadline, { assetId, kind: DeadlineKind.EXPIRY, closedAt: IsNull() }, { isBlocked });
  }

  /** What the context's party has to do, the most urgent first; a regulator and the exchange see everybody's. */
  list(
    context: SecurityContext,
    filter: DueFilter,
    first: number,
    after: readonly [due: string, id: string] | null,
  ): Promise<LegalDeadline[]> {
    const today = legalDayOf(this.clock.now());
    const conditions: Record<DueFilter, string> = {
      OPEN: 'begins_on <= :today',
      DUE_TODAY: 'due = :today AND NOT is_blocked',
      OVERDUE: 'due < :today AND NOT is_blocked',
      BLOCKED: 'is_blocked',
    };
    const seesAll = context.roles.includes('REGULATOR');
    invariant(seesAll || context.partyId !== null, 'Deadlines are a party’s');
    return this.transactions.run(context, (tx) => {
      const query = tx
        .createQueryBuilder(LegalDeadline, 'deadline')
        .where('closed_at IS NULL')
        .andWhere(conditions[filter], { today })
        .orderBy('due')
        .addOrderBy('id')
        .limit(first + 1);
      if (!seesAll) query.andWhere('party_id = :party', { party: context.partyId });
      if (after) query.andWhere('(due, id) > (:due, :id)', { due: after[0], id: after[1] });
      return query.getMany();
    });
  }

  /** All there were and are of these applications. */
  findOf(context: SecurityContext, registrationIds: readonly string[]): Promise<LegalDeadline[]> {
    return this.transactions.run(context, (tx) =>
      tx.find(LegalDeadline, {
        where: { registrationId: In(registrationIds) },
        order: { registrationId: 'ASC', id: 'ASC' },
      }),
    );
  }

  private of(about: Case, kind: `${DeadlineKind}`, partyId: string) {
    const { id: registrationId, assetId, applicantId, registryId } = about;
    return {
      id: newId(),
      kind: DeadlineKind[kind],
      partyId,
      registrationId,
      assetId,
      applicantId,
      registryId,
    };
  }
}
