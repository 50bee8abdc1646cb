/** Who values, and so what comes out: two things that are easily mixed up. */
export enum ValuationKind {
  EVALUATION = 'EVALUATION',
  APPRAISAL = 'APPRAISAL',
}

/** What a value is asked for; a report is used for nothing else (资产评估法 Art. 32). */
export enum ValuationPurpose {
  PLEDGE = 'PLEDGE',
  CAPITAL_CONTRIBUTION = 'CAPITAL_CONTRIBUTION',
  TRANSFER = 'TRANSFER',
  ACCOUNTING = 'ACCOUNTING',
  PRICING = 'PRICING',
  OTHER = 'OTHER',
}

/** Stages of an engagement; whether a delivered report may still be used is another question. */
export enum EngagementState {
  COMMISSIONED = 'COMMISSIONED',
  ACCEPTED = 'ACCEPTED',
  PREPARED = 'PREPARED',
  REVIEWED = 'REVIEWED',
  DELIVERED = 'DELIVERED',
  DECLINED = 'DECLINED',
  WITHDRAWN = 'WITHDRAWN',
}

/** Whether a delivered report may be used on a day. */
export enum ReportStanding {
  VALID = 'VALID',
  EXPIRED = 'EXPIRED',
  SUPERSEDED = 'SUPERSEDED',
  ASSET_ENDED = 'ASSET_ENDED',
}
