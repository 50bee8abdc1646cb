import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { Client } from 'pg';

import { ExchangeClient, Refused } from '../../apps/pdx/src/exchange-client.ts';
import type { AppName } from '../../apps/pdx/src/exchange.module.ts';
import { makeSampleExchange } from '../../apps/pdx/src/sample/make-sample-exchange.ts';
import { SAMPLE_PASSWORD } from '../../apps/pdx/src/sample/sample-parties.ts';
import { serve, type ServeOptions, type Service } from '../../apps/pdx/src/serve.ts';
import { createTestDatabase } from './test-database.ts';

export interface TestExchange {
  readonly service: Service;
  readonly url: string;
  readonly anonymous: ExchangeClient;
  readonly filesDir: string;
  /** As the database's superuser: to look, not to act. */
  readonly owner: Client;
  /** One of the sample exchange's people, signed in once. */
  as(login: string): Promise<ExchangeClient>;
  /** Does a command with a client id of its own. */
  act<T>(login: string, field: string, input: object, success: string): Promise<T>;
  /** Has a file read into a dataset, and answers these fields of the load when it is done. */
  load<T>(login: string, field: string, input: object, wanted: string): Promise<T>;
  /** Confirms the columns of a version, also if that takes a load. */
  confirmColumns(
    login: string,
    input: { datasetVersionId: string; columns?: readonly object[]; subjectColumn?: string },
  ): Promise<void>;
  /** More of its processes over the same database, which stop with it. */
  startAnother(apps: readonly AppName[], more?: Partial<ServeOptions>): Promise<Service>;
  stop(): Promise<void>;
}

const ALL: readonly AppName[] = ['api', 'gateway', 'worker'];

/** The sample exchange, whole unless only some apps are wanted, in this process, over HTTP, with a database of its own. */
export async function startExchange(apps = ALL): Promise<TestExchange> {
  const database = await createTestDatabase();
  const filesDir = mkdtempSync(join(tmpdir(), 'pdx-files-'));
  const start = (chosen: readonly AppName[], more: Partial<ServeOptions> = {}) =>
    serve({
      database: { appUrl: database.appUrl },
      filesDir,
      apps: chosen,
      host: '127.0.0.1',
      port: 0,
      logLevel: 'warn',
      ...more,
    });
  const service = await start(apps);
  const others: Service[] = [];
  try {
    await makeSampleExchange(service.app, () => undefined);
  } catch (error) {
    // Its loops would keep the test process alive.
    await service.stop();
    throw error;
  }
  const owner = new Client({ connectionString: database.ownerUrl });
  await owner.connect();
  const clients = new Map<string, Promise<ExchangeClient>>();
  let commands = 0;
  const as = (login: string) => {
    const client = clients.get(login) ?? ExchangeClient.signIn(service.url, login, SAMPLE_PASSWORD);
    clients.set(login, client);
    return client;
  };
  const act = async <T>(login: string, field: string, input: object, success: string): Promise<T> => {
    const clientId = `test-${++commands}`;
    return (await as(login)).mutate(field, { clientId, ...input }, success);
  };
  return {
    service,
    url: service.url,
    anonymous: ExchangeClient.anonymous(service.url),
    filesDir,
    owner,
    as,
    act,
    async load(login, field, input, wanted) {
      const { id } = await act<{ id: string }>(login, field, input, 'DatasetLoad { id }');
      return (await as(login)).loaded(id, wanted);
    },
    async confirmColumns(login, input) {
      const { state, load } = await act<{ state: string; load: { id: string } }>(
        login,
        'confirmColumns',
        input,
        'DatasetVersion { state load { id } }',
      );
      if (state !== 'CONFIRMED') await (await as(login)).loaded(load.id, 'id');
    },
    async startAnother(chosen, more) {
      const other = await start(chosen, more);
      others.push(other);
      return other;
    },
    async stop() {
      for (const other of others) await other.stop();
      await service.stop();
      await owner.end();
      await database.drop();
      rmSync(filesDir, { recursive: true });
    },
  };
}

/** What a promise was refused with: `CODE path`, or the value if it was not. */
export async function refusalOf(work: Promise<unknown>): Promise<string> {
  try {
    return `not refused: ${JSON.stringify(await work)}`;
  } catch (error) {
    if (error instanceof Refused)
      return error.path === undefined ? error.code : `${error.code} ${error.path}`;
    throw error;
  }
}
