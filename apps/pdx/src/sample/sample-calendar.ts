import type { INestApplicationContext } from '@nestjs/common';

import { WorkingCalendarService } from '#libs/asset';
import { Clock, legalDayOf } from '#libs/foundation';
import { PersonService } from '#libs/identity';

import { REGISTRY } from './sample-parties.ts';

/** The days off that are the same in every year; an arrangement that is published has more, and others each year. */
const SAMPLE_YEAR = {
  off: [
    ['01-01', '01-01'],
    ['05-01', '05-02'],
    ['10-01', '10-03'],
  ],
  worked: [],
  source: '样例交易所虚构，不是国务院通知（made up for the sample exchange）',
} as const;

/**
 * Makes this year and the next known to the sample exchange, by its registry officer, where nobody has: nothing is
 * registered by a notice whose last day is provisional, and the arrangement of a year is published late in the year
 * before. What is imported later, such as the real one, takes its place.
 */
export async function makeCalendarKnown(
  app: INestApplicationContext,
  log: (line: string) => void,
): Promise<void> {
  const calendar = app.get(WorkingCalendarService);
  const officer = await app.get(PersonService).findByLogin(REGISTRY.login);
  if (!officer) return;
  const { id, partyId, roles } = officer;
  const actor = { partyId, id, kind: 'PERSON', roles, requestId: 'sample' } as const;
  const known = new Set((await calendar.list()).map(({ year }) => year));
  const thisYear = Number(legalDayOf(app.get(Clock).now()).slice(0, 4));
  for (const year of [String(thisYear), String(thisYear + 1)]) {
    if (known.has(year)) continue;
    await calendar.import(actor, `sample-calendar-${year}`, { year, ...SAMPLE_YEAR });
    log(`the working days of ${year} are not known: made up for the sample exchange`);
  }
}
