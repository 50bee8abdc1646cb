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
