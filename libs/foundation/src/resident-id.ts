/** GB 11643-1999: weights of the first 17 characters, and the check characters by the sum modulo 11. */
const WEIGHTS = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
const CHECKS = '10X98765432';

/** Whether this is a citizen's number of 18 characters: a region's shape, a day of birth that exists, the check character. */
export function isResidentId(text: string): boolean {
  const [, region = '', year = '', month = '', day = '', check = ''] =
    /^([1-8]\d{5})((?:19|20)\d\d)(\d\d)(\d\d)\d{3}([\dXx])$/.exec(text) ?? [];
  return region !== '' && isDay(+year, +month, +day) && check.toUpperCase() === residentIdCheck(text);
}

/** The check character that belongs to the first 17. */
export function residentIdCheck(first17: string): string {
  const sum = WEIGHTS.reduce((total, weight, i) => total + weight * Number(first17[i]), 0);
  return CHECKS.charAt(sum % 11);
}

function isDay(year: number, month: number, day: number): boolean {
  const date = new Date(Date.UTC(year, month - 1, day));
  return date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
}
