import { InvalidInput } from './invalid-input.ts';

/** A calendar day in Asia/Shanghai, YYYY-MM-DD: what legal periods are counted in. */
export type LegalDay = string;

/** China has kept UTC+8 without daylight saving time since 1992. */
const SHANGHAI_OFFSET_MS = 8 * 3_600_000;
const DAY_MS = 86_400_000;

/** The legal day on which `instant` falls. */
export function legalDayOf(instant: Date): LegalDay {
  return new Date(instant.getTime() + SHANGHAI_OFFSET_MS).toISOString().slice(0, 10);
}

/** The instant at which `day` begins. */
export function startOfLegalDay(day: LegalDay): Date {
  return new Date(utcMidnight(day) - SHANGHAI_OFFSET_MS);
}

/** `day` moved by whole days, forwards or backwards. */
export function addDays(day: LegalDay, days: number): LegalDay {
  return new Date(utcMidnight(day) + days * DAY_MS).toISOString().slice(0, 10);
}

/** How many days after `from` is `to`; below zero: before it. */
export function daysBetween(from: LegalDay, to: LegalDay): number {
  return (utcMidnight(to) - utcMidnight(from)) / DAY_MS;
}

/**
 * The corresponding day of another month; where that month is too short, its last day (Civil Code Art. 202).
 *
 * @param months forwards or backwards
 */
export function addMonths(day: LegalDay, months: number): LegalDay {
  const [year, month, date] = day.split('-').map(Number) as [number, number, number];
  const lastOfMonth = new Date(Date.UTC(year, month + months, 0)).getUTCDate();
  return new Date(Date.UTC(year, month - 1 + months, Math.min(date, lastOfMonth))).toISOString().slice(0, 10);
}

/** Monday is 1, Sunday is 7. */
export function weekdayOf(day: LegalDay): number {
  return new Date(utcMidnight(day)).getUTCDay() || 7;
}

/** Checks a text that claims to be a day; nobody knows a year 0. @throws InvalidInput naming `path` */
export function parseLegalDay(text: string, path: string): LegalDay {
  const time = /^\d{4}-\d{2}-\d{2}$/.test(text) ? Date.parse(`${text}T00:00:00Z`) : NaN;
  if (Number.isNaN(time) || new Date(time).toISOString().slice(0, 10) !== text || text.startsWith('0000'))
    throw new InvalidInput(path, 'must be an existing day, YYYY-MM-DD');
  return text;
}

function utcMidnight(day: LegalDay): number {
  return Date.parse(`${day}T00:00:00Z`);
}
