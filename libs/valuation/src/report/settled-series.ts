import { InvalidInput, type JsonValue } from '#libs/foundation';
import { EXACT, Money, reduced } from '#libs/money';

import { fenOf } from '../analysis/reconciliation.ts';
import { parseNumber } from '../inputs.ts';

/** What a month has brought to the holder, in yuan, as this exchange has settled it. */
export interface SettledMonth {
  readonly month: string;
  readonly amount: string;
}

/** Income that is expected because of what was settled: the average of whole years, growing evenly. */
export interface SettledSeries {
  /** Consecutive closed months before the base date, a multiple of twelve, oldest first. */
  readonly months: readonly SettledMonth[];
  /** How far it is carried on. */
  readonly years: number;
  /** As a decimal: 0.02 is two per cent. Ours to state and to defend: the exchange only knows the past. */
  readonly yearlyGrowth: string;
}

const MOST_YEARS = 50;

/**
 * The cash flows of the years 1 … n, to the fen.
 *
 * @throws InvalidInput
 */
export function cashFlowsOf({ months, years, yearlyGrowth }: SettledSeries): JsonValue {
  if (months.length === 0 || months.length % 12 !== 0)
    throw new InvalidInput('settled.months', 'must be whole years of closed months');
  months.forEach(({ month }, i) => {
    if (i > 0 && month !== monthAfter(months[i - 1]?.month ?? ''))
      throw new InvalidInput(`settled.months[${i}]`, 'must follow the month before');
  });
  if (!Number.isInteger(years) || years < 1 || years > MOST_YEARS)
    throw new InvalidInput('settled.years', `must be 1 to ${MOST_YEARS}`);
  const growth = EXACT.plus(EXACT.of(1), parseNumber(yearlyGrowth, 'settled.yearlyGrowth'));
  if (EXACT.sign(growth) <= 0) throw new InvalidInput('settled.yearlyGrowth', 'must be above -1');
  const total = months.reduce(
    (sum, { amount }, i) => EXACT.plus(sum, parseNumber(amount, `settled.months[${i}].amount`)),
    EXACT.of(0),
  );
  let flow = EXACT.over(total, EXACT.of(months.length / 12));
  return Array.from({ length: years }, () => {
    flow = reduced(EXACT.times(flow, growth));
    return Money.ofMinorUnits(fenOf(flow), 'CNY').toDecimal();
  });
}

function monthAfter(month: string): string {
  const [year, number] = month.split('-').map(Number) as [number, number];
  return number === 12 ? `${year + 1}-01` : `${year}-${String(number + 1).padStart(2, '0')}`;
}
