import { InvalidInput } from '#libs/foundation';
import { type Arithmetic, decimalOf, DOUBLE, EXACT, type Fraction } from '#libs/money';

import { fields, number } from '../inputs.ts';
import { defineMethod } from '../method.ts';
import { costFields, type CostTerms, explainCost, netCost } from './replacement-cost.ts';

interface FeeTerms<N> extends CostTerms<N> {
  readonly buyerCapacity: N;
  readonly sellerCapacity: N;
  readonly opportunityCost: N;
}

/** k = q_buyer/(q_buyer+q_seller). */
function costShare<N>({ buyerCapacity, sellerCapacity }: FeeTerms<N>, a: Arithmetic<N>): N {
  const capacity = a.plus(buyerCapacity, sellerCapacity);
  if (a.sign(capacity) <= 0)
    throw new InvalidInput('buyerCapacity', 'must give a capacity above zero, with sellerCapacity');
  return a.over(buyerCapacity, capacity);
}

const fee = <N>(terms: FeeTerms<N>, a: Arithmetic<N>) =>
  a.plus(a.times(netCost(terms, a), costShare(terms, a)), terms.opportunityCost);

/** F10: the least a licence is to cost, C_net·k + opportunity cost. */
export const minimumLicenceFee = defineMethod<FeeTerms<Fraction>, FeeTerms<number>>({
  id: 'minimum-licence-fee',
  version: 1,
  source: '《资产评估学教程》: 最低收费额',
  measure: 'AMOUNT',
  approach: 'COST',
  inputs: fields({
    ...costFields,
    buyerCapacity: number({ atLeast: 0 }),
    sellerCapacity: number({ atLeast: 0 }),
    opportunityCost: number({ atLeast: 0 }),
  }),
  value: (terms) => fee(terms, EXACT),
  estimate: (terms) => fee(terms, DOUBLE),
  explain: (terms) => ({
    ...explainCost(terms),
    costShare: decimalOf(costShare(terms, EXACT)),
    fee: decimalOf(fee(terms, EXACT)),
  }),
});
