import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { SAMPLE_PASSWORD } from '../../apps/pdx/src/sample/sample-parties.ts';
import { startExchange, type TestExchange } from '../support/start-exchange.ts';

const MAIN = join(import.meta.dirname, '../../dist/apps/pdx/src/main.js');
const NOTHING = '00000000-0000-7000-8000-000000000000';

async function otherServer() {
  const server = createServer((_, response) => response.end('<html></html>')).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, stop: () => server.close() };
}

describe('pdx, asking an exchange', () => {
  let exchange: TestExchange;
  /** Nothing listens there any more. */
  let nobody: string;
  beforeAll(async () => {
    exchange = await startExchange(['api']);
    const other = await otherServer();
    nobody = other.url;
    other.stop();
  });
  afterAll(async () => {
    await exchange.stop();
  });

  const pdxAt = (url: string, ...words: string[]) =>
    new Promise<{ status: unknown; said: string; noted: string }>((resolve) => {
      const env = { ...process.env, PDX_URL: url, PDX_PASSWORD: SAMPLE_PASSWORD };
      execFile(process.execPath, [MAIN, ...words], { env }, (error, said, noted) => {
        resolve({ status: error?.code ?? 0, said, noted });
      });
    });
  const pdx = (...words: string[]) => pdxAt(exchange.url, ...words);
  const register = (name: string, wanted: string) =>
    `mutation { ${name}: registerDataset(input: { clientId: "${name}", name: "${name}", description: "", uploadId: "${NOTHING}" }) {
       ... on DatasetLoad { id } ... on UserError { ${wanted} } } }`;
  const asked = (...words: string[]) => pdx('query', '--login', 'provider', ...words);

  it('ends with 1 on what is refused, and says which refusal, whatever is picked', async () => {
    const noted = expect.stringMatching(/^pdx: .+ \(UPLOAD_NOT_FOUND uploadId\)\n$/) as unknown;
    const shown = await asked(register('a', 'code message path'));
    expect(shown).toMatchObject({ status: 1, noted });
    expect(JSON.parse(shown.said)).toMatchObject({ a: { code: 'UPLOAD_NOT_FOUND', path: 'uploadId' } });
    const picking = [register('b', 'code message path'), '--pick'] as const;
    expect(await asked(...picking, 'b.id')).toEqual({ status: 1, said: '', noted });
    expect(await asked(...picking, 'b.code')).toEqual({ status: 1, said: 'UPLOAD_NOT_FOUND\n', noted });
    expect(await asked(register('c', 'code'))).toMatchObject({
      ...{ status: 1, noted: 'pdx: UPLOAD_NOT_FOUND (UPLOAD_NOT_FOUND)\n' },
    });
  });

  it('ends with 0 on what only looks like a refusal, and with 2 where nothing is to be picked', async () => {
    const looks = 'query { me { code: id message: displayName } }';
    expect(await asked(looks)).toMatchObject({ status: 0, noted: '' });
    expect(await asked('{ me { id } }', '--pick', 'me.nothing')).toMatchObject({
      ...{ status: 2, noted: expect.stringMatching(/^pdx: --pick: nothing is there/) },
    });
  });

  it('names the load that is none', async () => {
    expect(await pdx('dataset', 'wait', '--login', 'provider', 'nonsense')).toMatchObject({
      ...{ status: 2, noted: expect.stringMatching(/^pdx: LOAD: must be the id of a load/) },
    });
    expect(await pdx('dataset', 'wait', '--login', 'provider', NOTHING)).toMatchObject({
      ...{ status: 1, noted: expect.stringMatching(/\(DATASET_LOAD_NOT_FOUND\)\n$/) },
    });
  });

  it.each([
    ['query', '{ exchangeTime }'],
    ['upload', MAIN, '--login', 'provider'],
    ['dataset', 'wait', NOTHING, '--login', 'provider'],
    ['clock', 'advance', '--to', '2030-01-01T00:00:00Z', '--login', 'operator'],
  ])('ends with 1 where no exchange is, and names where: %s', async (...words) => {
    expect(await pdxAt(nobody, ...words)).toMatchObject({
      ...{ status: 1, noted: `pdx: No exchange answers at ${nobody}: ECONNREFUSED\n` },
    });
    expect(await pdxAt('nonsense', ...words)).toMatchObject({
      ...{ status: 2, noted: expect.stringMatching(/^pdx: --url: must be a URL/) },
    });
  });

  it('takes another’s server for no exchange', async () => {
    const { url, stop } = await otherServer();
    const { status, noted } = await pdxAt(url, 'query', '{ exchangeTime }');
    stop();
    expect([status, noted]).toEqual([1, expect.stringContaining(`No exchange answers at ${url}: `)]);
  });
});
