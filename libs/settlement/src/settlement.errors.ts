import { DomainError } from '#libs/foundation';

export class MonthNotOver extends DomainError {
  readonly code = 'MONTH_NOT_OVER';

  constructor(month: string) {
    super(`${month} is not over yet in Asia/Shanghai`, { path: 'month' });
  }
}

export class MonthClosed extends DomainError {
  readonly code = 'MONTH_CLOSED';

  constructor(month: string) {
    super(`${month} is closed already`, { path: 'month' });
  }
}

export class EarlierMonthOpen extends DomainError {
  readonly code = 'EARLIER_MONTH_OPEN';

  constructor(month: string) {
    super(`${month} has usage and is not closed: close it first`, {
      path: 'month',
      rule: 'months close in order',
    });
  }
}
