import { DomainError } from '#libs/foundation';

export class DatasetNotRegistrable extends DomainError {
  readonly code = 'DATASET_NOT_REGISTRABLE';

  constructor() {
    super('Your party has no confirmed dataset version with this id', {
      path: 'datasetVersionId',
      rule: 'data is evidenced before it is registered',
    });
  }
}

export class AssetExists extends DomainError {
  readonly code = 'ASSET_EXISTS';

  constructor() {
    super('An asset was made of this dataset version', { path: 'datasetVersionId' });
  }
}

export class RegistrationNotFound extends DomainError {
  readonly code = 'REGISTRATION_NOT_FOUND';

  constructor() {
    super('There is no registration with this id that you may act on', { path: 'registrationId' });
  }
}

/** The act does not follow from the stage the registration is in. */
export class RegistrationNotInState extends DomainError {
  readonly code = 'REGISTRATION_NOT_IN_STATE';

  constructor(state: string, act: string) {
    super(`A registration that is ${state} cannot become ${act}`, {
      path: 'registrationId',
      rule: '发改数据规〔2025〕26号 Art. 9–13',
    });
  }
}

/** Maker and checker must be two people. */
export class SamePerson extends DomainError {
  readonly code = 'SAME_PERSON';

  constructor(act: string) {
    super(`The person who ${act} must not decide about it`, { rule: 'separation of duties' });
  }
}

export class PublicityNotOver extends DomainError {
  readonly code = 'PUBLICITY_NOT_OVER';

  constructor(until: string) {
    super(`The publicity runs to the end of ${until}`, {
      path: 'registrationId',
      rule: '发改数据规〔2025〕26号 Art. 12: ten working days',
    });
  }
}
