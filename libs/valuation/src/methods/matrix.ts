import { InvalidInput } from '#libs/foundation';
import type { Fraction } from '#libs/money';

import { type InputShape, list, type NumberShape } from '../inputs.ts';

const MOST_ROWS = 1000;
const MOST_COLUMNS = 100;
/** Bounds the time that a matrix takes to seconds. */
const MOST_ENTRIES = 10_000;
const LARGEST_DENOMINATOR = 10n ** 300n;

/** Rows are objects, columns are criteria. */
export const tableOf = (entry: NumberShape): InputShape => list(list(entry, MOST_COLUMNS), MOST_ROWS);

/**
 * The columns of a table of at least two objects, each made whole by a factor of its own.
 *
 * @throws InvalidInput naming the row that is not as long as the first
 */
export function wholeColumnsOf(rows: readonly (readonly Fraction[])[], path: string): bigint[][] {
  const [first = []] = rows;
  if (rows.length < 2)
    throw new InvalidInput(path, 'must hold at least two objects: one tells nothing apart');
  const ragged = rows.findIndex((row) => row.length !== first.length);
  if (ragged >= 0)
    throw new InvalidInput(`${path}[${ragged}]`, `must hold ${first.length} entries, as the first row does`);
  if (rows.length * first.length > MOST_ENTRIES)
    throw new InvalidInput(path, `must hold at most ${MOST_ENTRIES} entries in all`);
  return first.map((_, j) => {
    const column = rows.map((row) => row[j] as Fraction);
    const common = column.reduce(
      (lcm, { denominator }) =>
        lcm > LARGEST_DENOMINATOR ? lcm : (lcm / gcd(lcm, denominator)) * denominator,
      1n,
    );
    if (common > LARGEST_DENOMINATOR)
      throw new InvalidInput(
        path,
        `holds a column, the ${j + 1}., of too many different fractions: write decimals`,
      );
    return column.map(({ numerator, denominator }) => numerator * (common / denominator));
  });
}

export const isConstant = (column: readonly bigint[]) => column.every((value) => value === column[0]);

function gcd(a: bigint, b: bigint): bigint {
  while (b !== 0n) [a, b] = [b, a % b];
  return a;
}
