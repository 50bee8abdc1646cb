import { Injectable } from '@nestjs/common';

import { type AuditActor, CommandRunner } from '#libs/audit';
import { SYSTEM, type Transaction, TransactionRunner } from '#libs/database';
import {
  Clock,
  invariant,
  type LegalDay,
  newId,
  parseYearCalendar,
  WORKING_DAY_CALENDAR,
  type WorkingDayCalendar,
  workingDaysAfter,
  type YearCalendar,
} from '#libs/foundation';

import { CalendarYear } from './calendar-year.entity.ts';
import { ANSWER_DAYS, FILING_DAYS } from './counted-days.ts';
import { DeadlineKind, LegalDeadline } from './legal-deadline.entity.ts';

/** Who counts shares it, who imports takes it alone: no period is counted by a calendar that is being replaced. */
const CALENDAR_LOCK = 7_203_201;

/** Days by which somebody is to have done something, where no office has a period: in SQL, without input. */
const COUNTED_DAYS = [
  {
    table: 'correction_proposal',
    begins: "(proposed_at AT TIME ZONE 'Asia/Shanghai')::date",
    days: ANSWER_DAYS,
    due: 'answer_due',
    provisional: 'is_answer_due_provisional',
    running: "state = 'PROPOSED'",
  },
  {
    table: 'registration',
    begins: 'delivered_on',
    days: FILING_DAYS,
    due: 'filing_due',
    provisional: 'is_filing_due_provisional',
    // Also when it is filed already: whether it was in time is told by the calendar, once there is one.
    running: 'filing_due IS NOT NULL',
  },
] as const;

export interface KnownYear extends YearCalendar {
  readonly year: string;
  /** Null: it came with the program. */
  readonly source: string | null;
}

/** The State Council's working days: the years that came with the program, and those imported since. */
@Injectable()
export class WorkingCalendarService {
  constructor(
    private readonly commands: CommandRunner,
    private readonly transactions: TransactionRunner,
    private readonly clock: Clock,
  ) {}

  /** What periods are counted by, until the transaction ends. */
  async readIn(tx: Transaction): Promise<WorkingDayCalendar> {
    await tx.query('SELECT pg_advisory_xact_lock_shared($1)', [CALENDAR_LOCK]);
    const imported = await tx.find(CalendarYear);
    return { ...WORKING_DAY_CALENDAR, ...Object.fromEntries(imported.map((year) => [year.year, year])) };
  }

  async list(): Promise<KnownYear[]> {
    const years = await this.transactions.run(SYSTEM, (tx) => this.readIn(tx));
    return Object.entries(years)
      .flatMap(([year, calendar]) => (calendar ? [{ source: null, ...calendar, year }] : []))
      .sort((a, b) => a.year.localeCompare(b.year));
  }

  /**
   * Makes a year known, or corrects it, and counts the running periods that reach into it anew.
   *
   * @returns the year
   * @throws InvalidInput
   */
  async import(
    actor: AuditActor,
    clientId: string,
    input: YearCalendar & { readonly year: string; readonly source: string },
  ): Promise<string> {
    const { year, source, off, worked } = input;
    const content = { year, source, off: off.map((run) => [...run]), worked: [...worked] };
    await this.commands.run(actor, { clientId, action: 'IMPORT_CALENDAR', content }, async (tx) => {
      parseYearCalendar(year, input);
      await tx.query('SELECT pg_advisory_xact_lock($1)', [CALENDAR_LOCK]);
      await tx.query(
        `INSERT INTO calendar_year VALUES ($1, $2, $3, $4, $5, $6)
         ON CONFLICT (year) DO UPDATE SET off = EXCLUDED.off, worked = EXCLUDED.worked, source = EXCLUDED.source,
             imported_by = EXCLUDED.imported_by, imported_at = EXCLUDED.imported_at`,
        [year, JSON.stringify(off), JSON.stringify(worked), source, actor.id, this.clock.now()],
      );
      return { subjectId: newId(), note: { year } };
    });
    await this.recount(year);
    await this.recountDays(year);
    return year;
  }

  /** Of the periods under way, those that touch `year`; done again it changes nothing. */
  private async recount(year: string): Promise<void> {
    await this.transactions.run(SYSTEM, async (tx) => {
      const calendar = await this.readIn(tx);
      const running = await tx
        .createQueryBuilder(LegalDeadline, 'deadline')
        .where('closed_at IS NULL AND working_days IS NOT NULL')
        .andWhere('(is_provisional OR due >= :from) AND begins_on <= :to', {
          from: `${year}-01-01`,
          to: `${year}-12-31`,
        })
        // Notices first: an examination goes on when the notice is over.
        .orderBy('matter_id')
        .addOrderBy('kind', 'DESC')
        .getMany();
      const noticeOver = new Map<string, { readonly was: LegalDay; readonly is: LegalDay }>();
      for (const { id, kind, matterId, workingDays, ...before } of running) {
        invariant(workingDays !== null, 'It is counted in working days');
        const notice = kind === DeadlineKind.EXAMINATION ? noticeOver.get(matterId) : undefined;
        // An objection may have been decided between the day the notice was to end and the day it ends.
        const isMoved = notice && (before.beginsOn === notice.was || before.beginsOn < notice.is);
        const beginsOn = isMoved ? notice.is : before.beginsOn;
        const { due, provisional } = workingDaysAfter(beginsOn, workingDays, calendar);
        if (beginsOn === before.beginsOn && due === before.due && provisional === before.isProvisional)
          continue;
        if (kind === DeadlineKind.PUBLICITY) {
          noticeOver.set(matterId, { was: before.due, is: due });
          await tx.query(
            `UPDATE registration SET publicity_until = $2 WHERE id = $1 AND state = 'PUBLICIZED'`,
            [matterId, due],
          );
        }
        await tx.query(
          // What was extended or moved since it was read was counted by this calendar already.
          `UPDATE legal_deadline SET begins_on = $2, due = $3, is_provisional = $4
           WHERE id = $1 AND closed_at IS NULL AND begins_on = $5 AND working_days = $6`,
          [id, beginsOn, due, provisional, before.beginsOn, workingDays],
        );
      }
    });
  }

  /** The days that are kept with what they belong to, of those that `year` touches; done again it changes nothing. */
  private async recountDays(year: string): Promise<void> {
    await this.transactions.run(SYSTEM, async (tx) => {
      const calendar = await this.readIn(tx);
      for (const { table, begins, days, due, provisional, running } of COUNTED_DAYS) {
        const counted: { id: string; begins: LegalDay; due: LegalDay; provisional: boolean }[] =
          await tx.query(
            `SELECT id, (${begins})::text AS begins, ${due}::text AS due, ${provisional} AS provisional FROM ${table}
           WHERE ${running} AND (${provisional} OR ${due} >= $1) AND ${begins} <= $2 ORDER BY id`,
            [`${year}-01-01`, `${year}-12-31`],
          );
        for (const { id, ...was } of counted) {
          const is = workingDaysAfter(was.begins, days, calendar);
          if (is.due === was.due && is.provisional === was.provisional) continue;
          await tx.query(
            `UPDATE ${table} SET ${due} = $2, ${provisional} = $3 WHERE id = $1 AND ${running}`,
            [...[id, is.due, is.provisional]],
          );
        }
      }
    });
  }
}
