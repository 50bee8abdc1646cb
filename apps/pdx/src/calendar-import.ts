import { createHash } from 'node:crypto';

import { canonicalJson } from '#libs/foundation';

import type { ExchangeClient } from './exchange-client.ts';
import { fieldsOf, listOf, textOf } from './fields.ts';

/** Sends a year's arrangement to the exchange; the same file sent again changes nothing. @throws InvalidInput, Refused */
export function importCalendar(client: ExchangeClient, file: unknown): Promise<object> {
  const { year, off, worked, source } = fieldsOf(file, ['year', 'off', 'worked', 'source']);
  const input = {
    year: textOf(year, 'year'),
    off: listOf(off, 'off').map((run, i) => {
      const [first, last] = listOf(run, `off.${i}`);
      return { first: textOf(first, `off.${i}.0`), last: textOf(last, `off.${i}.1`) };
    }),
    worked: listOf(worked, 'worked').map((day, i) => textOf(day, `worked.${i}`)),
    source: textOf(source, 'source'),
  };
  const digest = createHash('sha256').update(canonicalJson(input)).digest('hex');
  return client.mutate(
    'importCalendarYear',
    { clientId: `calendar-${digest.slice(0, 32)}`, ...input },
    'CalendarYear { year off worked source }',
  );
}
