import { migrate, openAppLogin, startEmbeddedServer } from '#libs/database';

import { serve } from '../../api/src/serve.ts';

/**
 * Runs the exchange in this process until SIGINT or SIGTERM: the database (the embedded one, unless DATABASE_URL names
 * another), its migrations, the API.
 */
export async function start(environment: NodeJS.ProcessEnv, log: (line: string) => void): Promise<void> {
  const stopped = new Promise((resolve) => {
    process.once('SIGINT', resolve).once('SIGTERM', resolve);
  });
  const external = environment['DATABASE_URL'];
  const embedded = external
    ? null
    : await startEmbeddedServer({ dataDir: environment['DATA_DIR'] ?? '.data', log });
  try {
    const ownerUrl = external ?? embedded?.ownerUrl ?? '';
    for (const name of await migrate(ownerUrl)) log(`migrated ${name}`);
    const api = await serve({
      databaseUrl: await openAppLogin(ownerUrl),
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
