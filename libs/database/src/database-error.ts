import { DatabaseError } from 'pg';
import { QueryFailedError } from 'typeorm';

/** The SQLSTATE PostgreSQL refused a statement with, through TypeORM or not; null for every other error. */
export function sqlStateOf(error: unknown): string | null {
  return databaseErrorIn(error)?.code ?? null;
}

/** The name of the constraint that `error` reports as violated, if it does. */
export function constraintOf(error: unknown): string | null {
  return databaseErrorIn(error)?.constraint ?? null;
}

/** Whether `error` reports a value that is there already; of `constraint` only, when it is given. */
export function isUniqueViolation(error: unknown, constraint?: string): boolean {
  return sqlStateOf(error) === '23505' && (constraint === undefined || constraintOf(error) === constraint);
}

function databaseErrorIn(error: unknown): DatabaseError | null {
  const cause: unknown = error instanceof QueryFailedError ? error.driverError : error;
  return cause instanceof DatabaseError ? cause : null;
}
