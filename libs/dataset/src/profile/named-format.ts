import { residentIdCheck, usccFault } from '#libs/foundation';

import { ColumnType, isPlain } from './column-type.ts';

/** How a value may have to be written. The database knows the same formats as `quality_conditions_of`. */
export enum NamedFormat {
  USCC = 'USCC',
  RESIDENT_ID = 'RESIDENT_ID',
  MOBILE_PHONE = 'MOBILE_PHONE',
  POSTCODE = 'POSTCODE',
  DIVISION_CODE = 'DIVISION_CODE',
  EMAIL = 'EMAIL',
  DATE = 'DATE',
  COMPACT_DATE = 'COMPACT_DATE',
  DATE_TIME = 'DATE_TIME',
}

/** How often values were written in these formats. */
export type FormatCounts = Readonly<Partial<Record<NamedFormat, number>>>;

const RESIDENT_ID = /^[1-9]\d{5}((?:18|19|20)\d\d)(\d\d)(\d\d)\d{3}[\dX]$/;
const COMPACT_DATE = /^(\d{4})(\d\d)(\d\d)$/;
const DATE_TIME = /^(\d{4}-\d\d-\d\d)[T ](?:[01]\d|2[0-3]):[0-5]\d(?::[0-5]\d)?$/;

const IS_OF: Readonly<Record<NamedFormat, (value: string) => boolean>> = {
  USCC: (value) => usccFault(value) === null,
  RESIDENT_ID: (value) =>
    isDay(RESIDENT_ID.exec(value)?.slice(1).join('-')) && value.endsWith(residentIdCheck(value)),
  MOBILE_PHONE: (value) => /^1[3-9]\d{9}$/.test(value),
  POSTCODE: (value) => /^\d{6}$/.test(value),
  DIVISION_CODE: (value) => /^[1-9]\d{5}$/.test(value),
  EMAIL: (value) => /^[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){1,8}$/.test(value),
  DATE: (value) => isDay(value),
  COMPACT_DATE: (value) => isDay(COMPACT_DATE.exec(value)?.slice(1).join('-')),
  DATE_TIME: (value) => isDay(DATE_TIME.exec(value)?.[1]),
};
const FORMATS = Object.values(NamedFormat);

/** Whether a value is written as the format wants it, to the character. */
export function isOfFormat(format: NamedFormat, value: string): boolean {
  return IS_OF[format](value);
}

/** All formats that a value is written in. */
export function formatsOf(value: string): NamedFormat[] {
  return FORMATS.filter((format) => IS_OF[format](value));
}

function isDay(text: string | undefined): boolean {
  return text !== undefined && isPlain(ColumnType.DATE, text);
}
