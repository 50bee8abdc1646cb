import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, describe, expect, it } from '@jest/globals';
import { Client } from 'pg';

import { type EmbeddedServer, startEmbeddedServer } from './index.ts';

describe('the embedded server', () => {
  const folders: string[] = [];
  const running: EmbeddedServer[] = [];
  const newFolder = () => {
    const folder = mkdtempSync(join(tmpdir(), 'pdx-server-'));
    folders.push(folder);
    return folder;
  };
  const start = async (dataDir: string, log: (line: string) => void = () => undefined) => {
    const server = await startEmbeddedServer({ dataDir, log, volatile: true });
    running.push(server);
    return server;
  };
  const query = async (server: EmbeddedServer, sql: string) => {
    const client = new Client({ connectionString: server.ownerUrl });
    await client.connect();
    try {
      return (await client.query<Record<string, unknown>>(sql)).rows;
    } finally {
      await client.end();
    }
  };
  afterEach(async () => {
    await Promise.all(running.splice(0).map((server) => server.stop()));
    for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
  });
  // As root, mkdtemp's mode 700 keeps the server's user out: then data go below /var/lib.
  const enterable = (folder: string) => {
    execFileSync('chmod', ['711', folder]);
    return join(folder, 'data');
  };

  it('keeps its data from one start to the next', async () => {
    const dataDir = enterable(newFolder());
    const first = await start(dataDir);
    await query(first, 'CREATE TABLE kept AS SELECT 1 AS one');
    await first.stop();

    expect(await query(await start(dataDir), 'SELECT one FROM kept')).toEqual([{ one: 1 }]);
  });

  it('refuses a second start over the same data, and says who has them', async () => {
    const dataDir = enterable(newFolder());
    await start(dataDir);

    await expect(start(dataDir)).rejects.toMatchObject({
      code: 'DATA_DIR_IN_USE',
      message: expect.stringContaining(String(process.pid)),
    });
  });

  it('recovers when its process was killed and its pid file names a stranger', async () => {
    const dataDir = enterable(newFolder());
    const first = await start(dataDir);
    await query(first, 'CREATE TABLE kept AS SELECT 1 AS one; CHECKPOINT');
    const pidFile = join(first.dataDir, 'postgres', 'postmaster.pid');
    const pidLines = readFileSync(pidFile, 'utf8').split('\n');
    process.kill(Number(pidLines[0]), 'SIGKILL');
    await first.stop();
    writeFileSync(pidFile, [process.pid, ...pidLines.slice(1)].join('\n'));

    expect(await query(await start(dataDir), 'SELECT one FROM kept')).toEqual([{ one: 1 }]);
  });

  it('takes over from a process that was killed and left its server running', async () => {
    const dataDir = enterable(newFolder());
    const first = await start(dataDir);
    await query(first, 'CREATE TABLE kept AS SELECT 1 AS one');
    // What kill -9 of node leaves: a lock of a process that is gone, and the server alive.
    writeFileSync(join(first.dataDir, 'exchange.lock'), '999999999 1\n');

    expect(await query(await start(dataDir), 'SELECT one FROM kept')).toEqual([{ one: 1 }]);
  });

  it('starts over what an interrupted first start left', async () => {
    const dataDir = enterable(newFolder());
    mkdirSync(join(dataDir, 'postgres.unfinished'), { recursive: true });
    writeFileSync(join(dataDir, 'postgres.unfinished', 'PG_VERSION'), '18\n');
    writeFileSync(join(dataDir, 'postgres-password'), 'of the interrupted start');

    expect(await query(await start(dataDir), 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
  });

  it('lets one of the processes that race for data with a stale lock have them', async () => {
    const folder = newFolder();
    const lock = `
      import { DataDirInUse } from '${new URL('../../../dist/libs/database/src/database.errors.js', import.meta.url).href}';
      import { lockDataDir } from '${new URL('../../../dist/libs/database/src/data-dir-lock.js', import.meta.url).href}';
      try { lockDataDir('${folder}'); console.log('mine'); }
      catch (error) { console.log(error instanceof DataDirInUse ? 'in use' : error.stack); }
      setInterval(() => undefined, 1000);`;
    for (let round = 0; round < 3; round++) {
      writeFileSync(join(folder, 'exchange.lock'), '999999999 1\n');
      const racers = Array.from({ length: 6 }, () => {
        const racer = spawn(process.execPath, ['--input-type=module', '--eval', lock]);
        return { racer, said: once(racer.stdout, 'data').then(String) };
      });
      const said = await Promise.all(racers.map((each) => each.said));
      for (const { racer } of racers) racer.kill('SIGKILL');

      expect(said.sort()).toEqual([...Array<string>(5).fill('in use\n'), 'mine\n']);
    }
  });

  const asRoot = process.getuid?.() === 0 ? it : it.skip;
  asRoot('moves its data to a folder its user may enter, and names it', async () => {
    const closed = newFolder();
    mkdirSync(join(closed, 'deep'), { mode: 0o755 });
    const lines: string[] = [];
    const server = await start(join(closed, 'deep', 'data'), (line) => lines.push(line));
    folders.push(server.dataDir);

    expect(server.dataDir).toMatch(/^\/var\/lib\/public-data-exchange\/data-/);
    expect(lines.join('\n')).toContain(server.dataDir);
    expect(await query(server, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
  });
});
