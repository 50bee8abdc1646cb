import 'reflect-metadata';

import { Logger } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';

import { type DatabaseOptions } from '#libs/database';

import { ApiModule } from './api.module.ts';

export interface Service {
  readonly url: string;
  stop(): Promise<void>;
}

const BODY_LIMIT = 100 * 1024;

/** Serves the API over the application's own database login until stopped. Port 0 takes a free one. */
export async function serve(options: {
  database: DatabaseOptions;
  host: string;
  port: number;
}): Promise<Service> {
  const adapter = new FastifyAdapter({ bodyLimit: BODY_LIMIT, forceCloseConnections: 'idle' });
  Logger.overrideLogger(['error', 'warn']);
  const app = await NestFactory.create<NestFastifyApplication>(ApiModule.over(options.database), adapter);
  await app.listen(options.port, options.host);
  return {
    url: (await app.getUrl()).replace('[::1]', 'localhost'),
    stop: () => app.close(),
  };
}
