import { DomainError } from '#libs/foundation';

/** The client id of an earlier command was sent again with other content. */
export class ClientIdReused extends DomainError {
  readonly code = 'CLIENT_ID_REUSED';

  constructor(clientId: string) {
    super(`The client id ${clientId} was used for a command with other content`, {
      path: 'clientId',
      rule: 'one client id, one command',
    });
  }
}

/** An act that bears the name of who did it was sent with an API key. */
export class NotAPerson extends DomainError {
  readonly code = 'NOT_A_PERSON';

  constructor() {
    super('People do this, signed in by name; an API key does not', {
      rule: 'separation of duties: an act bears the name of who did it',
    });
  }
}
