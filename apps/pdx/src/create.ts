import 'reflect-metadata';

import { join } from 'node:path';

import { Logger } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';

import { connectionSettings, migrate, openAppLogin, startEmbeddedServer } from '#libs/database';
import { InvalidInput } from '#libs/foundation';
import { ExchangeService } from '#libs/party';

import { ExchangeModule } from './exchange.module.ts';
import { JsonLogger } from './json-logger.ts';
import { fieldsOf, listOf, textOf } from './fields.ts';

const NAMES = ['name', 'logOrigin', 'platform', 'operator', 'zones'] as const;

/** Makes the exchange of an empty database from its description: a real one, whose clock is real time. */
export async function create(
  description: unknown,
  environment: NodeJS.ProcessEnv,
  log: (line: string) => void,
): Promise<void> {
  const { name, logOrigin, platform, operator, zones } = fieldsOf(description, NAMES);
  const body = fieldsOf(platform, ['name', 'uscc'], 'platform');
  const operating = fieldsOf(operator, ['name', 'uscc', 'login'], 'operator');
  const password = environment['PDX_PASSWORD'] ?? '';
  if (password.length < 12)
    throw new InvalidInput('PDX_PASSWORD', 'must hold the operator’s password, 12 characters at least');
  const settings = connectionSettings(environment);
  const embedded =
    settings.kind === 'embedded' ? await startEmbeddedServer({ dataDir: settings.dataDir, log }) : null;
  try {
    const ownerUrl = settings.kind === 'server' ? settings.ownerUrl : (embedded?.ownerUrl ?? '');
    for (const migration of await migrate(ownerUrl)) log(`migrated ${migration}`);
    const appUrl = settings.kind === 'server' ? settings.appUrl : await openAppLogin(ownerUrl);
    const filesDir = join(environment['DATA_DIR'] || '.data', 'files');
    const module = ExchangeModule.of({ database: { appUrl, poolSize: 2 }, filesDir, apps: [] });
    Logger.overrideLogger(new JsonLogger('warn'));
    const app = await NestFactory.createApplicationContext(module);
    try {
      const exchanges = app.get(ExchangeService);
      if (await exchanges.find()) throw new InvalidInput('DATABASE_URL', 'holds an exchange already');
      await exchanges.create({
        name: textOf(name, 'name'),
        logOrigin: textOf(logOrigin, 'logOrigin'),
        isSample: false,
        platform: { name: textOf(body.name, 'platform.name'), uscc: textOf(body.uscc, 'platform.uscc') },
        operator: {
          name: textOf(operating.name, 'operator.name'),
          uscc: textOf(operating.uscc, 'operator.uscc'),
          login: textOf(operating.login, 'operator.login'),
          password,
        },
        zones: listOf(zones, 'zones').map((zone, i) => {
          const path = `zones[${i}]`;
          const { code, name: zoneName, nameEn } = fieldsOf(zone, ['code', 'name', 'nameEn'], path);
          return {
            code: textOf(code, `${path}.code`),
            name: textOf(zoneName, `${path}.name`),
            nameEn: textOf(nameEn, `${path}.nameEn`),
          };
        }),
      });
      log('the exchange is made');
    } finally {
      await app.close();
    }
  } finally {
    await embedded?.stop();
  }
}
