import { Logger, type OnApplicationShutdown } from '@nestjs/common';
import { Pool, type PoolConfig } from 'pg';

/**
 * Connections of its own for the hot path, past TypeORM, so that slow transactions never hold it up.
 *
 * Statements run without a security context: row-level security shows them nothing by itself. Losing the server breaks
 * the statements under way and nothing else.
 */
export class PgPool extends Pool implements OnApplicationShutdown {
  constructor(config: PoolConfig) {
    super(config);
    const logger = new Logger(PgPool.name);
    const report = (error: Error) => {
      // A connection that is closing anyway may still hear that its server stops.
      if (!this.ending) logger.warn(`Connection lost: ${error.message}`);
    };
    // The pool listens to idle connections only; an error on one that is in use would end the process.
    this.on('connect', (client) => client.on('error', report));
    this.on('error', report);
  }

  async onApplicationShutdown(): Promise<void> {
    await this.end();
  }
}
