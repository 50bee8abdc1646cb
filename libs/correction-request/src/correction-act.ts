import type { CorrectionRequestState } from './correction-state.ts';

/** What can be done about a request for correction once it is filed. */
export type CorrectionAct = 'FORWARD' | 'PREPARE' | 'EXTEND' | 'ANSWER' | 'WITHDRAW';

export interface CorrectionActRow {
  readonly from: readonly `${CorrectionRequestState}`[];
  /** Null: it stays where it is. */
  readonly to: `${CorrectionRequestState}` | null;
  /** Whose act it is. */
  readonly by: 'ASKER' | 'BUREAU' | 'HOLDER';
  /** Whether the period under way ends with it. */
  readonly endsPeriod: boolean;
  /** Of 青岛市公共数据管理办法 (令299号); ours where it says so. */
  readonly rule: string;
}

/** Art. 17 in one table: every act that is not in a row's `from` is refused. Being late forbids nothing but extending. */
export const CORRECTION: Readonly<Record<CorrectionAct, CorrectionActRow>> = {
  FORWARD: { from: ['AT_BUREAU'], to: 'RECEIVED', by: 'BUREAU', endsPeriod: true, rule: 'Art. 17' },
  PREPARE: {
    from: ['RECEIVED', 'PREPARED'],
    to: 'PREPARED',
    by: 'HOLDER',
    endsPeriod: false,
    rule: 'ours: an answer is prepared before it is given, and may be prepared anew',
  },
  EXTEND: { from: ['RECEIVED', 'PREPARED'], to: null, by: 'HOLDER', endsPeriod: false, rule: 'Art. 17' },
  ANSWER: { from: ['PREPARED'], to: 'ANSWERED', by: 'HOLDER', endsPeriod: true, rule: 'Art. 17' },
  WITHDRAW: {
    from: ['AT_BUREAU', 'RECEIVED', 'PREPARED'],
    to: 'WITHDRAWN',
    by: 'ASKER',
    endsPeriod: true,
    rule: 'ours: an asker may let go of what is not answered',
  },
};

export function isAllowed(act: CorrectionAct, state: CorrectionRequestState): boolean {
  return CORRECTION[act].from.includes(state);
}
