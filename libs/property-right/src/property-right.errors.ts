import { DomainError } from '#libs/foundation';

const LAW = '国数综政策〔2026〕35号';
/** What is not found and what is not yours are the same refusal. */
const NOT_YOURS = 'ours: acted on is what is there and one’s own to act on';

/** The data cannot be registered on track B at all. */
export class NotRegistrable extends DomainError {
  readonly code = 'NOT_REGISTRABLE';

  constructor(message: string, path: string, rule: string) {
    super(message, { path, rule });
  }
}

/** The source of the data does not give these rights. */
export class RightsNotAllowed extends DomainError {
  readonly code = 'RIGHTS_NOT_ALLOWED';

  constructor(message: string, path: string) {
    super(message, { path, rule: `${LAW} Art. 21` });
  }
}

export class TrackACodeNeeded extends DomainError {
  readonly code = 'TRACK_A_CODE_NEEDED';

  constructor() {
    super('A product of authorised operation is registered as a public data resource first', {
      path: 'form.dataClass',
      rule: `${LAW} Art. 15`,
    });
  }
}

export class PropertyRightNotFound extends DomainError {
  readonly code = 'PROPERTY_RIGHT_NOT_FOUND';

  constructor() {
    super('There is no property right application with this id that you may act on', {
      path: 'registrationId',
      rule: NOT_YOURS,
    });
  }
}

/** The act is none of those that the state and the type of the application allow. */
export class PropertyRightNotInState extends DomainError {
  readonly code = 'PROPERTY_RIGHT_NOT_IN_STATE';

  constructor(act: string, type: string, state: string, rule: string) {
    super(`${act} cannot be done to an application of type ${type} that is ${state}`, {
      path: 'registrationId',
      rule: `${LAW} ${rule}`,
    });
  }
}

export class AcceptedBySilence extends DomainError {
  readonly code = 'ACCEPTED_BY_SILENCE';

  constructor(due: string) {
    super(`Nobody had decided by the end of ${due}: the application counts as accepted`, {
      path: 'registrationId',
      rule: `${LAW} Art. 17`,
    });
  }
}

export class CurePeriodOver extends DomainError {
  readonly code = 'CURE_PERIOD_OVER';

  constructor(until: string) {
    super(`What was returned could be completed to the end of ${until}; it is applied for anew`, {
      path: 'registrationId',
      rule: `${LAW} Art. 17`,
    });
  }
}

/** Who holds a right, before or after, files together with the applicant. */
export class FilersNotJoined extends DomainError {
  readonly code = 'FILERS_NOT_JOINED';

  constructor(names: readonly string[]) {
    super(`Not agreed yet: ${names.join('、')}`, { path: 'registrationId', rule: `${LAW} Art. 14, 34` });
  }
}

/** Nobody is asked to join this, or something else than what was agreed to is filed. */
export class NothingToJoin extends DomainError {
  readonly code = 'NOTHING_TO_JOIN';

  constructor() {
    super('Your party is not asked to join an application with this id and this form', {
      path: 'filingSha256',
      rule: `${LAW} Art. 14, 34: who files together agrees to what is filed`,
    });
  }
}

export class ExaminationNotExtendable extends DomainError {
  readonly code = 'EXAMINATION_NOT_EXTENDABLE';

  constructor(why: string) {
    super(why, { path: 'registrationId', rule: `${LAW} Art. 28: once, by ten working days at most` });
  }
}

export class TitleExists extends DomainError {
  readonly code = 'TITLE_EXISTS';

  constructor() {
    super('The property rights in this data are registered, or an application is under way', {
      path: 'datasetVersionId',
      rule: `${LAW} Art. 32: what is registered is transferred, changed, renewed or cancelled`,
    });
  }
}

export class TitleNotFound extends DomainError {
  readonly code = 'TITLE_NOT_FOUND';

  constructor() {
    super('Your party holds no registered right in this asset', {
      path: 'assetId',
      rule: NOT_YOURS,
    });
  }
}

export class TitleEncumbered extends DomainError {
  readonly code = 'TITLE_ENCUMBERED';

  constructor() {
    super('The title is pledged, contributed as capital or frozen, and not released', {
      path: 'registrationId',
      rule: `${LAW} Art. 23, 31`,
    });
  }
}

export class PropertyRightUnderWay extends DomainError {
  readonly code = 'PROPERTY_RIGHT_UNDER_WAY';

  constructor() {
    super('The title has an application that is not decided yet', {
      path: 'assetId',
      rule: 'ours: one application at a time about a title',
    });
  }
}

export class PropertyRightRenewalNotOpen extends DomainError {
  readonly code = 'PROPERTY_RIGHT_RENEWAL_NOT_OPEN';

  constructor(first: string, last: string) {
    super(`A renewal can be filed from ${first} to ${last}`, {
      path: 'registrationId',
      rule: `${LAW} Art. 36: from six months before expiry to the day before`,
    });
  }
}

/** The registry has no digits of the certificate code. */
export class AgencyCodeMissing extends DomainError {
  readonly code = 'AGENCY_CODE_MISSING';

  constructor() {
    super('This registry has no region and agency digits, so it gives no certificate codes', {
      rule: `${LAW} Annex 6`,
    });
  }
}

export class AgencyCodeTaken extends DomainError {
  readonly code = 'AGENCY_CODE_TAKEN';

  constructor() {
    super('This registry has a code already, or another has this one', {
      path: 'agency',
      rule: `${LAW} Annex 6`,
    });
  }
}

export class CertificateSerialsExhausted extends DomainError {
  readonly code = 'CERTIFICATE_SERIALS_EXHAUSTED';

  constructor(month: string) {
    super(`All 9999 serials of ${month} are given out`, { rule: `${LAW} Annex 6` });
  }
}

export class EncumbranceNotFound extends DomainError {
  readonly code = 'ENCUMBRANCE_NOT_FOUND';

  constructor() {
    super('There is no encumbrance with this id, in the state for it, that you may act on', {
      path: 'encumbranceId',
      rule: NOT_YOURS,
    });
  }
}

export class LaterObjectionNotPossible extends DomainError {
  readonly code = 'LATER_OBJECTION_NOT_POSSIBLE';

  constructor(why: string) {
    super(why, { path: 'assetId', rule: `${LAW} Art. 29` });
  }
}

/** A registry does not register what is its own. */
export class RegistryOwnData extends DomainError {
  readonly code = 'REGISTRY_OWN_DATA';

  constructor(path: string) {
    super('A registry may not register its own data at itself', { path, rule: `${LAW} Art. 10` });
  }
}

export class RightsNotTransferable extends DomainError {
  readonly code = 'RIGHTS_NOT_TRANSFERABLE';

  constructor(message: string, path: string) {
    super(message, { path, rule: `${LAW} Art. 32, 34` });
  }
}

export class RightsNotChangeable extends DomainError {
  readonly code = 'RIGHTS_NOT_CHANGEABLE';

  constructor() {
    super('A change keeps who has which right; rights move by a transfer', {
      path: 'form.rights',
      rule: `${LAW} Art. 32`,
    });
  }
}
