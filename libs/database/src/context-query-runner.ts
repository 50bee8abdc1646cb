import { escapeLiteral } from 'pg';
import { PostgresQueryRunner } from 'typeorm/driver/postgres/PostgresQueryRunner.js';

import { invariant } from '#libs/foundation';

import type { SecurityContext } from './security-context.ts';

const ROLE = /^[A-Z][A-Z_]*$/;

/** A query runner whose transactions begin with a security context, and whose connection never carries one onwards. */
export class ContextQueryRunner extends PostgresQueryRunner {
  /**
   * Begins a READ COMMITTED transaction in `context`, in one round trip.
   *
   * The context ends with the transaction, because it is set locally: whoever gets the connection next has none.
   */
  async begin({ partyId, roles }: SecurityContext): Promise<void> {
    invariant(
      roles.every((role) => ROLE.test(role)),
      `Roles must be words in capitals: ${roles.join()}`,
    );
    const party = `set_config('app.party_id', ${escapeLiteral(partyId ?? '')}, true)`;
    await this.query(
      `BEGIN ISOLATION LEVEL READ COMMITTED; SELECT ${party}, set_config('app.roles', '${roles.join()}', true)`,
    );
    this.isTransactionActive = true;
    this.transactionDepth = 1;
  }

  /** Closes the connection instead of handing it back: for one whose transaction may still be open. */
  async discard(): Promise<void> {
    const { releaseCallback } = this;
    if (releaseCallback) {
      this.releaseCallback = () => {
        releaseCallback(new Error('The transaction may still be open'));
      };
    }
    await this.release();
  }
}
