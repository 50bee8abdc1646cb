import { DomainError } from '#libs/foundation';

/** Who is to appraise is not known to be allowed to on this day. */
export class NotQualified extends DomainError {
  readonly code = 'NOT_QUALIFIED';

  constructor(path: string, why: string, rule: string) {
    super(why, { path, rule });
  }
}

export class QualificationNotFound extends DomainError {
  readonly code = 'QUALIFICATION_NOT_FOUND';

  constructor() {
    super('There is no qualification with this id, or it has ended', { path: 'qualificationId' });
  }
}

export class QualificationNumberTaken extends DomainError {
  readonly code = 'QUALIFICATION_NUMBER_TAKEN';

  constructor() {
    super('Another one of this kind is recorded under this number, and has not ended', { path: 'number' });
  }
}
