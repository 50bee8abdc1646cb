import { connectionSettings, migrate, openAppLogin, startEmbeddedServer } from '#libs/database';

import { serve } from '../../api/src/serve.ts';

/**
 * Runs the exchange in this process until SIGINT or SIGTERM: the database (the embedded one, unless DATABASE_URL names
 * another), its migrations, the API.
 */
export async function start(environment: NodeJS.ProcessEnv, log: (line: string) => void): Promise<void> {
  const stopped = new Promise((resolve) => {
    process.once('SIGINT', resolve).once('SIGTERM', resolve);
  });
  const settings = connectionSettings(environment);
  const embedded =
    settings.kind === 'embedded' ? await startEmbeddedServer({ dataDir: settings.dataDir, log }) : null;
  try {
    const ownerUrl = settings.kind === 'server' ? settings.ownerUrl : (embedded?.ownerUrl ?? '');
    for (const name of await migrate(ownerUrl)) log(`migrated ${name}`);
    const appUrl = settings.kind === 'server' ? settings.appUrl : await openAppLogin(ownerUrl);
    const api = await serve({
      database: { appUrl, poolSize: settings.poolSize, applicationName: 'pdx api' },
      host: environment['HOST'] ?? '127.0.0.1',
      port: Number(environment['PORT'] ?? 3000),
    });
    log(`GraphQL at ${api.url}/graphql`);
    log(`ready ${api.url}`);
    await stopped;
    log('stopping');
    await api.stop();
  } finally {
    await embedded?.stop();
  }
}
