import { isWorkingDay, type LegalDay, type WorkingDayCalendar, workingDaysBetween } from '#libs/foundation';

/** Some periods that began, end and were met on the same days. */
export interface CountedPeriods {
  readonly track: string | null;
  readonly kind: string;
  readonly beginsOn: LegalDay;
  readonly due: LegalDay;
  /** Null: under way. */
  readonly closedOn: LegalDay | null;
  readonly isBlocked: boolean;
  readonly count: number;
}

export interface DeadlineFigures {
  readonly track: string | null;
  readonly kind: string;
  readonly met: number;
  readonly missed: number;
  readonly running: number;
  /** Of those that are over; null: none is. */
  readonly medianWorkingDays: number | null;
  readonly longestWorkingDays: number | null;
}

/** Working days used by a period: the day on which it began is not counted (Civil Code Art. 201), its last one is. */
export function workingDaysUsed(from: LegalDay, to: LegalDay, calendar: WorkingDayCalendar): number {
  if (to <= from) return 0;
  return workingDaysBetween(from, to, calendar) + (isWorkingDay(to, calendar) ? 1 : 0);
}

/**
 * How periods were kept, per register and kind. Met in time counts what fell away in time as well; what nobody had done
 * by its last day is missed, whenever it was done later.
 */
export function deadlineFiguresOf(
  periods: readonly CountedPeriods[],
  today: LegalDay,
  calendar: WorkingDayCalendar,
): DeadlineFigures[] {
  const groups = new Map<string, CountedPeriods[]>();
  for (const period of periods) {
    const key = `${period.track ?? ''} ${period.kind}`;
    groups.set(key, [...(groups.get(key) ?? []), period]);
  }
  return [...groups.values()].flatMap((group) => {
    const [first] = group;
    if (!first) return [];
    const { track, kind } = first;
    const sum = (isCounted: (period: CountedPeriods) => boolean) =>
      group.filter(isCounted).reduce((total, { count }) => total + count, 0);
    const isMissed = ({ closedOn, due, isBlocked }: CountedPeriods) =>
      closedOn === null ? !isBlocked && due < today : closedOn > due;
    const met = sum(({ closedOn, due }) => closedOn !== null && closedOn <= due);
    const missed = sum(isMissed);
    const running = sum((period) => period.closedOn === null && !isMissed(period));
    const used = group.flatMap(({ beginsOn, closedOn, count }) =>
      closedOn === null ? [] : [{ days: workingDaysUsed(beginsOn, closedOn, calendar), count }],
    );
    used.sort((a, b) => a.days - b.days);
    const longestWorkingDays = used.at(-1)?.days ?? null;
    return [{ track, kind, met, missed, running, medianWorkingDays: medianOf(used), longestWorkingDays }];
  });
}

/** The middle of all counted, or half way between the two in the middle. */
function medianOf(sorted: readonly { readonly days: number; readonly count: number }[]): number | null {
  const total = sorted.reduce((sum, { count }) => sum + count, 0);
  if (total === 0) return null;
  const at = (place: number) => {
    let left = place;
    for (const { days, count } of sorted) {
      if (left < count) return days;
      left -= count;
    }
    return 0;
  };
  return (at(Math.floor((total - 1) / 2)) + at(Math.floor(total / 2))) / 2;
}
