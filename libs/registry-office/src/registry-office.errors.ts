import { DomainError } from '#libs/foundation';

const LAW = '国数综政策〔2026〕35号';

/** There is no such file for the caller: it is not there, or not open to it. */
export class FileNotFound extends DomainError {
  readonly code = 'FILE_NOT_FOUND';

  constructor(path: string) {
    super('There is no file under this that your party could ask for', { path, rule: `${LAW} Art. 30` });
  }
}

export class FileOpenAnyway extends DomainError {
  readonly code = 'FILE_OPEN_ANYWAY';

  constructor(path: string) {
    super('The file is your party’s own, and open to it', { path, rule: `${LAW} Art. 30` });
  }
}

export class InspectionRequestedAlready extends DomainError {
  readonly code = 'INSPECTION_REQUESTED_ALREADY';

  constructor(path: string) {
    super('Your party has asked for this file, and the registry has not decided', {
      path,
      rule: `${LAW} Art. 30; one request at a time is ours`,
    });
  }
}

export class InspectionRequestNotFound extends DomainError {
  readonly code = 'INSPECTION_REQUEST_NOT_FOUND';

  constructor() {
    super('There is no undecided request with this id that you may decide', {
      path: 'requestId',
      rule: `${LAW} Art. 30: the registry that keeps the file decides, once`,
    });
  }
}

export class YearlyReportNotDue extends DomainError {
  readonly code = 'YEARLY_REPORT_NOT_DUE';

  constructor() {
    super('Your registry owes no report of this year, or the year is not over', {
      path: 'year',
      rule: `${LAW} Art. 11: by 31 March of the next year`,
    });
  }
}

export class YearlyReportSubmitted extends DomainError {
  readonly code = 'YEARLY_REPORT_SUBMITTED';

  constructor() {
    super('The report was submitted, and stays as it is', { path: 'year', rule: `${LAW} Art. 11` });
  }
}

/** What would be submitted is not what the submitter has read. */
export class YearlyReportNotAsRead extends DomainError {
  readonly code = 'YEARLY_REPORT_NOT_AS_READ';

  constructor() {
    super('No report with this hash is prepared: read it as it is now', {
      path: 'sha256',
      rule: 'ours: submitted is what was read',
    });
  }
}
