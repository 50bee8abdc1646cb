import { isIP } from 'node:net';
import { join } from 'node:path';

import {
  connectionSettings,
  type ConnectionSettings,
  migrate,
  openAppLogin,
  startEmbeddedServer,
} from '#libs/database';
import { InvalidInput } from '#libs/foundation';

import type { AppName } from './exchange.module.ts';
import { LOG_LEVELS } from './json-logger.ts';
import { makeSampleExchange } from './sample/make-sample-exchange.ts';
import { serve } from './serve.ts';

type Log = (line: string) => void;

const ALL: readonly AppName[] = ['api', 'gateway', 'worker'];

/**
 * Runs apps of the exchange in this process until SIGINT or SIGTERM. All of them together also bring the database (the
 * embedded one, unless DATABASE_URL names another) up to date and fill an empty one with the sample exchange.
 */
export async function start(environment: NodeJS.ProcessEnv, log: Log, apps = ALL): Promise<void> {
  const stopped = new Promise((resolve) => {
    process.once('SIGINT', resolve).once('SIGTERM', resolve);
  });
  const settings = connectionSettings(environment);
  const filesDir = join(environment['DATA_DIR'] || '.data', 'files');
  const port = portOf(environment['PORT']);
  const logLevel = environment['LOG_LEVEL'] || 'warn';
  if (!LOG_LEVELS.includes(logLevel))
    throw new InvalidInput('LOG_LEVEL', `must be one of ${LOG_LEVELS.join(', ')}`);
  const publicUrl = publicUrlOf(environment['PUBLIC_URL']);
  const trustedProxies = proxiesOf(environment['TRUSTED_PROXIES']);
  const partyBytes = bytesOf(environment['PARTY_BYTES']);
  const isWhole = apps === ALL;
  if (!isWhole && settings.kind === 'embedded')
    throw new InvalidInput('DATABASE_URL', 'must name the database that the apps share');
  const embedded =
    settings.kind === 'embedded' ? await startEmbeddedServer({ dataDir: settings.dataDir, log }) : null;
  try {
    const appUrl = await prepare(settings, embedded?.ownerUrl ?? '', isWhole ? log : null);
    const service = await serve({
      database: { appUrl, poolSize: settings.poolSize, applicationName: `pdx ${apps.join(' ')}` },
      filesDir,
      apps,
      host: environment['HOST'] || '127.0.0.1',
      port,
      logLevel,
      ...(publicUrl !== null && { publicUrl }),
      ...(trustedProxies !== null && { trustedProxies }),
      ...(partyBytes !== null && { partyBytes }),
    });
    try {
      if (isWhole && environment['SAMPLE_DATA'] !== 'none') await makeSampleExchange(service.app, log);
      log(`GraphQL at ${service.url}/graphql`);
      log(`ready ${service.url}`);
      await stopped;
      log('stopping');
    } finally {
      await service.stop();
    }
  } finally {
    await embedded?.stop();
  }
}

/** Migrates, if told where to say so, and answers how the application signs in. */
async function prepare(settings: ConnectionSettings, embeddedUrl: string, log: Log | null): Promise<string> {
  const ownerUrl = settings.kind === 'server' ? settings.ownerUrl : embeddedUrl;
  if (log) for (const name of await migrate(ownerUrl)) log(`migrated ${name}`);
  return settings.kind === 'server' ? settings.appUrl : openAppLogin(ownerUrl);
}

function portOf(text: string | undefined): number {
  const port = Number(text || 3000);
  if (!Number.isInteger(port) || port < 0 || port > 65_535)
    throw new InvalidInput('PORT', 'must be a whole number from 0 to 65535');
  return port;
}

function bytesOf(text: string | undefined): bigint | null {
  if (!text) return null;
  if (!/^[1-9]\d{0,17}$/.test(text))
    throw new InvalidInput('PARTY_BYTES', 'must be the number of bytes, 1 or more');
  return BigInt(text);
}

function publicUrlOf(text: string | undefined): string | null {
  if (!text) return null;
  const url = URL.canParse(text) ? new URL(text) : null;
  if (!url || !/^https?:$/.test(url.protocol) || `${url.search}${url.hash}${url.username}` !== '')
    throw new InvalidInput('PUBLIC_URL', 'must be an http or https address without query');
  return url.href.replace(/\/$/, '');
}

function proxiesOf(text: string | undefined): string | null {
  if (!text) return null;
  const isNetwork = (part: string) => {
    const [address = '', bits, ...rest] = part.split('/');
    const most = isIP(address) === 6 ? 128 : 32;
    return (
      isIP(address) > 0 &&
      rest.length === 0 &&
      (bits === undefined || (/^\d+$/.test(bits) && Number(bits) <= most))
    );
  };
  const networks = text.split(',').map((part) => part.trim());
  if (!networks.every(isNetwork))
    throw new InvalidInput('TRUSTED_PROXIES', 'must be addresses or networks such as 10.0.0.0/8, by commas');
  return networks.join(',');
}
