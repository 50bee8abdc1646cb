import { describe, expect, it } from '@jest/globals';

import { CORRECTION, type CorrectionAct, CorrectionProposalState } from './correction-act.ts';

const acts = Object.keys(CORRECTION) as CorrectionAct[];

describe('a correction that an interested party proposes', () => {
  it('goes these ways and no other', () => {
    const ways = Object.values(CorrectionProposalState).flatMap((state) =>
      acts
        .filter((act) => CORRECTION[act].from.includes(state))
        .map((act) => `${state} ${act} ${CORRECTION[act].to} by the ${CORRECTION[act].by}`),
    );

    expect(ways).toEqual([
      'PROPOSED CONSENT CONSENTED by the HOLDER',
      'PROPOSED DECLINE DECLINED by the HOLDER',
      'PROPOSED BRING BROUGHT by the PROPOSER',
      'PROPOSED WITHDRAW WITHDRAWN by the PROPOSER',
      'CONSENTED TAKE_BACK DECLINED by the HOLDER',
      'DECLINED BRING BROUGHT by the PROPOSER',
      'DECLINED WITHDRAW WITHDRAWN by the PROPOSER',
      'BROUGHT DISMISS DISMISSED by the REGISTRY',
      'BROUGHT ORDER ORDERED by the REGISTRY',
      'BROUGHT WITHDRAW WITHDRAWN by the PROPOSER',
    ]);
  });
});
