import { DomainError } from '#libs/foundation';

const ART_17 = '青岛市公共数据管理办法 (令299号) Art. 17';

export class CorrectionRequestNotFound extends DomainError {
  readonly code = 'CORRECTION_REQUEST_NOT_FOUND';

  constructor() {
    super('There is no correction request with this id that you may act on', {
      path: 'correctionRequestId',
      rule: `${ART_17}: the body that holds the data answers`,
    });
  }
}

/** The act is none of those that the state of the request allows. */
export class CorrectionRequestNotInState extends DomainError {
  readonly code = 'CORRECTION_REQUEST_NOT_IN_STATE';

  constructor(act: string, state: string, rule: string) {
    super(`${act} cannot be done to a correction request that is ${state}`, {
      path: 'correctionRequestId',
      rule: `青岛市公共数据管理办法 (令299号) ${rule}`,
    });
  }
}

/** What is asked about must be of the body that is asked. */
export class CorrectionDataNotFound extends DomainError {
  readonly code = 'CORRECTION_DATA_NOT_FOUND';

  constructor(path: string) {
    super('The body that is asked holds no such data', {
      path,
      rule: `${ART_17}: the request goes to the body that holds the data`,
    });
  }
}

export class CorrectionEvidenceNotFound extends DomainError {
  readonly code = 'CORRECTION_EVIDENCE_NOT_FOUND';

  constructor(path: string) {
    super('Your party has sent no such file', { path, rule: ART_17 });
  }
}

export class CorrectionExtensionNotPossible extends DomainError {
  readonly code = 'CORRECTION_EXTENSION_NOT_POSSIBLE';

  constructor(why: string) {
    super(why, {
      path: 'correctionRequestId',
      rule: `${ART_17}: five working days, ten in all if it is complex`,
    });
  }
}

/** A chief gives the answer that it has seen, not one that was prepared since. */
export class CorrectionAnswerNotCurrent extends DomainError {
  readonly code = 'CORRECTION_ANSWER_NOT_CURRENT';

  constructor(number: number) {
    super(`Answer ${number} is the one that was prepared last`, {
      path: 'answerNumber',
      rule: 'separation of duties',
    });
  }
}

export class CorrectionVersionUnfit extends DomainError {
  readonly code = 'CORRECTION_VERSION_UNFIT';

  constructor() {
    super('Your party has no confirmed version of the data in question that is newer than the request', {
      path: 'datasetVersionId',
      rule: `${ART_17}: what is corrected is shown`,
    });
  }
}
