import { Injectable } from '@nestjs/common';
import { In, IsNull } from 'typeorm';

import { PgPool, type SecurityContext, type Transaction, TransactionRunner } from '#libs/database';
import {
  Clock,
  daysBetween,
  invariant,
  legalDayOf,
  type LegalDay,
  newId,
  workingDaysAfter,
  workingDaysBetween,
} from '#libs/foundation';

import { type DueCounts, dueCounts, dueList, type ListedDeadline, type Whose } from './due-list.query.ts';
import { DeadlineKind, DeadlineMatter, LegalDeadline } from './legal-deadline.entity.ts';
import { Track } from '../track.ts';
import { WorkingCalendarService } from './working-calendar.service.ts';

/**
 * Working days. A, 发改数据规〔2025〕26号: acceptance Art. 10, form review Art. 11, publicity Art. 12, cancellation
 * Art. 9(4); the rule sets no limit for an objection: ten days are ours. B, 国数综政策〔2026〕35号: acceptance Art. 17,
 * examination Art. 28, publicity Art. 24, objection Art. 25, later objection Art. 29; the rule leaves the time for
 * completing what was returned to the registry: ten days are ours. Requests for correction, 青岛市公共数据管理办法
 * (令299号) Art. 17: the bureau forwards, the holding body answers.
 */
export const WORKING_DAYS = {
  [Track.A]: { ACCEPTANCE: 3, REVIEW: 20, PUBLICITY: 10, CANCELLATION: 10, OBJECTION: 10 },
  [Track.B]: { ACCEPTANCE: 3, EXAMINATION: 10, PUBLICITY: 5, OBJECTION: 10, LATER_OBJECTION: 5, CURE: 10 },
  [DeadlineMatter.CORRECTION_REQUEST]: { CORRECTION_FORWARD: 2, CORRECTION_ANSWER: 5 },
} as const;

export type CountedKind = keyof (typeof WORKING_DAYS)['A'] | keyof (typeof WORKING_DAYS)['B'];
export type CorrectionKind = keyof (typeof WORKING_DAYS)['CORRECTION_REQUEST'];
/** Those that end with the stage they belong to; validity goes on, and so does what is held against what is registered. */
const OF_A_STAGE = In<CountedKind | CorrectionKind>([
  ...(['ACCEPTANCE', 'REVIEW', 'PUBLICITY', 'CANCELLATION', 'OBJECTION', 'CURE', 'EXAMINATION'] as const),
  ...(['CORRECTION_FORWARD', 'CORRECTION_ANSWER'] as const),
]);

/** The length in working days; both tracks count what they both know, but not alike. */
export function workingDaysOf(track: Track, kind: CountedKind): number {
  const days = (WORKING_DAYS[track] as Readonly<Partial<Record<CountedKind, number>>>)[kind];
  invariant(days, `Track ${track} knows ${kind}`);
  return days;
}

export enum DueFilter {
  OPEN = 'OPEN',
  DUE_TODAY = 'DUE_TODAY',
  OVERDUE = 'OVERDUE',
  BLOCKED = 'BLOCKED',
}

/** Which of them: of one kind, of one register, or of all. */
export interface DueQuestion {
  readonly filter: DueFilter;
  readonly kind: DeadlineKind | null;
  readonly track: Track | null;
}

/** How many there are of each list: counted to here, which means this many or more. */
export const COUNTED_AT_MOST = 10_000;

export interface DataName {
  readonly id: string;
  readonly name: string;
}

/** The application a period belongs to. */
export interface Case {
  readonly id: string;
  readonly track: Track;
  readonly assetId: string;
  readonly applicantId: string;
  readonly registryId: string;
}

/** A request for correction, and who has to act on it now. */
export interface CorrectionCase {
  readonly id: string;
  readonly askerId: string;
  readonly actingId: string;
}

/** Legal periods under way: set and closed by the acts they bind. */
@Injectable()
export class LegalDeadlineService {
  constructor(
    private readonly transactions: TransactionRunner,
    private readonly pool: PgPool,
    private readonly calendar: WorkingCalendarService,
    private readonly clock: Clock,
  ) {}

  /** When a period that begins today will be over. */
  async countIn(
    tx: Transaction,
    track: Track,
    kind: CountedKind,
  ): Promise<{ due: LegalDay; provisional: boolean }> {
    const today = legalDayOf(this.clock.now());
    return workingDaysAfter(today, workingDaysOf(track, kind), await this.calendar.readIn(tx));
  }

