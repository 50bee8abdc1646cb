import { AsyncLocalStorage } from 'node:async_hooks';
import { createHash } from 'node:crypto';
import { renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';

import { LoadQueue, UploadService } from '#libs/dataset';

import { ExchangeClient } from '../../apps/pdx/src/exchange-client.ts';
import { SAMPLE_PASSWORD } from '../../apps/pdx/src/sample/sample-parties.ts';
import { startExchange, refusalOf, type TestExchange } from '../support/start-exchange.ts';
import { whileHeld } from '../support/while-held.ts';

interface Load {
  readonly id: string;
  readonly state: string;
  readonly step: string | null;
  readonly byteSize: string;
  readonly bytesRead: string;
  readonly rowsRead: string;
  readonly attempts: number;
  readonly begunAt: string | null;
  readonly endedAt: string | null;
  readonly refusal: { readonly code: string; readonly path: string | null } | null;
  readonly dataset: { readonly id: string; readonly name: string } | null;
  readonly version: { readonly id: string; readonly number: number; readonly state: string } | null;
}

const LOAD = `id state step byteSize bytesRead rowsRead attempts begunAt endedAt refusal { code path }
  dataset { id name } version { id number state }`;
const never = new AbortController().signal;
/** What is called through it is in nobody’s transaction. */
const outside = AsyncLocalStorage.snapshot();

describe('loads', () => {
  let exchange: TestExchange;
  let queue: LoadQueue;
  let files = 0;
  beforeAll(async () => {
    // Without a worker: these tests are it.
    exchange = await startExchange(['api', 'gateway']);
    queue = exchange.service.app.get(LoadQueue);
  });
  afterAll(async () => {
    await exchange.stop();
  });

  const fileOf = async (text: string, login = 'provider') => {
    const upload = await (
      await exchange.as(login)
    ).upload(`载入${++files}.csv`, new TextEncoder().encode(text));
    return upload.id;
  };
  const csvOf = (rows: number) =>
    `代码,数\n${Array.from({ length: rows }, (_, i) => `${files}-${i},${i}\n`).join('')}`;
  const ask = async (text: string, more: object = {}, login = 'provider') => {
    const uploadId = await fileOf(text, login);
    const input = { name: `载入${files}`, description: '', uploadId, ...more };
    const { id } = await exchange.act<{ id: string }>(login, 'registerDataset', input, 'DatasetLoad { id }');
    return id;
  };
  const find = async (id: string, login = 'provider') => {
    const client = await exchange.as(login);
    const { datasetLoad } = await client.query<{ datasetLoad: Load | null }>(
      `query ($id: Uuid!) { datasetLoad(id: $id) { ${LOAD} } }`,
      { id },
    );
    return datasetLoad;
  };
  const cancel = (id: string, login = 'provider') =>
    exchange.act<{ state: string }>(
      login,
      'cancelDatasetLoad',
      { datasetLoadId: id },
      'DatasetLoad { state }',
    );
  const leased = async () => {
    const load = await queue.lease();
    if (!load) throw new Error('No load waits');
    return load;
  };
  const workOff = async () => {
    for (let load = await queue.lease(); load; load = await queue.lease()) await queue.run(load, never);
  };
  const killWorkers = () =>
    exchange.owner.query(
      `UPDATE dataset_load SET leased_until = now() - interval '1 second' WHERE state = 'RUNNING'`,
    );
  const datasetsCalled = async (name: string) =>
    (await exchange.owner.query('SELECT FROM dataset WHERE name = $1', [name])).rowCount;
  const told = async (type: string) => {
    const { rows } = await exchange.owner.query<{ subject: string }>(
      `SELECT subject_id AS subject FROM event JOIN notification ON event_id = event.id
       JOIN party ON party.id = notification.party_id WHERE event.type = $1`,
      [type],
    );
    return rows.map(({ subject }) => subject);
  };

  it('wait, run and are done, and tell how far they are and what they have made', async () => {
    const text = csvOf(30_000);
    const id = await ask(text);
    expect(await find(id)).toMatchObject({
      ...{ state: 'WAITING', step: null, bytesRead: '0', rowsRead: '0', attempts: 0 },
      ...{
        byteSize: String(Buffer.byteLength(text)),
        begunAt: null,
        endedAt: null,
        dataset: null,
        version: null,
      },
    });

    await whileHeld(
      exchange.owner,
      'LOCK TABLE content_sketch IN ACCESS EXCLUSIVE MODE',
      [],
      async (waiting) => {
        const running = queue.run(await leased(), never);
        await waiting(1);
        for (let load = await find(id); load?.step !== 'COUNTING'; load = await find(id)) await delay(50);
        expect(await find(id)).toMatchObject({
          state: 'RUNNING',
          step: 'COUNTING',
          bytesRead: String(Buffer.byteLength(text)),
          rowsRead: '30000',
          dataset: null,
          attempts: 1,
        });
        await exchange.owner.query('COMMIT');
        await running;
      },
    );

    const done = await find(id);
    expect(done).toMatchObject({
      ...{ state: 'DONE', step: null, rowsRead: '30000', refusal: null },
      bytesRead: String(Buffer.byteLength(text)),
      version: { number: 1, state: 'LOADED' },
    });
    expect(done?.endedAt).not.toBeNull();
    expect(await told('dataset.loaded')).toContain(id);
    const { rows } = await exchange.owner.query(
      `SELECT outcome, body ->> 'kind' AS kind FROM audit_outbox WHERE action = 'LOAD_DATASET' AND body ->> 'datasetLoadId' = $1`,
      [id],
    );
    expect(rows).toEqual([{ outcome: 'DONE', kind: 'REGISTER_DATASET' }]);
  });

  it('fail for what is wrong with their file, and leave nothing of it', async () => {
    const id = await ask('代码,数\na,1\na,2\n', { subjectColumn: '代码' });
    const name = `载入${files}`;
    await workOff();
    expect(await find(id)).toMatchObject({
      ...{ state: 'FAILED', dataset: null, version: null, attempts: 1 },
      refusal: { code: 'SUBJECT_TWICE', path: 'subjectColumn' },
    });
    expect(await told('dataset.load-failed')).toContain(id);
    expect(await datasetsCalled(name)).toBe(0);
    const { rows } = await exchange.owner.query(
      `SELECT outcome, code FROM audit_outbox WHERE action = 'LOAD_DATASET' AND body ->> 'datasetLoadId' = $1`,
      [id],
    );
    expect(rows).toEqual([{ outcome: 'REFUSED', code: 'SUBJECT_TWICE' }]);

    const again = await ask('代码,数\na,1\nb,2\n', { name, subjectColumn: '代码' });
    await workOff();
    expect(await find(again)).toMatchObject({ state: 'DONE', dataset: { name } });
    await expect(
      exchange.owner.query(
        `UPDATE dataset_load SET state = 'WAITING', refusal = NULL, ended_at = NULL WHERE id = $1`,
        [id],
      ),
    ).rejects.toThrow('a load that has ended never changes');
  });

  it('are begun anew when their worker has died, and count once', async () => {
    const id = await ask(csvOf(10));
    const dead = await leased();
    expect(await queue.lease()).toBeNull();
    await killWorkers();
    await workOff();
    const done = await find(id);
    expect(done).toMatchObject({ state: 'DONE', attempts: 2 });

    // It was not dead after all.
    await queue.run(dead, never);
    expect(await find(id)).toEqual(done);
    expect(await datasetsCalled(`载入${files}`)).toBe(1);
  });

  it('go to one of those who ask at once', async () => {
    for (let round = 0; round < 5; round++) {
      const id = await ask(csvOf(2));
      const given = await Promise.all(Array.from({ length: 8 }, () => queue.lease()));
      expect(given.filter((load) => load !== null).map((load) => load.id)).toEqual([id]);
      await cancel(id);
    }
  });

  it('are begun alone once a worker has died, so that what was only beside its killer gets through', async () => {
    const killer = await ask(csvOf(10));
    const innocent = await ask(csvOf(10));
    const fresh = await ask(csvOf(10));
    const [first] = [await leased()];
    expect((await queue.lease([first]))?.id).toBe(innocent);
    await killWorkers();

    // The killer again, with nothing beside it, whichever was there first.
    const again = await leased();
    expect(again).toMatchObject({ id: killer, attempts: 2 });
    expect(await queue.lease([again])).toBeNull();
    await exchange.owner.query(
      `UPDATE dataset_load SET leased_until = now() - interval '1 second' WHERE id = $1`,
      [killer],
    );
    const last = await leased();
    expect(last).toMatchObject({ id: killer, attempts: 3 });
    await killWorkers();
    expect(await queue.failAbandoned()).toBe(1);

    // It is its turn, so nothing is put before it either.
    const [busy] = [{ ...first, attempts: 1 }];
    expect(await queue.lease([busy])).toBeNull();
    await workOff();
    expect(await find(killer)).toMatchObject({ state: 'FAILED', attempts: 3 });
    expect(await find(innocent)).toMatchObject({ state: 'DONE', attempts: 2 });
    expect(await find(fresh)).toMatchObject({ state: 'DONE', attempts: 1 });
  });

  it('are given up when no worker survives them', async () => {
    const id = await ask(csvOf(10));
    for (let attempt = 1; attempt <= 3; attempt++) {
      expect((await leased()).id).toBe(id);
      expect(await queue.failAbandoned()).toBe(0);
      await killWorkers();
    }
    expect(await queue.lease()).toBeNull();
    expect(await queue.failAbandoned()).toBe(1);
    expect(await find(id)).toMatchObject({ state: 'FAILED', refusal: { code: 'DATASET_LOAD_ABANDONED' } });
    expect(await queue.failAbandoned()).toBe(0);
    expect(await told('dataset.load-failed')).toContain(id);
  });

  it('fail at once for a row that no table takes', async () => {
    const columns = Array.from({ length: 1000 }, (_, i) => `c${i}`);
    const id = await ask(`${columns.join()}\n${columns.map(() => 'x'.repeat(40)).join()}\n`);
    await queue.run(await leased(), never);
    expect(await find(id)).toMatchObject({
      ...{ state: 'FAILED', attempts: 1 },
      refusal: { code: 'ROW_TOO_WIDE', path: 'columns' },
    });
  });

  it('wait for what an earlier worker has not let go of, however long', async () => {
    const id = await ask(csvOf(10));
    await whileHeld(
      exchange.owner,
      `INSERT INTO dataset (id, provider_id, name, description, registered_at)
       SELECT gen_random_uuid(), provider_id, wanted ->> 'name', '', now() FROM dataset_load WHERE id = $1`,
      [id],
      async (waiting) => {
        const work = queue.run(await leased(), never);
        await waiting(1);
        // No other waits for a lock as long.
        await delay(11_000);
        await exchange.owner.query('ROLLBACK');
        await work;
      },
    );
    expect(await find(id)).toMatchObject({ state: 'DONE', attempts: 1 });
  });

  it.each([
    ['half of', (text: string) => text.slice(0, text.lastIndexOf('\n', text.length / 2) + 1)],
    ['a digit less than right in', (text: string) => text.replace(',9\n', ',8\n')],
  ])('fail when there is %s their file, until it is sent again', async (_, damaged) => {
    const text = csvOf(100);
    const id = await ask(text);
    const name = `载入${files}`;
    const sha256 = createHash('sha256').update(text).digest('hex');
    writeFileSync(join(exchange.filesDir, 'uploads', sha256), damaged(text));
    await queue.run(await leased(), never);
    expect(await find(id)).toMatchObject({
      ...{ state: 'FAILED', attempts: 1, dataset: null },
      refusal: { code: 'FILE_DAMAGED', path: 'uploadId' },
    });
    const again = await ask(text, { name });
    await workOff();
    expect(await find(again)).toMatchObject({ state: 'DONE', rowsRead: '100' });
  });

  it('wait for a file store that is away', async () => {
    const text = csvOf(10);
    const id = await ask(text);
    const file = join(exchange.filesDir, 'uploads', createHash('sha256').update(text).digest('hex'));
    renameSync(file, `${file}.away`);
    await queue.run(await leased(), never);
    expect(await find(id)).toMatchObject({ state: 'RUNNING', attempts: 1, refusal: null });
    renameSync(`${file}.away`, file);
    await killWorkers();
    await workOff();
    expect(await find(id)).toMatchObject({ state: 'DONE', attempts: 2 });
  });

  it('say how far they are one word after the other', async () => {
    const id = await ask(csvOf(10));
    await whileHeld(
      exchange.owner,
      'LOCK TABLE content_sketch IN ACCESS EXCLUSIVE MODE',
      [],
      async (waiting) => {
        const work = queue.run(await leased(), never);
        await waiting(1);
        await exchange.owner.query('SELECT FROM dataset_load WHERE id = $1 FOR NO KEY UPDATE', [id]);
        await delay(2200);
        await exchange.owner.query('SELECT pg_stat_clear_snapshot()');
        const { rows } = await exchange.owner.query<{ reports: number }>(
          `SELECT count(*)::integer AS reports FROM pg_stat_activity
         WHERE wait_event_type = 'Lock' AND query LIKE '%UPDATE dataset_load SET step%'`,
        );
        expect(rows).toEqual([{ reports: 1 }]);
        await exchange.owner.query('COMMIT');
        await work;
      },
    );
    expect(await find(id)).toMatchObject({ state: 'DONE' });
  });

  it('are found quickly among many', async () => {
    const id = await ask(csvOf(10));
    await exchange.owner.query(
      `INSERT INTO dataset_load (id, provider_id, kind, upload_id, wanted, requested_by, request_id, requested_at, state, byte_size)
       SELECT gen_random_uuid(), provider_id, kind, upload_id, jsonb_build_object('name', 'many' || i), requested_by,
              'many', requested_at, state, byte_size
       FROM dataset_load, generate_series(1, 4000) AS i WHERE id = $1`,
      [id],
    );
    const begun = performance.now();
    await leased();
    expect(performance.now() - begun).toBeLessThan(1000);
    await exchange.owner.query(`DELETE FROM dataset_load WHERE request_id = 'many'`);
    await killWorkers();
    await workOff();
  });

  it('are tried again after a fault that is not their file’s', async () => {
    const id = await ask(csvOf(10));
    await exchange.owner.query('ALTER TABLE content_sketch RENAME TO content_sketch_away');
    await queue.run(await leased(), never);
    await exchange.owner.query('ALTER TABLE content_sketch_away RENAME TO content_sketch');
    expect(await find(id)).toMatchObject({ state: 'RUNNING', attempts: 1, refusal: null });
    expect(await queue.lease()).toBeNull();
    await killWorkers();
    await workOff();
    expect(await find(id)).toMatchObject({ state: 'DONE', attempts: 2 });
  });

  it('wait again when their worker is told to stop', async () => {
    const id = await ask(csvOf(10));
    const stopping = new AbortController();
    await whileHeld(
      exchange.owner,
      'LOCK TABLE dataset_column IN ACCESS EXCLUSIVE MODE',
      [],
      async (waiting) => {
        const running = queue.run(await leased(), stopping.signal);
        await waiting(1);
        stopping.abort();
        await exchange.owner.query('COMMIT');
        await running;
      },
    );
    expect(await find(id)).toMatchObject({ state: 'WAITING', attempts: 0, step: null });
    await workOff();
    expect(await find(id)).toMatchObject({ state: 'DONE', attempts: 1 });
  });

  it('are cancelled while they wait and while they run, and not when they are done', async () => {
    const waiting = await ask(csvOf(10));
    expect(await refusalOf(cancel(waiting, 'provider-2'))).toBe('DATASET_LOAD_NOT_FOUND datasetLoadId');
    expect(await cancel(waiting)).toEqual({ state: 'CANCELLED' });
    expect(await refusalOf(cancel(waiting))).toBe('DATASET_LOAD_ENDED datasetLoadId');
    expect(await queue.lease()).toBeNull();

    // Its worker does not know yet, and gets to the end.
    const running = await ask(csvOf(10));
    const name = `载入${files}`;
    const load = await leased();
    expect(await cancel(running)).toEqual({ state: 'CANCELLED' });
    await queue.run(load, never);
    expect(await find(running)).toMatchObject({ state: 'CANCELLED', dataset: null, refusal: null });
    expect(await datasetsCalled(name)).toBe(0);

    // Its worker is told, and does not get so far.
    const long = await ask(csvOf(10));
    await whileHeld(
      exchange.owner,
      'LOCK TABLE dataset_column IN ACCESS EXCLUSIVE MODE',
      [],
      async (blocked) => {
        const work = queue.run(await leased(), never);
        await blocked(1);
        await cancel(long);
        await delay(1200);
        await exchange.owner.query('COMMIT');
        await work;
      },
    );
    expect(await find(long)).toMatchObject({ state: 'CANCELLED', step: null });

    const done = await ask(csvOf(10));
    await workOff();
    expect(await refusalOf(cancel(done))).toBe('DATASET_LOAD_ENDED datasetLoadId');
    expect(await find(done)).toMatchObject({ state: 'DONE' });
  });

  it('are one at a time of a dataset, and of a name', async () => {
    const first = await ask(csvOf(3));
    const name = `载入${files}`;
    expect(await refusalOf(ask(csvOf(4), { name }))).toBe('DATASET_NAME_TAKEN name');
    await ask(csvOf(5), { name }, 'provider-2');
    await workOff();
    const { dataset, version } = (await find(first)) ?? {};
    expect(await refusalOf(ask(csvOf(6), { name }))).toBe('DATASET_NAME_TAKEN name');

    // Confirming by another type takes a load, and the same load keeps a second one away.
    const datasetVersionId = version?.id ?? '';
    const retyped = { datasetVersionId, columns: [{ name: '数', type: 'TEXT' }] };
    const confirm = (input: object) =>
      exchange.act<{ state: string; load: Load }>(
        'provider',
        'confirmColumns',
        input,
        `DatasetVersion { state load { ${LOAD} } }`,
      );
    expect(await confirm(retyped)).toMatchObject({ state: 'LOADED', load: { state: 'WAITING' } });
    expect(await refusalOf(confirm(retyped))).toBe('DATASET_LOAD_UNDER_WAY datasetVersionId');
    expect(await refusalOf(confirm({ datasetVersionId }))).toBe('DATASET_LOAD_UNDER_WAY datasetVersionId');
    const uploads = await Promise.all([csvOf(7), csvOf(8)].map((text) => fileOf(text)));
    const add = (uploadId: string | undefined) =>
      exchange.act<{ id: string }>(
        'provider',
        'addDatasetVersion',
        { datasetId: dataset?.id, uploadId },
        'DatasetLoad { id }',
      );
    expect(await refusalOf(add(uploads[0]))).toBe('DATASET_VERSION_OPEN datasetId');
    await workOff();
    expect(await refusalOf(confirm({ datasetVersionId }))).toBe('DATASET_VERSION_CONFIRMED datasetVersionId');

    const outcomes = await Promise.all(uploads.map((uploadId) => refusalOf(add(uploadId))));
    expect(outcomes.filter((outcome) => outcome.startsWith('not refused'))).toHaveLength(1);
    expect(outcomes).toContain('DATASET_LOAD_UNDER_WAY datasetId');
    await workOff();
    const { rows } = await exchange.owner.query(
      'SELECT number, state FROM dataset_version WHERE dataset_id = $1 ORDER BY number',
      [dataset?.id],
    );
    expect(rows).toEqual([
      { number: 1, state: 'CONFIRMED' },
      { number: 2, state: 'LOADED' },
    ]);
  });

  it('build no version upon one that another load has left open meanwhile', async () => {
    const first = await ask('代码,数\na,1\n');
    await workOff();
    const { dataset, version } = (await find(first)) ?? {};
    await exchange.confirmColumns('provider', { datasetVersionId: version?.id ?? '' });
    const add = async (uploadId: string) => {
      const input = { datasetId: dataset?.id, uploadId };
      const load = await exchange.act<{ id: string }>(
        'provider',
        'addDatasetVersion',
        input,
        'DatasetLoad { id }',
      );
      return load.id;
    };
    const [second, third] = [await fileOf('代码,数\na,2\n'), await fileOf('代码,数\na,3\n')];
    const waiting = await add(second);
    // After it has seen that the newest version is confirmed.
    const uploads = exchange.service.app.get(UploadService);
    const findIn = uploads.findIn.bind(uploads);
    const spy = jest.spyOn(uploads, 'findIn').mockImplementationOnce(async (...asked) => {
      const found = await findIn(...asked);
      await outside(workOff);
      return found;
    });
    const late = await add(third);
    spy.mockRestore();
    expect(await find(waiting)).toMatchObject({ state: 'DONE', version: { number: 2, state: 'LOADED' } });
    await workOff();
    expect(await find(late)).toMatchObject({
      state: 'FAILED',
      refusal: { code: 'DATASET_VERSION_OPEN', path: 'datasetId' },
    });
  });

  it('are not waited for by who compares the rows that they read anew', async () => {
    const first = await ask('代码,数\na,1\n', { subjectColumn: '代码' });
    await workOff();
    const { dataset, version } = (await find(first)) ?? {};
    await exchange.confirmColumns('provider', { datasetVersionId: version?.id ?? '' });
    const uploadId = await fileOf('代码,数\na,2\n');
    const added = await exchange.act<{ id: string }>(
      'provider',
      'addDatasetVersion',
      { datasetId: dataset?.id, uploadId },
      'DatasetLoad { id }',
    );
    await workOff();
    const datasetVersionId = (await find(added.id))?.version?.id ?? '';
    const compare = async () =>
      (await exchange.as('provider')).query(
        'query ($id: Uuid!) { datasetVersionDifferences(datasetVersionId: $id) { changed } }',
        { id: datasetVersionId },
      );
    const retyped = { datasetVersionId, columns: [{ name: '数', type: 'TEXT' }] };
    await exchange.act('provider', 'confirmColumns', retyped, 'DatasetVersion { id }');
    await whileHeld(
      exchange.owner,
      'LOCK TABLE content_sketch IN ACCESS EXCLUSIVE MODE',
      [],
      async (waiting) => {
        const work = queue.run(await leased(), never);
        await waiting(1);
        expect(await refusalOf(compare())).toBe('DATASET_LOAD_UNDER_WAY datasetVersionId');
        await exchange.owner.query('COMMIT');
        await work;
      },
    );
    expect(await refusalOf(compare())).toMatch('not refused');
  });

  it('leave a version as it was when its columns cannot be read so', async () => {
    const id = await ask('代码,名\na,甲\nb,乙\n');
    await workOff();
    const { version } = (await find(id)) ?? {};
    const retyped = { datasetVersionId: version?.id, columns: [{ name: '名', type: 'INTEGER' }] };
    const { load } = await exchange.act<{ load: Load }>(
      'provider',
      'confirmColumns',
      retyped,
      `DatasetVersion { load { ${LOAD} } }`,
    );
    await workOff();
    expect(await find(load.id)).toMatchObject({
      ...{ state: 'FAILED', version: { id: version?.id, state: 'LOADED' } },
      refusal: { code: 'CELL_NOT_OF_TYPE', path: 'line 2, column 名' },
    });
    const shown = async () => {
      const { datasetLoad } = await (
        await exchange.as('provider')
      ).query<{ datasetLoad: { version: object } }>(
        'query ($id: Uuid!) { datasetLoad(id: $id) { version { state load { id state } } } }',
        { id },
      );
      return datasetLoad.version;
    };
    // Why it is not confirmed.
    expect(await shown()).toEqual({ state: 'LOADED', load: { id: load.id, state: 'FAILED' } });
    await exchange.confirmColumns('provider', { datasetVersionId: version?.id ?? '' });
    // What it holds is of the load before.
    expect(await shown()).toEqual({ state: 'CONFIRMED', load: { id, state: 'DONE' } });
  });

  it('are the same load however often they are asked for, and seen by their provider only', async () => {
    const uploadId = await fileOf(csvOf(3));
    const input = { clientId: 'load-twice', name: `两次${files}`, description: '', uploadId };
    const client = await exchange.as('provider');
    const [first, second] = await Promise.all(
      [1, 2].map(() => client.mutate<{ id: string }>('registerDataset', input, 'DatasetLoad { id }')),
    );
    expect(second).toEqual(first);
    const id = first?.id ?? '';
    await workOff();
    expect(await client.mutate('registerDataset', input, 'DatasetLoad { id state }')).toEqual({
      id,
      state: 'DONE',
    });
    expect(await find(id, 'provider-2')).toBeNull();
    expect(await find(id, 'provider-chief')).toMatchObject({ id });
    expect(await refusalOf(find(id, 'bank'))).toBe('FORBIDDEN');
  });

  it('are waited for longer than an access token lasts', async () => {
    const id = await ask(csvOf(2));
    const client = await ExchangeClient.signIn(exchange.url, 'provider', SAMPLE_PASSWORD);
    await client.query('{ me { partyId } }');
    const { now } = Date;
    const later = jest.spyOn(Date, 'now').mockImplementation(() => now() + 601_000);
    try {
      await workOff();
      expect(await client.loaded(id, 'id')).toMatchObject({ id, state: 'DONE' });
    } finally {
      later.mockRestore();
    }
  });

  it('are listed newest first, by state, page by page', async () => {
    const list = async (args: string) => {
      const { datasetLoads } = await (
        await exchange.as('provider')
      ).query<{
        datasetLoads: { edges: { node: Load }[]; pageInfo: { hasNextPage: boolean; endCursor: string } };
      }>(`{ datasetLoads(${args}) { edges { node { ${LOAD} } } pageInfo { hasNextPage endCursor } } }`);
      return { ids: datasetLoads.edges.map(({ node }) => node.id), ...datasetLoads.pageInfo };
    };
    const [a, b] = [await ask(csvOf(2)), await ask(csvOf(2))];
    expect((await list('first: 2')).ids).toEqual([b, a]);
    const page = await list('first: 1, state: WAITING');
    expect(page).toMatchObject({ ids: [b], hasNextPage: true });
    expect(await list(`first: 1, state: WAITING, after: "${page.endCursor}"`)).toMatchObject({
      ...{ ids: [a], hasNextPage: false },
    });
    await Promise.all([cancel(a), cancel(b)]);
    expect((await list('first: 5, state: WAITING')).ids).toEqual([]);
  });

  it('are each done once by however many workers there are, and nobody’s many hold up another’s', async () => {
    const mine: string[] = [];
    for (let i = 0; i < 12; i++) mine.push(await ask(csvOf(20)));
    const theirs = await ask(csvOf(20), {}, 'provider-2');
    // One of mine is running, so that next it is their turn.
    const running = await leased();
    expect((await leased()).id).toBe(theirs);
    await killWorkers();
    await exchange.startAnother(['worker']);
    await exchange.startAnother(['worker']);
    for (const id of mine) await (await exchange.as('provider')).loaded(id, 'id');
    await (await exchange.as('provider-2')).loaded(theirs, 'id');
    const { rows } = await exchange.owner.query<{ id: string; attempts: number }>(
      'SELECT id, attempts FROM dataset_load WHERE id = ANY ($1)',
      [[...mine, theirs]],
    );
    const again = [running.id, theirs];
    for (const { id, attempts } of rows) expect(attempts).toBe(again.includes(id) ? 2 : 1);
    const { rowCount: made } = await exchange.owner.query(
      `SELECT FROM dataset_version WHERE upload_id IN (SELECT upload_id FROM dataset_load WHERE id = ANY ($1))`,
      [[...mine, theirs]],
    );
    expect(made).toBe(13);
  });
});
