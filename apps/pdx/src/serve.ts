import 'reflect-metadata';

import { Logger } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';

import { boundLookups } from '#libs/asset';
import { acceptUploads } from '#libs/dataset';
import { inputPipe, RefusalFilter } from '#libs/graphql';

import { ExchangeModule, type ExchangeOptions } from './exchange.module.ts';
import { JsonLogger } from './json-logger.ts';

export interface Service {
  readonly url: string;
  /** The running application, for what is done from inside: the sample exchange. */
  readonly app: NestFastifyApplication;
  stop(): Promise<void>;
}

const BODY_LIMIT = 100 * 1024;

export interface ServeOptions extends ExchangeOptions {
  readonly host: string;
  readonly port: number;
  readonly logLevel: string;
  /** Proxies whose word for a client's address is taken: addresses and networks, by commas; left out: nobody's. */
  readonly trustedProxies?: string;
}

/** Serves the chosen apps over the application's own database login until stopped. Port 0 takes a free one. */
export async function serve(options: ServeOptions): Promise<Service> {
  const adapter = new FastifyAdapter({
    bodyLimit: BODY_LIMIT,
    forceCloseConnections: 'idle',
    trustProxy: options.trustedProxies ?? false,
  });
  acceptUploads(adapter.getInstance());
  Logger.overrideLogger(new JsonLogger(options.logLevel));
  const app = await NestFactory.create<NestFastifyApplication>(ExchangeModule.of(options), adapter);
  app.useGlobalPipes(inputPipe());
  app.useGlobalFilters(new RefusalFilter());
  await boundLookups(app);
  await app.listen(options.port, options.host);
  return {
    url: (await app.getUrl()).replace('[::1]', 'localhost'),
    app,
    stop: () => app.close(),
  };
}
