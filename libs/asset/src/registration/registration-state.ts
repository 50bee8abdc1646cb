/** Stages of an application on track A, 公共数据资源登记管理暂行办法 (发改数据规〔2025〕26号) Art. 9–13. */
export enum RegistrationState {
  DRAFT = 'DRAFT',
  SUBMITTED = 'SUBMITTED',
  RETURNED = 'RETURNED',
  NOT_ACCEPTED = 'NOT_ACCEPTED',
  ACCEPTED = 'ACCEPTED',
  PUBLICIZED = 'PUBLICIZED',
  REFUSED = 'REFUSED',
  CODED = 'CODED',
  CANCELLED = 'CANCELLED',
  TERMINATED = 'TERMINATED',
  WITHDRAWN = 'WITHDRAWN',
}

/** 登记类型, Art. 9 and 15. */
export enum RegistrationType {
  FIRST = 'FIRST',
  CHANGE = 'CHANGE',
  CORRECTION = 'CORRECTION',
  CANCELLATION = 'CANCELLATION',
  RENEWAL = 'RENEWAL',
}

/** What gives occasion to a change or to a cancellation, Art. 9. */
export enum RegistrationGround {
  SOURCE = 'SOURCE',
  RESOURCE = 'RESOURCE',
  PRODUCT_OR_SERVICE = 'PRODUCT_OR_SERVICE',
  EVIDENCE = 'EVIDENCE',
  SUBJECT = 'SUBJECT',
  DATA_LOST = 'DATA_LOST',
  RIGHT_WAIVED_OR_EXPIRED = 'RIGHT_WAIVED_OR_EXPIRED',
  SUBJECT_ENDED = 'SUBJECT_ENDED',
  OTHER = 'OTHER',
}

/** The grounds that each type asks for; none: it takes none. */
export const GROUNDS: Readonly<Record<RegistrationType, readonly `${RegistrationGround}`[]>> = {
  FIRST: [],
  CHANGE: ['SOURCE', 'RESOURCE', 'PRODUCT_OR_SERVICE', 'EVIDENCE', 'SUBJECT'],
  CORRECTION: [],
  CANCELLATION: ['DATA_LOST', 'RIGHT_WAIVED_OR_EXPIRED', 'SUBJECT_ENDED', 'OTHER'],
  RENEWAL: [],
};
