import { DomainError } from '#libs/foundation';

export class UsageGrantNotFound extends DomainError {
  readonly code = 'USAGE_GRANT_NOT_FOUND';

  constructor() {
    super('Your party has no usage grant with this id', { path: 'usageGrantId' });
  }
}

export class UsageGrantFrozen extends DomainError {
  readonly code = 'USAGE_GRANT_FROZEN';

  constructor() {
    super('The usage grant is stopped for now', { path: 'usageGrantId' });
  }
}

export class UsageGrantNotYetValid extends DomainError {
  readonly code = 'USAGE_GRANT_NOT_YET_VALID';

  constructor() {
    super('The usage grant is not valid yet', { path: 'usageGrantId' });
  }
}

export class UsageGrantExpired extends DomainError {
  readonly code = 'USAGE_GRANT_EXPIRED';

  constructor() {
    super('The usage grant has expired', { path: 'usageGrantId' });
  }
}

export class UsageQuotaExceeded extends DomainError {
  readonly code = 'USAGE_QUOTA_EXCEEDED';

  constructor() {
    super('The quota of the usage grant is used up', { path: 'usageGrantId' });
  }
}

export class PurposeNotGranted extends DomainError {
  readonly code = 'PURPOSE_NOT_GRANTED';

  constructor() {
    super('The usage grant is for another purpose', {
      path: 'purpose',
      rule: 'PIPL Art. 6: bound to the purpose',
    });
  }
}

export class FieldNotGranted extends DomainError {
  readonly code = 'FIELD_NOT_GRANTED';

  constructor() {
    super('A field is not among those that the usage grant names', { path: 'fields' });
  }
}

export class ConsentMissing extends DomainError {
  readonly code = 'CONSENT_MISSING';

  constructor() {
    super('The person has not consented to you and this purpose', {
      path: 'subject',
      rule: 'PIPL Art. 23, 29',
    });
  }
}

export class SubjectNotFound extends DomainError {
  readonly code = 'SUBJECT_NOT_FOUND';

  constructor() {
    super('The data has no such subject', { path: 'subject' });
  }
}

/** More calls wait than the gateway takes; come again. */
export class GatewayBusy extends DomainError {
  readonly code = 'GATEWAY_BUSY';

  constructor() {
    super('Too many calls are waiting: try again in a moment');
  }
}
