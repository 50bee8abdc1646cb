import type { WorkingDayCalendar, YearCalendar } from '#libs/foundation';

import type { TestExchange } from './start-exchange.ts';

/** The years that an exchange counts legal periods by. */
export async function calendarOf({ anonymous }: TestExchange): Promise<WorkingDayCalendar> {
  const { workingCalendar } = await anonymous.query<{ workingCalendar: (YearCalendar & { year: string })[] }>(
    '{ workingCalendar { year off worked } }',
  );
  return Object.fromEntries(workingCalendar.map(({ year, ...calendar }) => [year, calendar]));
}

/** Makes all years from `from` to `to` known that are not; what is said of them is made up. */
export async function givenCalendar(exchange: TestExchange, from: number, to: number): Promise<void> {
  const known = await calendarOf(exchange);
  for (let year = from; year <= to; year++) {
    if (known[year]) continue;
    const input = { year: String(year), off: [{ first: '01-01', last: '01-01' }], worked: [] };
    const source = '测试，不是国务院通知';
    await exchange.act('registry', 'importCalendarYear', { ...input, source }, 'CalendarYear { year }');
  }
}

/** The first year after this one that is not known. */
export async function firstUnknownYear(exchange: TestExchange, thisYear: number): Promise<number> {
  const known = await calendarOf(exchange);
  let year = thisYear;
  while (known[year]) year += 1;
  return year;
}
