import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import {
  canonicalJson,
  isWorkingDay,
  type JsonValue,
  legalDayOf,
  parseCertificateCode,
  parseExactJson,
  parseLegalDay,
  startOfLegalDay,
  usccCheckDigit,
  usccFault,
  workingDaysAfter,
} from './index.ts';

describe('workingDaysAfter', () => {
  it.each([
    ['2026-02-12', 3, '2026-02-24'],
    ['2026-02-12', 10, '2026-03-04'],
    ['2026-02-12', 20, '2026-03-18'],
    ['2026-04-30', 5, '2026-05-11'],
  ])('counts from %s %i working days to %s', (from, count, due) => {
    expect(workingDaysAfter(from, count)).toEqual({ due, provisional: false });
  });

  it('says when it had to guess a year', () => {
    expect(workingDaysAfter('2026-12-30', 2)).toEqual({ due: '2027-01-01', provisional: true });
  });

  it('counts exactly the working days that lie in the period', () => {
    const starts = fc
      .integer({ min: 0, max: 600 })
      .map((days) => legalDayOf(new Date(Date.UTC(2025, 0, 1 + days))));
    fc.assert(
      fc.property(starts, fc.integer({ min: 1, max: 30 }), (from, count) => {
        const { due } = workingDaysAfter(from, count);
        let worked = 0;
        for (let day = Date.parse(from) + 86_400_000; day <= Date.parse(due); day += 86_400_000)
          if (isWorkingDay(new Date(day).toISOString().slice(0, 10))) worked += 1;
        expect(worked).toBe(count);
        expect(isWorkingDay(due)).toBe(true);
      }),
    );
  });
});

describe('legal days', () => {
  it('begin at midnight in Shanghai', () => {
    expect(legalDayOf(new Date('2026-03-31T15:59:59.999Z'))).toBe('2026-03-31');
    expect(legalDayOf(new Date('2026-03-31T16:00:00Z'))).toBe('2026-04-01');
    expect(startOfLegalDay('2026-04-01')).toEqual(new Date('2026-03-31T16:00:00Z'));
  });

  it.each(['2026-02-29', '2026-13-01', '2026-1-1', '0000-01-01', 'today'])('refuses %s', (text) => {
    expect(() => parseLegalDay(text, 'from')).toThrow(
      expect.objectContaining({ code: 'INVALID_INPUT', path: 'from' }),
    );
  });
});

describe('canonicalJson', () => {
  it('writes what RFC 8785 shows', () => {
    expect(canonicalJson({ b: [1e21, 0.000001, -0, 4.5], a: '\u20ac$\u000f\nA\'B"\\' })).toBe(
      '{"a":"€$\\u000f\\nA\'B\\"\\\\","b":[1e+21,0.000001,0,4.5]}',
    );
  });

  it('keeps the value and does not depend on the order of members', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const text = canonicalJson(value as JsonValue);
        expect(canonicalJson(JSON.parse(text) as JsonValue)).toBe(text);
        expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(value)));
      }),
    );
  });

  it.each([NaN, Infinity, '\ud800', undefined, 1n])('has no text for %p', (value) => {
    expect(() => canonicalJson(value as JsonValue)).toThrow(TypeError);
  });
});

describe('usccFault', () => {
  it('accepts a code whose check digit fits', () => {
    expect(usccFault('91350100M000100Y43')).toBeNull();
  });

  it('finds every single wrong character', () => {
    const alphabet = Array.from('0123456789ABCDEFGHJKLMNPQRTUWXY');
    const bodies = fc
      .array(fc.constantFrom(...alphabet), { minLength: 17, maxLength: 17 })
      .map((all) => all.join(''));
    fc.assert(
      fc.property(bodies, fc.nat(17), fc.constantFrom(...alphabet), (body, at, other) => {
        const code = body + usccCheckDigit(body);
        expect(usccFault(code)).toBeNull();
        if (code[at] !== other)
          expect(usccFault(code.slice(0, at) + other + code.slice(at + 1))).toBe('CHECK_DIGIT');
      }),
    );
  });

  it.each([
    ['91350100M000100Y4', 'LENGTH'],
    ['91350100M000100I43', 'CHARACTER'],
    ['91350100M000100Y44', 'CHECK_DIGIT'],
  ])('says of %s: %s', (code, fault) => {
    expect(usccFault(code)).toBe(fault);
  });
});

describe('parseCertificateCode', () => {
  it('takes a code apart', () => {
    expect(parseCertificateCode('SJ3712026110001')).toEqual({
      region: '37',
      agency: '1',
      year: '2026',
      month: '11',
      serial: '0001',
    });
  });

  it.each(['SJ3712026130001', 'SJ3712026110000', 'SJ371202611001', 'XJ3712026110001'])(
    'refuses %s',
    (code) => {
      expect(parseCertificateCode(code)).toHaveProperty('reason');
    },
  );
});

describe('JSON that is calculated with', () => {
  it('is read as it was written', () => {
    const text = '{"a": [0.1, -1.50, 1e2, "9007199254740993"], "b": {"c": null}}';
    expect(parseExactJson(text, '$')).toEqual(JSON.parse(text));
  });

  it.each(['9007199254740993', '[0.1234567890123456789]', '1e400', '{"a":1,"a":2}', '{', '['.repeat(1e6)])(
    'is refused where it would be another: %.40s',
    (text) => {
      expect(() => parseExactJson(text, '$')).toThrow(
        expect.objectContaining({ code: 'INVALID_INPUT', path: '$' }),
      );
    },
  );
});
