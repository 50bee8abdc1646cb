import { DomainError } from '#libs/foundation';

/** Another process runs the exchange whose data lie in this folder. */
export class DataDirInUse extends DomainError {
  readonly code = 'DATA_DIR_IN_USE';

  constructor(dataDir: string, pid: number) {
    super(`${dataDir} is in use by process ${pid}. Stop it first, or set DATA_DIR to another folder.`);
  }
}

/** The server is older than the oldest that the exchange is tested with. */
export class DatabaseTooOld extends DomainError {
  readonly code = 'DATABASE_TOO_OLD';

  constructor(version: string) {
    super(`PostgreSQL ${version} is too old: 15 to 18 are supported`);
  }
}

/** The migrations that were applied are not those of this program. Nothing has been changed. */
export class MigrationMismatch extends DomainError {
  readonly code = 'MIGRATION_MISMATCH';
}

/** The embedded server did not start; its own words are in the log file named. */
export class PostgresDidNotStart extends DomainError {
  readonly code = 'POSTGRES_DID_NOT_START';
}
