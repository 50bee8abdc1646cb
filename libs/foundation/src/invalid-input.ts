import { DomainError } from './domain-error.ts';

/** Input of the right shape whose value breaks a rule. */
export class InvalidInput extends DomainError {
  readonly code = 'INVALID_INPUT';

  constructor(path: string, rule: string, message = `${path}: ${rule}`) {
    super(message, { path, rule });
  }
}
