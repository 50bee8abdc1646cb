import { InvalidInput } from './invalid-input.ts';
import { parseLegalDay, weekdayOf } from './legal-day.ts';

export interface YearCalendar {
  /** Days off in runs of [first, last], MM-DD. Weekends inside a run are off anyway. */
  readonly off: readonly (readonly [string, string])[];
  /** Saturdays and Sundays that are worked, MM-DD. */
  readonly worked: readonly string[];
}

/** The State Council's holiday arrangements by year, YYYY. A year that is not in it is not known. */
export type WorkingDayCalendar = Readonly<Partial<Record<string, YearCalendar>>>;

/** The years that were published when this program was made; an exchange imports the later ones. */
export const WORKING_DAY_CALENDAR: WorkingDayCalendar = {
  // 国办发明电〔2024〕12号
  '2025': {
    off: [
      ['01-01', '01-01'],
      ['01-28', '02-04'],
      ['04-04', '04-06'],
      ['05-01', '05-05'],
      ['05-31', '06-02'],
      ['10-01', '10-08'],
    ],
    worked: ['01-26', '02-08', '04-27', '09-28', '10-11'],
  },
  // Published 2025-11-04
  '2026': {
    off: [
      ['01-01', '01-03'],
      ['02-15', '02-23'],
      ['04-04', '04-06'],
      ['05-01', '05-05'],
      ['06-19', '06-21'],
      ['09-25', '09-27'],
      ['10-01', '10-07'],
    ],
    worked: ['01-04', '02-14', '02-28', '05-09', '09-20', '10-10'],
  },
};

/** Days off in a year, weekends among them; ours: the State Council's years have had 27 to 33. */
const MOST_DAYS_OFF = 60;

/** Checks the arrangement of a year as somebody typed it. @throws InvalidInput naming the entry */
export function parseYearCalendar(year: string, { off, worked }: YearCalendar): YearCalendar {
  if (!/^20\d{2}$/.test(year)) throw new InvalidInput('year', 'must be a year from 2000 to 2099');
  const dayOf = (monthDay: string, path: string) => parseLegalDay(`${year}-${monthDay}`, path);
  let before = '';
  for (const [i, [first, last]] of off.entries()) {
    dayOf(first, `off[${i}]`);
    dayOf(last, `off[${i}]`);
    if (first > last || first <= before)
      throw new InvalidInput(`off[${i}]`, 'must be in order and not overlap');
    before = last;
  }
  if (off.length === 0) throw new InvalidInput('off', 'must list the days off');
  const days = off.reduce((sum, [first, last]) => sum + daysOf(year, first, last), 0);
  // With all days off, nothing would ever be due.
  if (days > MOST_DAYS_OFF)
    throw new InvalidInput('off', `must be ${MOST_DAYS_OFF} days in all at most, not ${days}`);
  for (const [i, monthDay] of worked.entries()) {
    if (weekdayOf(dayOf(monthDay, `worked[${i}]`)) <= 5)
      throw new InvalidInput(`worked[${i}]`, 'must be a Saturday or a Sunday');
    if (off.some(([first, last]) => first <= monthDay && monthDay <= last))
      throw new InvalidInput(`worked[${i}]`, 'must not be a day off as well');
  }
  return { off, worked };
}

const daysOf = (year: string, first: string, last: string): number =>
  (Date.parse(`${year}-${last}`) - Date.parse(`${year}-${first}`)) / 86_400_000 + 1;
