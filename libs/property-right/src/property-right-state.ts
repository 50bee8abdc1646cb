/** Stages of an application on track B, 数据产权登记工作指引(试行) (国数综政策〔2026〕35号) Art. 17–28. */
export enum PropertyRightState {
  DRAFT = 'DRAFT',
  SUBMITTED = 'SUBMITTED',
  RETURNED = 'RETURNED',
  NOT_ACCEPTED = 'NOT_ACCEPTED',
  ACCEPTED = 'ACCEPTED',
  SUPPLEMENTING = 'SUPPLEMENTING',
  EXAMINED = 'EXAMINED',
  PUBLICIZED = 'PUBLICIZED',
  REFUSED = 'REFUSED',
  CERTIFIED = 'CERTIFIED',
  CANCELLED = 'CANCELLED',
  TERMINATED = 'TERMINATED',
  WITHDRAWN = 'WITHDRAWN',
}

/** 登记类型, Art. 32. */
export enum PropertyRightType {
  INITIAL = 'INITIAL',
  TRANSFER = 'TRANSFER',
  CHANGE = 'CHANGE',
  RENEWAL = 'RENEWAL',
  CANCELLATION = 'CANCELLATION',
}

/** Why a registration is refused, Art. 22; what was not supplemented in time is ours. */
export enum RefusalGround {
  HARM = 'HARM',
  UNLAWFUL_SOURCE = 'UNLAWFUL_SOURCE',
  UNRESOLVED_DISPUTE = 'UNRESOLVED_DISPUTE',
  CONCEALMENT_OR_FALSE_PROOF = 'CONCEALMENT_OR_FALSE_PROOF',
  NOT_SUPPLEMENTED = 'NOT_SUPPLEMENTED',
  OTHER_LAW = 'OTHER_LAW',
}
