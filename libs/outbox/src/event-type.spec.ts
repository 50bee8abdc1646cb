import { describe, expect, it } from '@jest/globals';

import { EVENT_TYPES, isEventFilter } from './event-type.ts';

describe('event types', () => {
  it.each(Object.entries(EVENT_TYPES))(
    '%s is named as the database wants it, in both languages, for somebody',
    (type, row) => {
      expect(type).toMatch(/^[a-z]+(-[a-z]+)*\.[a-z]+(-[a-z]+)*$/);
      expect(row.title).toMatch(/^\p{Script=Han}+$/u);
      expect(row.titleEn).toMatch(/^[A-Z][a-z ]+$/);
      expect(row.tells.length).toBeGreaterThan(0);
    },
  );

  it('are asked for one by one, by group, or all', () => {
    for (const filter of ['registration.accepted', 'registration.*', 'webhook-endpoint.*', '*'])
      expect(isEventFilter(filter)).toBe(true);
    for (const filter of [
      '',
      'registration',
      'registration.',
      'registration.a*',
      '*.accepted',
      'nothing.*',
      'toString',
      '**',
    ])
      expect(isEventFilter(filter)).toBe(false);
  });
});
