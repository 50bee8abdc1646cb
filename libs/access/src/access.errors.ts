import { DomainError } from '#libs/foundation';

export class ListingNotFound extends DomainError {
  readonly code = 'LISTING_NOT_FOUND';

  constructor() {
    super('There is no live listing with this id', { path: 'listingId' });
  }
}

export class AccessRequestNotFound extends DomainError {
  readonly code = 'ACCESS_REQUEST_NOT_FOUND';

  constructor() {
    super('There is no access request with this id that you may decide', { path: 'accessRequestId' });
  }
}

export class AccessRequestDecided extends DomainError {
  readonly code = 'ACCESS_REQUEST_DECIDED';

  constructor(state: string) {
    super(`The access request is ${state} already`, { path: 'accessRequestId' });
  }
}

/** Who asks must not decide: neither the person nor its party. */
export class ReviewerIsRequester extends DomainError {
  readonly code = 'REVIEWER_IS_REQUESTER';

  constructor() {
    super('Who asks for access does not decide about it', { rule: 'separation of duties' });
  }
}

export class UsageGrantUnknown extends DomainError {
  readonly code = 'USAGE_GRANT_UNKNOWN';

  constructor() {
    super('There is no usage grant with this id', { path: 'usageGrantId' });
  }
}

export class ConsentNotFound extends DomainError {
  readonly code = 'CONSENT_NOT_FOUND';

  constructor() {
    super('There is no live consent with this id that you may withdraw', { path: 'consentId' });
  }
}

export class ConsentExists extends DomainError {
  readonly code = 'CONSENT_EXISTS';

  constructor() {
    super('The person has consented to this product, recipient and purpose', { path: 'subject' });
  }
}
