import 'reflect-metadata';

import { Logger } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { Pool } from 'pg';

import { ApiModule } from './api.module.ts';

export interface Service {
  readonly url: string;
  stop(): Promise<void>;
}

const BODY_LIMIT = 100 * 1024;

/** Serves the API over the application's own database login until stopped. Port 0 takes a free one. */
export async function serve(options: { databaseUrl: string; host: string; port: number }): Promise<Service> {
  const pool = new Pool({
    connectionString: options.databaseUrl,
    connectionTimeoutMillis: 5000,
    statement_timeout: 30_000,
    lock_timeout: 10_000,
    idle_in_transaction_session_timeout: 60_000,
    application_name: 'pdx api',
  });
  // Without a listener, an idle connection that PostgreSQL ends would end this process as well.
  pool.on('error', () => undefined);
  const adapter = new FastifyAdapter({ bodyLimit: BODY_LIMIT, forceCloseConnections: 'idle' });
  Logger.overrideLogger(['error', 'warn']);
  const app = await NestFactory.create<NestFastifyApplication>(ApiModule.over(pool), adapter);
  await app.listen(options.port, options.host);
  return {
    url: (await app.getUrl()).replace('[::1]', 'localhost'),
    async stop() {
      await app.close();
      await pool.end();
    },
  };
}
