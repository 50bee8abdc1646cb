import { DomainError } from '#libs/foundation';

/** The request shows no credential, or one that is not valid (any more). Never says which. */
export class Unauthenticated extends DomainError {
  readonly code = 'UNAUTHENTICATED';

  constructor() {
    super('Sign in first, or show a valid access token or API key', { rule: 'deny unless allowed' });
  }
}

/** The actor is known and may not do this. */
export class Forbidden extends DomainError {
  readonly code = 'FORBIDDEN';

  constructor(field: string) {
    super(`You may not use ${field}`, { rule: 'deny unless allowed' });
  }
}

/** Unknown login, wrong password or a person who has left: the same refusal. */
export class SignInRefused extends DomainError {
  readonly code = 'SIGN_IN_REFUSED';

  constructor() {
    super('The login or the password is wrong');
  }
}

/** The refresh token is unknown, expired, signed out, or was used before; in the last case its whole family ends. */
export class SessionEnded extends DomainError {
  readonly code = 'SESSION_ENDED';

  constructor() {
    super('The session has ended: sign in again', { path: 'refreshToken' });
  }
}

export class LoginTaken extends DomainError {
  readonly code = 'LOGIN_TAKEN';

  constructor(login: string) {
    super(`The login ${login} is taken`, { path: 'login' });
  }
}

export class ApiKeyNotFound extends DomainError {
  readonly code = 'API_KEY_NOT_FOUND';

  constructor() {
    super('Your party has no such API key', { path: 'apiKeyId' });
  }
}

/** A key's roles are a part of its maker's. */
export class RoleNotYours extends DomainError {
  readonly code = 'ROLE_NOT_YOURS';

  constructor(role: string) {
    super(`You do not hold the role ${role}`, {
      path: 'roles',
      rule: 'a key has no more roles than its maker',
    });
  }
}
