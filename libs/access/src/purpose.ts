/** What data may be asked for. A grant is for one of them; the briefing's 贷前审查, 贷中放款, 贷后跟踪 are the first three. */
export enum Purpose {
  LOAN_ORIGINATION = 'LOAN_ORIGINATION',
  LOAN_DISBURSEMENT = 'LOAN_DISBURSEMENT',
  LOAN_MONITORING = 'LOAN_MONITORING',
  UNDERWRITING = 'UNDERWRITING',
  CLAIMS = 'CLAIMS',
  MEDICAL_CARE = 'MEDICAL_CARE',
  RESEARCH = 'RESEARCH',
}
