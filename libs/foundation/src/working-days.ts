import { addDays, type LegalDay, weekdayOf } from './legal-day.ts';
import { WORKING_DAY_CALENDAR, type WorkingDayCalendar } from './working-day-calendar.ts';

export interface Deadline {
  /** The last day of the period. */
  readonly due: LegalDay;
  /** The period touches a year whose official calendar is not known; only weekends were left out there. */
  readonly provisional: boolean;
}

/** Whether `day` is worked: by the State Council's calendar, and by weekends alone in a year it does not cover. */
export function isWorkingDay(day: LegalDay, years: WorkingDayCalendar = WORKING_DAY_CALENDAR): boolean {
  const calendar = years[day.slice(0, 4)];
  const monthDay = day.slice(5);
  if (calendar?.worked.includes(monthDay)) return true;
  if (calendar?.off.some(([first, last]) => first <= monthDay && monthDay <= last)) return false;
  return weekdayOf(day) <= 5;
}

/**
 * The last day of a period of `count` working days that begins on `from`.
 *
 * The day on which it begins is not counted (Civil Code Art. 201); a period in working days cannot end on a holiday,
 * which is what Art. 203 asks for.
 */
export function workingDaysAfter(
  from: LegalDay,
  count: number,
  years: WorkingDayCalendar = WORKING_DAY_CALENDAR,
): Deadline {
  if (!Number.isSafeInteger(count) || count < 0)
    throw new RangeError('A period has a number of working days');
  let due = from;
  let provisional = false;
  for (let left = count; left > 0;) {
    due = addDays(due, 1);
    if (!years[due.slice(0, 4)]) provisional = true;
    if (isWorkingDay(due, years)) left -= 1;
  }
  return { due, provisional };
}

/** How many working days lie between two days, neither of them counted. */
export function workingDaysBetween(
  from: LegalDay,
  to: LegalDay,
  years: WorkingDayCalendar = WORKING_DAY_CALENDAR,
): number {
  let count = 0;
  for (let day = addDays(from, 1); day < to; day = addDays(day, 1)) if (isWorkingDay(day, years)) count += 1;
  return count;
}
