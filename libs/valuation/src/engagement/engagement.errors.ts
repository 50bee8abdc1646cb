import { DomainError } from '#libs/foundation';

const LAW = '资产评估法';

export class EngagementNotFound extends DomainError {
  readonly code = 'ENGAGEMENT_NOT_FOUND';

  constructor() {
    super('There is no engagement with this id that you may act on', { path: 'engagementId' });
  }
}

/** The act is none of those that the state of the engagement allows. */
export class EngagementNotInState extends DomainError {
  readonly code = 'ENGAGEMENT_NOT_IN_STATE';

  constructor(act: string, state: string, rule: string) {
    super(`${act} cannot be done to an engagement that is ${state}`, {
      path: 'engagementId',
      rule: `${LAW} ${rule}`,
    });
  }
}

export class AssetNotValuable extends DomainError {
  readonly code = 'ASSET_NOT_VALUABLE';

  constructor(
    message = 'Your party has no registered asset with this id',
    rule = 'what is valued is in the register',
  ) {
    super(message, { path: 'assetId', rule });
  }
}

/** The asset has left the register since it was commissioned, or other data are behind it. */
export class AssetChanged extends DomainError {
  readonly code = 'ASSET_CHANGED';

  constructor() {
    super('The asset is not what was commissioned to be valued any more', {
      path: 'engagementId',
      rule: 'a report is about the data that were registered when it was commissioned',
    });
  }
}

export class FirmUnfit extends DomainError {
  readonly code = 'FIRM_UNFIT';

  constructor(rule: string) {
    super('This party cannot be commissioned with it', { path: 'firmId', rule });
  }
}

/** Who stands to win or to lose by what an asset is worth does not value it. */
export class AppraiserHasInterest extends DomainError {
  readonly code = 'APPRAISER_HAS_INTEREST';

  constructor(path: string, nature: string) {
    super(`Has an interest in a party concerned: ${nature}`, { path, rule: `${LAW} Art. 13(6), 20(4), 24` });
  }
}

export class AppraiserUnfit extends DomainError {
  readonly code = 'APPRAISER_UNFIT';

  constructor(path: string) {
    super('Your party has no appraiser with this id who could be in charge', {
      path,
      rule: `${LAW} Art. 14(5), 24: people of the firm, who are in charge`,
    });
  }
}

export class TooFewAppraisers extends DomainError {
  readonly code = 'TOO_FEW_APPRAISERS';

  constructor(what: string, rule: string) {
    super(`Two different people at least ${what}`, { path: 'personIds', rule: `${LAW} ${rule}` });
  }
}

/** One approach only, without saying why. */
export class MethodsTooFew extends DomainError {
  readonly code = 'METHODS_TOO_FEW';

  constructor() {
    super(
      'Amounts of two of the approaches INCOME, COST and MARKET must weigh something, unless only one is possible, which needs its reason',
      { path: 'methods', rule: `${LAW} Art. 26; that two methods of one approach are one is ours` },
    );
  }
}

/** What somebody approves or signs is the draft that it has seen, not one that was prepared since. */
export class DraftNotCurrent extends DomainError {
  readonly code = 'DRAFT_NOT_CURRENT';

  constructor(number: number) {
    super(`Draft ${number} is the one that was prepared last`, {
      path: 'draftNumber',
      rule: 'separation of duties',
    });
  }
}

export class ReportNotFound extends DomainError {
  readonly code = 'REPORT_NOT_FOUND';

  constructor() {
    super('There is no delivered report of this engagement that you may act on', { path: 'engagementId' });
  }
}

export class ReportNotToBeFiled extends DomainError {
  readonly code = 'REPORT_NOT_TO_BE_FILED';

  constructor(why: string) {
    super(why, {
      path: 'engagementId',
      rule: 'an appraisal of what the state owns is filed once, while it is valid',
    });
  }
}

/** What a pledge or a contribution is said to rest on does not carry it. */
export class ReportNotUsable extends DomainError {
  readonly code = 'REPORT_NOT_USABLE';

  constructor(why: string) {
    super(why, {
      path: 'valuationReportId',
      rule: '资产评估法 Art. 32: used for what it is made for, while it is valid; 公司法 Art. 48',
    });
  }
}

export class FilingNumberTaken extends DomainError {
  readonly code = 'FILING_NUMBER_TAKEN';

  constructor() {
    super('Another report is filed under this number', { path: 'number' });
  }
}

export class InterestExists extends DomainError {
  readonly code = 'INTEREST_EXISTS';

  constructor() {
    super('Your firm has declared this interest, and it has not ended', { path: 'nature' });
  }
}

export class InterestNotFound extends DomainError {
  readonly code = 'INTEREST_NOT_FOUND';

  constructor() {
    super('Your firm has declared no such interest, or it has ended', { path: 'interestId' });
  }
}