  /** Starts a period, today and of its full length unless told otherwise. @returns its last day */
  async start(
    tx: Transaction,
    about: Case,
    kind: CountedKind,
    { beginsOn = legalDayOf(this.clock.now()), workingDays = workingDaysOf(about.track, kind) } = {},
  ): Promise<LegalDay> {
    const { due, provisional } = workingDaysAfter(beginsOn, workingDays, await this.calendar.readIn(tx));
    // What was returned is the applicant's to complete.
    const partyId = kind === 'CURE' ? about.applicantId : about.registryId;
    const period = { beginsOn, workingDays, due, isProvisional: provisional };
    await tx.insert(LegalDeadline, { ...this.of(about, kind, partyId), ...period });
    return due;
  }

  /** Starts a period of a request for correction, today. @returns its last day */
  async startCorrection(
    tx: Transaction,
    { id, askerId, actingId }: CorrectionCase,
    kind: CorrectionKind,
  ): Promise<LegalDay> {
    const beginsOn = legalDayOf(this.clock.now());
    const workingDays = WORKING_DAYS.CORRECTION_REQUEST[kind];
    const { due, provisional } = workingDaysAfter(beginsOn, workingDays, await this.calendar.readIn(tx));
    const about = { matter: DeadlineMatter.CORRECTION_REQUEST, matterId: id, kind: DeadlineKind[kind] };
    const parties = { partyId: actingId, applicantId: askerId, registryId: actingId };
    const period = { beginsOn, workingDays, due, isProvisional: provisional };
    await tx.insert(LegalDeadline, { id: newId(), ...about, ...parties, ...period });
    return due;
  }

  /** Working days that a period had left when it was interrupted today, the day of the interruption included. */
  async daysLeftOf(tx: Transaction, { beginsOn, workingDays }: LegalDeadline): Promise<number> {
    invariant(workingDays !== null, 'It is counted in working days');
    const used = workingDaysBetween(beginsOn, legalDayOf(this.clock.now()), await this.calendar.readIn(tx));
    return Math.max(0, workingDays - used);
  }

  /** The period of this kind that an application or another matter has under way. */
  running(
    tx: Transaction,
    matterId: string,
    kind: CountedKind | CorrectionKind,
  ): Promise<LegalDeadline | null> {
    return tx.findOneBy(LegalDeadline, { matterId, kind: DeadlineKind[kind], closedAt: IsNull() });
  }

  /** Whether the last day of an application's public notice may still move, also once it has passed. */
  isNoticeProvisional(tx: Transaction, registrationId: string): Promise<boolean> {
    return tx.existsBy(LegalDeadline, {
      matterId: registrationId,
      kind: DeadlineKind.PUBLICITY,
      isProvisional: true,
    });
  }

  /** Makes a period longer, begin later, or wait; it is counted anew. */
  async recount(
    tx: Transaction,
    id: string,
    {
      beginsOn,
      workingDays,
      isBlocked = false,
    }: { readonly beginsOn: LegalDay; readonly workingDays: number; readonly isBlocked?: boolean },
  ): Promise<void> {
    const { due, provisional } = workingDaysAfter(beginsOn, workingDays, await this.calendar.readIn(tx));
    const period = { beginsOn, workingDays, due, isProvisional: provisional, isBlocked };
    await tx.update(LegalDeadline, { id }, period);
  }

  /** The end of a registration's validity, and the window before it in which it can be renewed (A Art. 15, B Art. 36). */
  async startValidity(
    tx: Transaction,
    about: Case,
    {
      from,
      renewableFrom,
      last,
      renewableTo = last,
      holderIds = [about.applicantId],
    }: {
      readonly from: LegalDay;
      readonly renewableFrom: LegalDay;
      readonly last: LegalDay;
      readonly renewableTo?: LegalDay;
      /** Each of them may renew it, and sees when. */
      readonly holderIds?: readonly string[];
    },
  ): Promise<void> {
    const common = { workingDays: null, isProvisional: false };
    await tx.insert(LegalDeadline, [
      ...holderIds.map((holderId) => ({
        ...this.of({ ...about, applicantId: holderId }, DeadlineKind.RENEWAL, holderId),
        ...common,
        beginsOn: renewableFrom,
        due: renewableTo,
      })),
      { ...this.of(about, DeadlineKind.EXPIRY, about.registryId), ...common, beginsOn: from, due: last },
    ]);
  }

  /** Ends what the stage of an application, or of another matter, had under way. */
  async closeOf(tx: Transaction, matterId: string): Promise<void> {
    await tx.update(
      LegalDeadline,
      { matterId, kind: OF_A_STAGE as never, closedAt: IsNull() },
      { closedAt: this.clock.now() },
    );
  }

  /** Ends one period of an application. */
  async closeKind(tx: Transaction, registrationId: string, kind: CountedKind): Promise<void> {
    await tx.update(
      LegalDeadline,
      { registrationId, kind: DeadlineKind[kind], closedAt: IsNull() },
      { closedAt: this.clock.now() },
    );
  }

