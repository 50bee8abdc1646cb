import { DomainError } from '#libs/foundation';

export class UsccTaken extends DomainError {
  readonly code = 'USCC_TAKEN';

  constructor(uscc: string) {
    super(`A party with the unified social credit code ${uscc} is registered`, { path: 'uscc' });
  }
}

/** A sample exchange's clock may be advanced; real parties must not live on such time, nor sample ones elsewhere. */
export class PartyOfOtherWorld extends DomainError {
  readonly code = 'PARTY_OF_OTHER_WORLD';

  constructor(message: string) {
    super(message, { path: 'isSample', rule: 'legal periods are never shortened' });
  }
}

export class ClockNotAdvanceable extends DomainError {
  readonly code = 'CLOCK_NOT_ADVANCEABLE';

  constructor(message: string) {
    super(message, { path: 'to', rule: 'legal periods are never shortened' });
  }
}
