import { type DynamicModule, Global, Logger, Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';

import { Clock } from '#libs/foundation';

import { sqlStateOf } from './database-error.ts';
import { ExchangeClock } from './exchange-clock.ts';
import { PgPool } from './pg-pool.ts';
import { TransactionRunner } from './transaction-runner.ts';

export interface DatabaseOptions {
  readonly appUrl: string;
  /** Connections at most, of transactions and of the hot path each. */
  readonly poolSize?: number;
  /** What the server calls our sessions. */
  readonly applicationName?: string;
}

/** No statement, lock or idle transaction holds others up for longer; by default PostgreSQL lets them wait for ever. */
const LIMITS = {
  statement_timeout: 30_000,
  lock_timeout: 10_000,
  idle_in_transaction_session_timeout: 60_000,
};
const ADMIN_SHUTDOWN = '57P01';
const CONNECTION_TIMEOUT_MS = 5_000;

/** The application's access to the database, for all modules. Entities come from their own libs' forFeature. */
@Global()
@Module({})
export class DatabaseModule {
  /** Expects a migrated database. */
  static forRoot({ appUrl, poolSize = 10, applicationName = 'pdx' }: DatabaseOptions): DynamicModule {
    const logger = new Logger(DatabaseModule.name);
    return {
      module: DatabaseModule,
      imports: [
        TypeOrmModule.forRoot({
          type: 'postgres',
          url: appUrl,
          autoLoadEntities: true,
          synchronize: false,
          installExtensions: false,
          logging: false,
          poolSize,
          applicationName,
          connectTimeoutMS: CONNECTION_TIMEOUT_MS,
          extra: { ...LIMITS, keepAlive: true },
          poolErrorHandler: (error: Error) => {
            // The server's own stop is in its own log.
            if (sqlStateOf(error) !== ADMIN_SHUTDOWN) logger.warn(`Connection lost: ${error.message}`);
          },
        }),
      ],
      providers: [
        TransactionRunner,
        ExchangeClock,
        { provide: Clock, useExisting: ExchangeClock },
        {
          provide: PgPool,
          useFactory: () =>
            new PgPool({
              connectionString: appUrl,
              max: poolSize,
              connectionTimeoutMillis: CONNECTION_TIMEOUT_MS,
              application_name: `${applicationName} hot`,
              keepAlive: true,
              ...LIMITS,
            }),
        },
      ],
      exports: [TransactionRunner, ExchangeClock, Clock, PgPool],
    };
  }
}
