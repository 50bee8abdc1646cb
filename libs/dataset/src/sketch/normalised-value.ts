const BEYOND_ASCII = /[^\x20-\x7e]/;
/** A code such as 007 is no number: without its zeros it would be another code. */
const NUMBER = /^([+-]?)(0?|[1-9]\d*|[1-9]\d{0,2}(?:,\d{3})+)(?:\.(\d*))?$/;
const DAY = /^(\d{4})(?:-(\d\d?)-(\d\d?)|\/(\d\d?)\/(\d\d?)|年(\d\d?)月(\d\d?)日)(?: 00:00(?::00)?)?$/;
/** Most numbers, days and names are as they should be already, which is cheaper to see than to make. */
const AS_IT_SHOULD_BE =
  /^(?:[1-9]\d*(?:\.\d*[1-9])?|\d{4}-\d\d-\d\d|[a-z\u4e00-\u9fff][\da-z\u4e00-\u9fff]*)$/;
/** Neither a number nor a day has one. */
const LETTER = /[a-z]/;
const ZERO = 0x30;
const NINE = 0x39;

/**
 * What two writings of one value have in common: full or half width, upper or lower case, spaces around it, `1.0` or
 * `1`, `1,234` or `1234`, `2025/1/2` or `2025-01-02`. It does not depend on the type of the column, which the other
 * file may have guessed otherwise. An empty text is no value.
 */
export function normalisedValue(cell: string): string {
  if (AS_IT_SHOULD_BE.test(cell)) return cell;
  let value = cell.trim().toLowerCase();
  // Compatibility forms may hide capitals and spaces of their own.
  if (BEYOND_ASCII.test(value)) value = value.normalize('NFKC').toLowerCase().normalize('NFKC').trim();
  const first = value.charCodeAt(0);
  // A digit, or a sign or a point before one: most texts are none and are spared the patterns.
  if (first > NINE || (first < ZERO && !/^[+.-]/.test(value)) || LETTER.test(value)) return value;
  return normalisedNumber(value) ?? normalisedDay(value) ?? value;
}

function normalisedNumber(value: string): string | null {
  const [, sign = '', whole = '', decimals = ''] = NUMBER.exec(value) ?? [];
  if (whole === '' && decimals === '') return null;
  // Not by a pattern: it would begin anew at every run of zeros, of which a cell may have half a million.
  let end = decimals.length;
  while (end > 0 && decimals.charCodeAt(end - 1) === ZERO) end -= 1;
  const fraction = decimals.slice(0, end);
  const digits = `${whole.replaceAll(',', '') || '0'}${fraction && `.${fraction}`}`;
  return sign === '-' && digits !== '0' ? `-${digits}` : digits;
}

function normalisedDay(value: string): string | null {
  const parts = DAY.exec(value)?.filter(Boolean);
  if (!parts) return null;
  const [, year = '', month = '', day = ''] = parts;
  return `${year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`;
}
