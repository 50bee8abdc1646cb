import { type ChildProcess, spawn } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

const MAIN = join(import.meta.dirname, '../../dist/apps/pdx/src/main.js');

describe('pdx start', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'pdx-start-'));
    chmodSync(folder, 0o711);
  });
  afterAll(() => {
    rmSync(folder, { recursive: true, force: true });
  });
  const start = async (): Promise<{ url: string; stop: () => Promise<number | null> }> => {
    const exchange: ChildProcess = spawn(process.execPath, [MAIN, 'start'], {
      env: { PATH: process.env['PATH'], DATA_DIR: join(folder, 'data'), PORT: '0' },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const gone = new Promise<number | null>((resolve) => exchange.once('exit', resolve));
    let output = '';
    const url = await new Promise<string>((resolve, reject) => {
      const hear = (chunk: Buffer) => {
        output += chunk.toString();
        const [, ready] = /^ready (\S+)$/m.exec(output) ?? [];
        if (ready) resolve(ready);
      };
      exchange.stdout?.on('data', hear);
      exchange.stderr?.on('data', hear);
      exchange.once('exit', () => {
        reject(new Error(output));
      });
    });
    return {
      url,
      stop: () => {
        exchange.kill('SIGTERM');
        return gone;
      },
    };
  };
  const ask = async (url: string, query: string) => {
    const answer = await fetch(`${url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query }),
    });
    return { status: answer.status, body: await answer.json() };
  };

  it('serves, refuses a second start, stops cleanly and starts again over the same data', async () => {
    const first = await start();
    expect(await ask(first.url, '{ __typename }')).toEqual({
      status: 200,
      body: { data: { __typename: 'Query' } },
    });
    expect(await ask(first.url, '{ exchangeTime }')).toMatchObject({
      body: { data: { exchangeTime: expect.stringMatching(/^\d{4}-.*Z$/) } },
    });
    expect((await fetch(`${first.url}/health`)).status).toBe(200);
    expect((await fetch(`${first.url}/ready`)).status).toBe(200);
    await expect(start()).rejects.toThrow('is in use by process');
    expect(await first.stop()).toBe(0);

    const second = await start();
    expect((await fetch(`${second.url}/ready`)).status).toBe(200);
    expect(await second.stop()).toBe(0);
  });
});
