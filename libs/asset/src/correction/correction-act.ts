/** How far a correction has come that an interested party proposes (更正, 发改数据规〔2025〕26号 Art. 9). */
export enum CorrectionProposalState {
  PROPOSED = 'PROPOSED',
  CONSENTED = 'CONSENTED',
  DECLINED = 'DECLINED',
  BROUGHT = 'BROUGHT',
  DISMISSED = 'DISMISSED',
  ORDERED = 'ORDERED',
  WITHDRAWN = 'WITHDRAWN',
  MOOT = 'MOOT',
}

/** What can be done about a proposal; that it falls away with what is registered is no act of anybody. */
export type CorrectionAct = 'CONSENT' | 'DECLINE' | 'TAKE_BACK' | 'BRING' | 'DISMISS' | 'ORDER' | 'WITHDRAW';

export interface CorrectionRow {
  readonly from: readonly `${CorrectionProposalState}`[];
  readonly to: `${CorrectionProposalState}`;
  readonly by: 'PROPOSER' | 'HOLDER' | 'REGISTRY';
  /** Of 发改数据规〔2025〕26号; the rule says on what a correction is made, not how one gets there: the steps are ours. */
  readonly rule: string;
}

const CONSENT = '发改数据规〔2025〕26号 Art. 9: on the written consent of the subject';
const PROOF = '发改数据规〔2025〕26号 Art. 9: or on proof';

/** Every act that is not in a row's `from` is refused. */
export const CORRECTION: Readonly<Record<CorrectionAct, CorrectionRow>> = {
  CONSENT: { from: ['PROPOSED'], to: 'CONSENTED', by: 'HOLDER', rule: CONSENT },
  DECLINE: { from: ['PROPOSED'], to: 'DECLINED', by: 'HOLDER', rule: CONSENT },
  // Withdrawing the application that a consent has led to is declining after all.
  TAKE_BACK: { from: ['CONSENTED'], to: 'DECLINED', by: 'HOLDER', rule: CONSENT },
  // From PROPOSED once the time to answer is over.
  BRING: { from: ['PROPOSED', 'DECLINED'], to: 'BROUGHT', by: 'PROPOSER', rule: PROOF },
  DISMISS: { from: ['BROUGHT'], to: 'DISMISSED', by: 'REGISTRY', rule: PROOF },
  ORDER: { from: ['BROUGHT'], to: 'ORDERED', by: 'REGISTRY', rule: PROOF },
  WITHDRAW: {
    from: ['PROPOSED', 'DECLINED', 'BROUGHT'],
    to: 'WITHDRAWN',
    by: 'PROPOSER',
    rule: 'ours: who proposes may let go of it while nobody has acted on it',
  },
};
