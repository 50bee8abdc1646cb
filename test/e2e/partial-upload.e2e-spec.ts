import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { appendFileSync, existsSync, mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { DomainError } from '#libs/foundation';

import { ExchangeClient } from '../../apps/pdx/src/exchange-client.ts';
import { sendFile } from '../../apps/pdx/src/send-file.ts';
import { SAMPLE_PASSWORD } from '../../apps/pdx/src/sample/sample-parties.ts';
import { csvOf, givenTable } from '../support/given-table.ts';
import { startExchange, type TestExchange } from '../support/start-exchange.ts';
import { whileHeld } from '../support/while-held.ts';

describe('an upload in parts', () => {
  let exchange: TestExchange;
  const tokens = new Map<string, string>();
  beforeAll(async () => {
    exchange = await startExchange();
    for (const login of ['provider', 'provider-2', 'regulator'])
      tokens.set(login, await ExchangeClient.tokenOf(exchange.url, login, SAMPLE_PASSWORD));
  });
  afterAll(async () => {
    await exchange.stop();
  });

  const ask = async (
    method: string,
    path: string,
    headers: Record<string, string>,
    body: Uint8Array<ArrayBuffer> | null = null,
    { login = 'provider', url = exchange.url } = {},
  ) => {
    const authorization = `Bearer ${tokens.get(login) ?? ''}`;
    const answer = await fetch(`${url}${path}`, { method, headers: { authorization, ...headers }, body });
    const text = await answer.text();
    return {
      status: answer.status,
      offset: answer.headers.get('upload-offset'),
      location: answer.headers.get('location') ?? '',
      answer: (text === '' ? null : JSON.parse(text)) as {
        id: string;
        sha256: string;
        error?: { code: string; path: string };
      } | null,
    };
  };
  const begin = (length: number, more = {}) =>
    ask('POST', '/uploads/parts?fileName=a.csv', { 'upload-length': String(length) }, null, more);
  const patch = (place: string, offset: number, bytes: Uint8Array<ArrayBuffer>, more = {}) =>
    ask(
      'PATCH',
      place,
      { 'content-type': 'application/offset+octet-stream', 'upload-offset': String(offset) },
      bytes,
      more,
    );
  const offsetOf = async (place: string, more = {}) => (await ask('HEAD', place, {}, null, more)).offset;

  it('goes on where it stopped, also after a restart, and becomes an upload as any other', async () => {
    const bytes = new TextEncoder().encode(csvOf(givenTable(300)));
    const { status, location: place } = await begin(bytes.length);
    expect([status, place]).toEqual([201, expect.stringMatching(/^\/uploads\/parts\//)]);

    expect(await patch(place, 0, bytes.slice(0, 5000))).toMatchObject({
      status: 204,
      offset: '5000',
      answer: null,
    });
    // Sent again, or with a gap.
    for (const offset of [0, 6000])
      expect(await patch(place, offset, bytes.slice(offset))).toMatchObject({
        status: 409,
        answer: { error: { code: 'WRONG_OFFSET', path: 'Upload-Offset' } },
      });
    const other = await exchange.startAnother(['api']);
    expect(await offsetOf(place, { url: other.url })).toBe('5000');
    expect(await patch(place, 5000, bytes.slice(5000, 9000), { url: other.url })).toMatchObject({
      offset: '9000',
    });

    const { status: last, answer } = await patch(place, 9000, bytes.slice(9000));
    expect(last).toBe(200);
    expect(answer?.sha256).toBe(createHash('sha256').update(bytes).digest('hex'));
    // The answer was lost: the same one again.
    expect(await patch(place, bytes.length, new Uint8Array())).toMatchObject({ status: 200, answer });
    expect(await offsetOf(place)).toBe(String(bytes.length));
    const { version } = await exchange.load<{ version: { rowCount: string } }>(
      'provider',
      'registerDataset',
      { name: '分段', description: '', uploadId: answer?.id },
      'version { rowCount }',
    );
    expect(version).toEqual({ rowCount: '300' });
  });

  it('keeps what came before the connection broke', async () => {
    const { location: place } = await begin(1_000_000);
    const { hostname, port } = new URL(exchange.url);
    const headers = {
      authorization: `Bearer ${tokens.get('provider') ?? ''}`,
      'content-type': 'application/offset+octet-stream',
      'content-length': '1000000',
      'upload-offset': '0',
    };
    await new Promise<void>((resolve) => {
      const outgoing = request({ hostname, port, path: place, method: 'PATCH', headers });
      outgoing.on('error', () => {
        resolve();
      });
      outgoing.write(Buffer.alloc(300_000, 'a'), () =>
        setTimeout(() => outgoing.destroy(new Error('broken')), 300),
      );
    });
    let offset = 0;
    for (let i = 0; i < 100 && offset === 0; i++) offset = Number(await offsetOf(place));
    expect(offset).toBeGreaterThan(0);
    expect(offset).toBeLessThanOrEqual(300_000);

    const rest = new Uint8Array(1_000_000 - offset).fill(97);
    const { answer } = await patch(place, offset, rest);
    expect(answer?.sha256).toBe(createHash('sha256').update(Buffer.alloc(1_000_000, 'a')).digest('hex'));
  });

  it('keeps one of two parts that race for one place', async () => {
    const { location: place } = await begin(200_000);
    const answers = await Promise.all(
      ['a', 'b'].map((letter) => patch(place, 0, new Uint8Array(100_000).fill(letter.charCodeAt(0)))),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([204, 409]);
    expect(await offsetOf(place)).toBe('100000');
  });

  it('is one file, and all of it, also for who asks what became of it while it is put together', async () => {
    const part = 20_000;
    const parts = 20;
    for (let round = 0; round < 8; round++) {
      const bytes = new Uint8Array(part * parts).fill(97 + round);
      const { location: place } = await begin(bytes.length);
      for (let i = 0; i < parts - 1; i++) await patch(place, i * part, bytes.slice(i * part, (i + 1) * part));
      const answers = await Promise.all([
        patch(place, bytes.length - part, bytes.slice(-part)),
        ...[1, 2, 3, 4].map(async (i) => {
          await delay(i * 3);
          return patch(place, bytes.length, new Uint8Array());
        }),
      ]);
      const sha256 = createHash('sha256').update(bytes).digest('hex');
      const whole = answers.filter(({ status }) => status === 200);
      expect(whole.length).toBeGreaterThan(0);
      for (const { answer } of whole) expect(answer).toMatchObject({ id: whole[0]?.answer?.id, sha256 });
      // Who asked before the last part had come is told so.
      for (const { status, answer } of answers)
        expect(status === 200 || answer?.error?.code).toBe(status === 200 || 'WRONG_OFFSET');
    }
  });

  it('is cleared away when it is not ended within seven days', async () => {
    const [old, recent, ended] = [await begin(10), await begin(10), await begin(10)];
    for (const { location } of [old, recent]) await patch(location, 0, new Uint8Array(5).fill(97));
    await patch(ended.location, 0, new Uint8Array(10).fill(97));
    const idOf = ({ answer }: typeof old) => answer?.id ?? '';
    const since = (days: string, of: typeof old) =>
      exchange.owner.query('UPDATE partial_upload SET begun_at = begun_at - $2::interval WHERE id = $1', [
        idOf(of),
        days,
      ]);
    await since('6 days 23 hours', recent);
    await since('30 days', ended);
    await since('7 days', old);

    let status = 200;
    const deadline = performance.now() + 30_000;
    while (status !== 404 && performance.now() < deadline) ({ status } = await ask('HEAD', old.location, {}));
    expect(status).toBe(404);
    expect(await offsetOf(recent.location)).toBe('5');
    expect(await offsetOf(ended.location)).toBe('10');
    const parts = join(exchange.filesDir, 'uploads', 'parts');
    expect([old, recent].map((upload) => existsSync(join(parts, idOf(upload))))).toEqual([false, true]);
    // An entry is in the one or in the other.
    const { rows } = await exchange.owner.query<{ entries: number }>(
      `SELECT count(*)::integer AS entries
       FROM (SELECT action FROM audit_outbox UNION ALL SELECT action FROM audit_entry) AS entry
       WHERE action = 'CLEAR_UPLOAD'`,
    );
    expect(rows).toEqual([{ entries: 1 }]);
  });

  it('is refused where it is too long, of no length, another party’s or by a role that sends nothing', async () => {
    expect(await begin(10_000_000_000)).toMatchObject({ status: 413 });
    for (const length of [0, -1, 1.5]) expect(await begin(length)).toMatchObject({ status: 400 });
    expect(await begin(10, { login: 'regulator' })).toMatchObject({ status: 403 });
    const { location: place } = await begin(10);
    expect(await patch(place, 0, new Uint8Array(11))).toMatchObject({ status: 413 });
    expect(await offsetOf(place)).toBe('0');
    expect(await patch(place, 0, new Uint8Array(10), { login: 'provider-2' })).toMatchObject({
      status: 404,
      answer: { error: { code: 'PARTIAL_UPLOAD_NOT_FOUND' } },
    });
    expect(await ask('HEAD', '/uploads/parts/nothing', {})).toMatchObject({ status: 404 });
  });

  it('is begun only within what a party may have, however many are begun at once', async () => {
    const { rows } = await exchange.owner.query<{ held: string }>(
      `SELECT sum(byte_size) AS held
       FROM (SELECT party_id, byte_size FROM upload UNION ALL
             SELECT party_id, byte_size FROM partial_upload WHERE upload_id IS NULL) AS file
       JOIN person USING (party_id) WHERE login = 'provider-2'`,
    );
    const partyBytes = BigInt(rows[0]?.held ?? 0) + 100n;
    const { url } = await exchange.startAnother(['api'], { partyBytes });
    const more = { login: 'provider-2', url };
    const answers = await whileHeld(
      exchange.owner,
      'LOCK TABLE partial_upload IN ACCESS EXCLUSIVE MODE',
      [],
      async (waiting) => {
        const begun = Promise.all([begin(60, more), begin(60, more)]);
        await waiting(2);
        await exchange.owner.query('COMMIT');
        return begun;
      },
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 413]);
    expect(answers.find(({ status }) => status === 413)?.answer).toMatchObject({
      error: {
        code: 'UPLOAD_QUOTA_EXCEEDED',
        path: 'file',
        message: expect.stringContaining(`at most ${partyBytes} bytes`),
      },
    });
    expect(await begin(40, more)).toMatchObject({ status: 201 });
    const whole = await ask(
      'POST',
      '/uploads?fileName=b.csv',
      { 'content-type': 'text/csv' },
      new TextEncoder().encode('a\n1\n'),
      more,
    );
    expect(whole).toMatchObject({ status: 413, answer: { error: { code: 'UPLOAD_QUOTA_EXCEEDED' } } });
    // What was begun within it still becomes whole.
    const place = answers.find(({ status }) => status === 201)?.location ?? '';
    expect(await patch(place, 0, new Uint8Array(60).fill(97), more)).toMatchObject({ status: 200 });
  });

  it('is the same upload for all who send the same file at once', async () => {
    const client = await exchange.as('provider');
    const bytes = new TextEncoder().encode('代码\n同时\n');
    for (let round = 0; round < 5; round++) {
      const sent = await Promise.all([1, 2, 3, 4].map(() => client.upload(`同时${round}.csv`, bytes)));
      expect(new Set(sent.map(({ id }) => id)).size).toBe(1);
    }
  });

  describe('by pdx upload', () => {
    const dir = mkdtempSync(join(tmpdir(), 'pdx-sent-'));
    const file = join(dir, '文件.csv');
    afterAll(() => {
      rmSync(dir, { recursive: true });
    });
    const begunOf = async (size: number, sent: string) => {
      const { location, answer } = await begin(size);
      await patch(location, 0, new TextEncoder().encode(sent));
      return answer?.id ?? '';
    };
    const send = async (begun: string | null, onProgress: () => void = () => undefined) => {
      try {
        return (await sendFile(await exchange.as('provider'), file, begun, onProgress)).sha256;
      } catch (error) {
        if (!(error instanceof DomainError)) throw error;
        return `${error.code} ${error.message}`;
      }
    };

    it('goes on with the very file only', async () => {
      writeFileSync(file, 'aaaabbbb');
      expect(await send(await begunOf(8, 'aaaa'))).toBe(
        createHash('sha256').update('aaaabbbb').digest('hex'),
      );
      expect(await send(await begunOf(8, 'cccc'))).toMatch('FILE_CHANGED');
      for (const size of [7, 9])
        expect(await send(await begunOf(size, 'aaaa'))).toBe(
          `INVALID_INPUT FILE: has 8 bytes; the one that was begun has ${size}`,
        );
    });

    it('sends no file that is written to meanwhile', async () => {
      for (const change of [
        () => {
          truncateSync(file, 20_000_000);
        },
        () => {
          appendFileSync(file, 'a');
        },
      ]) {
        writeFileSync(file, Buffer.alloc(40_000_000, 'a'));
        let isChanged = false;
        const outcome = await send(null, () => {
          if (!isChanged) change();
          isChanged = true;
        });
        expect(outcome).toMatch('FILE_CHANGED');
      }
    });

    it('says as soon as it has begun how to go on, once', async () => {
      writeFileSync(file, Buffer.alloc(40_000_000, 'a\n'));
      const main = join(import.meta.dirname, '../../dist/apps/pdx/src/main.js');
      const env = { ...process.env, PDX_URL: exchange.url, PDX_PASSWORD: SAMPLE_PASSWORD };
      const upload = (stopAt: RegExp | null, ...words: string[]) =>
        new Promise<{ status: unknown; said: string; noted: string }>((resolve) => {
          const all = [main, 'upload', '--login', 'provider', file, ...words];
          let noted = '';
          const child = execFile(process.execPath, all, { env }, (error, said) => {
            resolve({ status: error?.signal ?? error?.code ?? 0, said, noted });
          });
          child.stderr?.on('data', (part: string) => {
            noted += part;
            if (stopAt?.test(noted)) child.kill('SIGINT');
          });
        });
      const stopped = await upload(/--resume \S+\n/);
      expect(stopped).toMatchObject({ status: 'SIGINT', said: '' });
      const [, id = ''] = /^begun; to go on if it is stopped: --resume (\S+)\n/.exec(stopped.noted) ?? [];
      const resumed = await upload(null, '--resume', id);
      expect(resumed).toMatchObject({ status: 0, said: expect.stringMatching(/^[0-9a-f-]{36}\n$/) });
      expect(resumed.noted).not.toMatch('--resume');
      writeFileSync(file, Buffer.alloc(40_000_000, 'b\n'));
      const whole = await upload(null);
      expect(whole.status).toBe(0);
      expect(whole.noted.match(/--resume/g)).toHaveLength(1);
      expect(await upload(null, '--json')).toMatchObject({ status: 0, noted: '' });
    });

    it('says what is wrong with a call, and answers JSON', async () => {
      const main = join(import.meta.dirname, '../../dist/apps/pdx/src/main.js');
      const env = { ...process.env, PDX_URL: exchange.url, PDX_PASSWORD: SAMPLE_PASSWORD };
      const upload = (...words: string[]) =>
        new Promise<{ status: unknown; out: string }>((resolve) => {
          const all = [main, 'upload', '--login', 'provider', ...words];
          execFile(process.execPath, all, { env }, (error, stdout, stderr) => {
            resolve({ status: error?.code ?? 0, out: stdout || stderr });
          });
        });
      writeFileSync(file, '');
      for (const [path, message] of [
        [dir, 'is no file'],
        [file, 'has no bytes'],
        [join(dir, 'nothing'), 'cannot be read'],
      ] as const) {
        const { status, out } = await upload('--json', path);
        expect(status).toBe(2);
        expect(JSON.parse(out)).toMatchObject({
          error: { code: 'INVALID_INPUT', path: 'FILE', message: expect.stringContaining(message) },
        });
      }
      writeFileSync(file, 'a\n1\n');
      const { status, out } = await upload('--json', file);
      expect([status, JSON.parse(out)]).toEqual([
        0,
        { id: expect.any(String), sha256: createHash('sha256').update('a\n1\n').digest('hex') },
      ]);
      // Neither says how to go on with what there is not.
      expect(await upload(file, '--resume', 'nonsense')).toEqual({
        ...{ status: 2, out: expect.stringMatching(/^pdx: --resume: must be the id of an upload.*\n$/) },
      });
      expect(await upload(file, '--resume', '00000000-0000-7000-8000-000000000000')).toEqual({
        ...{ status: 1, out: 'pdx: Your party has begun no such upload (PARTIAL_UPLOAD_NOT_FOUND id)\n' },
      });
    });
  });
});
