import { DomainError } from '#libs/foundation';

export class ColumnOfRuleUnknown extends DomainError {
  readonly code = 'COLUMN_OF_RULE_UNKNOWN';

  constructor(column: string, path: string) {
    super(`The newest confirmed version has no column ${column}`, { path });
  }
}

/** The rule asks for what cannot be seen in the stored data. */
export class QualityRuleNotMeasurable extends DomainError {
  readonly code = 'QUALITY_RULE_NOT_MEASURABLE';

  constructor(path: string, rule: string) {
    super(`Cannot be measured: ${rule}`, { path, rule });
  }
}

export class QualityRuleExists extends DomainError {
  readonly code = 'QUALITY_RULE_EXISTS';

  constructor(path: string) {
    super('The dataset has this rule already', { path });
  }
}

export class TooManyQualityRules extends DomainError {
  readonly code = 'TOO_MANY_QUALITY_RULES';

  constructor(limit: number) {
    super(`A dataset has at most ${limit} rules`, {
      path: 'rules',
      rule: `at most ${limit} that are not retired`,
    });
  }
}

export class QualityRuleNotFound extends DomainError {
  readonly code = 'QUALITY_RULE_NOT_FOUND';

  constructor() {
    super('Your party has no rule with this id that is not retired', { path: 'ruleId' });
  }
}

export class NoQualityRules extends DomainError {
  readonly code = 'NO_QUALITY_RULES';

  constructor() {
    super('The dataset has no rules to be measured by', { path: 'datasetVersionId' });
  }
}

/** Nothing of it was kept. */
export class MeasurementTooLong extends DomainError {
  readonly code = 'MEASUREMENT_TOO_LONG';

  constructor(seconds: number) {
    super(`The rules take longer than ${seconds} seconds to measure over this version`, {
      path: 'datasetVersionId',
      rule: `at most ${seconds} seconds: retire rules that compare rows with rows, or measure when less is going on`,
    });
  }
}

/** Which rows a rule has found failing was not kept. */
export class FailingRowsNotKept extends DomainError {
  readonly code = 'FAILING_ROWS_NOT_KEPT';

  constructor() {
    super('Which rows fail is not known: they were counted while they were loaded', {
      path: 'ruleId',
      rule: 'of a personal column only pseudonyms are kept, and they do not show how a value was written',
    });
  }
}

/** A dataset of which no version is confirmed yet, or a version that is not. */
export class DatasetVersionNotConfirmed extends DomainError {
  readonly code = 'DATASET_VERSION_NOT_CONFIRMED';

  constructor(path: string) {
    super('Your party has no confirmed version there', { path });
  }
}

export class ClassificationOpen extends DomainError {
  readonly code = 'CLASSIFICATION_OPEN';

  constructor() {
    super('A level is proposed for this version and not decided on yet', { path: 'datasetVersionId' });
  }
}

export class ClassificationNotFound extends DomainError {
  readonly code = 'CLASSIFICATION_NOT_FOUND';

  constructor() {
    super('Your party has no open proposal with this id', { path: 'classificationId' });
  }
}

export class ClassifierIsSamePerson extends DomainError {
  readonly code = 'CLASSIFIER_IS_SAME_PERSON';

  constructor() {
    super('Who proposed a level does not confirm it', {
      path: 'classificationId',
      rule: 'proposed and confirmed by two persons',
    });
  }
}

/** Nobody has confirmed how sensitive the data are. */
export class DataNotClassified extends DomainError {
  readonly code = 'DATA_NOT_CLASSIFIED';

  constructor(path: string) {
    super('The level of the data is not confirmed', {
      path,
      rule: '数据安全法 Art. 21: data are protected by class and level (ours: before they are listed)',
    });
  }
}

/** The confirmed level of the data does not allow it. */
export class DataLevelForbids extends DomainError {
  readonly code = 'DATA_LEVEL_FORBIDS';

  constructor(message: string, path: string, rule: string) {
    super(message, { path, rule });
  }
}
