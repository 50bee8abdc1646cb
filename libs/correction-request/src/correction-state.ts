/** How far a request for correction has come, 青岛市公共数据管理办法 (令299号) Art. 17. */
export enum CorrectionRequestState {
  AT_BUREAU = 'AT_BUREAU',
  RECEIVED = 'RECEIVED',
  PREPARED = 'PREPARED',
  ANSWERED = 'ANSWERED',
  WITHDRAWN = 'WITHDRAWN',
}

/** What the holding body answers. */
export enum CorrectionOutcome {
  CORRECTED = 'CORRECTED',
  DECLINED = 'DECLINED',
  NOT_HELD = 'NOT_HELD',
}
