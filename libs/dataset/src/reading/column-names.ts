import { TooManyColumns, WrongHeader } from '../dataset.errors.ts';

export const MAX_COLUMNS = 1000;
const MAX_NAME = 100;

/** @throws TooManyColumns, WrongHeader */
export function mustBeNames(columns: readonly string[]): void {
  if (columns.length > MAX_COLUMNS) throw new TooManyColumns(MAX_COLUMNS);
  const places = new Map<string, number>();
  columns.forEach((name, i) => {
    if (name.trim() === '') throw new WrongHeader(i + 1, 'must have a name');
    if (name.length > MAX_NAME) throw new WrongHeader(i + 1, `must have at most ${MAX_NAME} characters`);
    if (/\0|\p{Surrogate}/u.test(name)) throw new WrongHeader(i + 1, 'must be plain text');
    if (places.has(name)) throw new WrongHeader(i + 1, `${name} is the name of an earlier column`);
    places.set(name, i);
  });
}