  async close(tx: Transaction, id: string): Promise<void> {
    await tx.update(LegalDeadline, { id, closedAt: IsNull() }, { closedAt: this.clock.now() });
  }

  async closeValidity(tx: Transaction, track: Track, ...assetIds: readonly string[]): Promise<void> {
    const kind = In([DeadlineKind.RENEWAL, DeadlineKind.EXPIRY]);
    await tx.update(
      LegalDeadline,
      { track, assetId: In(assetIds), kind, closedAt: IsNull() },
      { closedAt: this.clock.now() },
    );
  }

  /** Whether what is registered may run out, or waits for a renewal that was filed in time. */
  async blockExpiry(tx: Transaction, track: Track, assetId: string, isBlocked: boolean): Promise<void> {
    await tx.update(
      LegalDeadline,
      { track, assetId, kind: DeadlineKind.EXPIRY, closedAt: IsNull() },
      { isBlocked },
    );
  }

  /** What has run out by today's legal day, of those that happen by themselves; without these. */
  overdue(
    tx: Transaction,
    track: Track,
    kind: DeadlineKind,
    limit: number,
    without: readonly string[],
  ): Promise<LegalDeadline[]> {
    return this.overdueOf(tx, track, kind)
      .andWhere('id <> ALL (:without)', { without })
      .limit(limit)
      .getMany();
  }

  /** Whether a period has still run out: since it was looked for, somebody may have come first. */
  isStillOverdue(tx: Transaction, track: Track, kind: DeadlineKind, id: string): Promise<boolean> {
    return this.overdueOf(tx, track, kind).andWhere('id = :id', { id }).getExists();
  }

  private overdueOf(tx: Transaction, track: Track, kind: DeadlineKind) {
    return (
      tx
        .createQueryBuilder(LegalDeadline, 'deadline')
        // Nothing is acted on by a calendar that is not published.
        .where('closed_at IS NULL AND NOT is_blocked AND NOT is_provisional')
        // Literals, so that the partial indices serve.
        .andWhere(`track = '${track}' AND kind = '${kind}' AND due < :today`, {
          today: legalDayOf(this.clock.now()),
        })
        .orderBy('due')
    );
  }

  /** What the context's party has to do, the most urgent first; a regulator sees everybody's. One more than `first`. */
  list(
    context: SecurityContext,
    { filter, kind, track }: DueQuestion,
    first: number,
    after: readonly [due: string, id: string] | null,
  ): Promise<ListedDeadline[]> {
    const isNarrowed = kind !== null || track !== null;
    const kinds = isNarrowed ? (kind ? [kind] : Object.values(DeadlineKind)) : null;
    const tracks = isNarrowed ? (track ? [track] : [...Object.values(Track), '-']) : null;
    const today = legalDayOf(this.clock.now());
    return dueList(this.pool, whoseOf(context), today, { filter, kinds, tracks }, after, first + 1);
  }

  /** How long each of these lists is, up to COUNTED_AT_MOST. */
  count(context: SecurityContext): Promise<DueCounts | undefined> {
    return dueCounts(this.pool, whoseOf(context), legalDayOf(this.clock.now()), COUNTED_AT_MOST);
  }

  /** What the data of these applications are called, as far as the caller may read them. */
  namesOf(context: SecurityContext, registrationIds: readonly string[]): Promise<DataName[]> {
    return this.transactions.run(context, (tx) =>
      tx.query('SELECT id, name FROM registration WHERE id = ANY ($1)', [registrationIds]),
    );
  }

  /** Days from today to the last one; below zero: it is over. */
  daysLeft(due: LegalDay): number {
    return daysBetween(legalDayOf(this.clock.now()), due);
  }

  /** All there were and are of these applications or other matters. */
  findOf(context: SecurityContext, matterIds: readonly string[]): Promise<LegalDeadline[]> {
    return this.transactions.run(context, (tx) =>
      tx.find(LegalDeadline, {
        where: { matterId: In(matterIds) },
        order: { matterId: 'ASC', id: 'ASC' },
      }),
    );
  }

  private of(about: Case, kind: `${DeadlineKind}`, partyId: string) {
    const { id: registrationId, track, assetId, applicantId, registryId } = about;
    return {
      id: newId(),
      kind: DeadlineKind[kind],
      matter: DeadlineMatter.REGISTRATION,
      matterId: registrationId,
      track,
      partyId,
      registrationId,
      assetId,
      applicantId,
      registryId,
    };
  }
}

/** The hot pool has no row-level security to ask: whose rows are read is decided here, by who is signed in. */
function whoseOf({ partyId, roles }: SecurityContext): Whose {
  const seesAll = roles.includes('REGULATOR');
  invariant(seesAll || partyId !== null, 'Deadlines are a party’s');
  return { partyId, seesAll };
}
