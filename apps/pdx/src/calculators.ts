import {
  InvalidInput,
  type JsonObject,
  parseCertificateCode,
  parseLegalDay,
  usccFault,
  workingDaysAfter,
} from '#libs/foundation';
import { allocate, commonWeights, Money, parseFraction } from '#libs/money';
import { calculate, METHODS } from '#libs/valuation';

import { countOf, fieldsOf, listOf, textOf } from './fields.ts';

export interface Answer {
  readonly result: JsonObject;
  /** Whether what was asked for is so; a code that is not valid is not. */
  readonly isSo: boolean;
}

const LONGEST_PERIOD = 10_000n;

/** `pdx calc NAME`: the functions the exchange itself decides with, for anyone to recompute with. */
export const CALCULATORS: Readonly<Partial<Record<string, (input: unknown) => Answer>>> = {
  deadline(input) {
    const { from, workingDays } = fieldsOf(input, ['from', 'workingDays']);
    const count = countOf(workingDays, 'workingDays');
    if (count < 1n || count > LONGEST_PERIOD)
      throw new InvalidInput('workingDays', `must be 1 to ${LONGEST_PERIOD}`);
    const { due, provisional } = workingDaysAfter(parseLegalDay(textOf(from, 'from'), 'from'), Number(count));
    return { result: { due, provisional }, isSo: true };
  },

  ...Object.fromEntries(
    METHODS.map((method) => [
      method.id,
      (input: unknown) => ({ result: calculate(method, input).result, isSo: true }),
    ]),
  ),

  uscc(input) {
    const { code } = fieldsOf(input, ['code']);
    const valid = usccFault(textOf(code, 'code')) === null;
    return { result: { valid }, isSo: valid };
  },

  'certificate-code'(input) {
    const { code } = fieldsOf(input, ['code']);
    const parts = parseCertificateCode(textOf(code, 'code'));
    const valid = !('reason' in parts);
    return { result: { valid, ...parts }, isSo: valid };
  },

  allocate(input) {
    const { amount, currency, shares } = fieldsOf(input, ['amount', 'currency', 'shares']);
    if (currency !== 'CNY') throw new InvalidInput('currency', 'must be CNY');
    const total = Money.parse(textOf(amount, 'amount'), currency, 'amount');
    if (total.minorUnits < 0n) throw new InvalidInput('amount', 'must not be negative');
    const parsed = listOf(shares, 'shares').map((share, i) => {
      const path = `shares[${i}]`;
      const { party, weight } = fieldsOf(share, ['party', 'weight'], path);
      const fraction = parseFraction(weight, `${path}.weight`);
      if (fraction.numerator < 0n) throw new InvalidInput(`${path}.weight`, 'must not be negative');
      return { party: textOf(party, `${path}.party`), fraction };
    });
    if (!parsed.some(({ fraction }) => fraction.numerator > 0n))
      throw new InvalidInput('shares', 'must hold a weight above zero');
    if (new Set(parsed.map(({ party }) => party)).size < parsed.length)
      throw new InvalidInput('shares', 'must not name a party twice');
    const weights = commonWeights(parsed.map(({ fraction }) => fraction));
    const portions = allocate(
      total,
      parsed.map(({ party }, i) => ({ party, weight: weights[i] ?? 0n })),
    );
    return {
      result: {
        portions: portions.map(({ party, amount: portion }) => ({ party, amount: portion.toDecimal() })),
      },
      isSo: true,
    };
  },
};
