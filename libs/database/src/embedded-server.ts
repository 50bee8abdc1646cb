import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { createHmac, randomBytes } from 'node:crypto';
import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';

import { Client } from 'pg';

import { isAlive, lockDataDir } from './data-dir-lock.ts';
import { PostgresDidNotStart } from './database.errors.ts';
import { giveToServer, type ServerPlaces, serverPlaces } from './server-places.ts';

export interface EmbeddedServer {
  /** Connects as the server's superuser. */
  readonly ownerUrl: string;
  readonly dataDir: string;
  readonly port: number;
  /** Ends every session, writes everything down, and waits until the server is gone. */
  stop(): Promise<void>;
}

export interface EmbeddedServerOptions {
  readonly dataDir: string;
  readonly log: (line: string) => void;
  /** Throwing data away after a crash is fine. Tests only. */
  readonly volatile?: boolean;
}

const STOP_LIMIT_MS = 10_000;
const START_ATTEMPTS = 3;

/**
 * Starts the PostgreSQL that comes with the npm packages on a free port of 127.0.0.1, over the data of `dataDir`,
 * which is made when missing. What a killed process left behind is cleared: a server that lost its parent is stopped,
 * a stale pid file goes, and PostgreSQL recovers its data itself.
 *
 * @throws DataDirInUse, PostgresDidNotStart
 */
export async function startEmbeddedServer(options: EmbeddedServerOptions): Promise<EmbeddedServer> {
  const places = serverPlaces(options.dataDir, options.log);
  const unlock = lockDataDir(places.dataDir);
  try {
    const cluster = join(places.dataDir, 'postgres');
    const password = initialise(places, cluster);
    await clearLeftovers(cluster);
    const { server, port, ownerUrl } = await serve(places, cluster, password, options.volatile === true);
    const lastResort = () => {
      server.kill('SIGINT');
    };
    process.once('exit', lastResort);
    return {
      ownerUrl,
      dataDir: places.dataDir,
      port,
      async stop() {
        process.off('exit', lastResort);
        await stopServer(server);
        unlock();
      },
    };
  } catch (error) {
    unlock();
    throw error;
  }
}

/** On a port that was free a moment ago; somebody else may have taken it since, so it tries others. */
async function serve(places: ServerPlaces, cluster: string, password: string, isVolatile: boolean) {
  for (let attempt = 1; ; attempt++) {
    const port = await freePort();
    const server = spawnServer(places, cluster, port, isVolatile);
    const ownerUrl = `postgres://postgres:${password}@127.0.0.1:${port}/postgres`;
    if (await isReady(server, ownerUrl)) return { server, port, ownerUrl };
    await stopServer(server);
    if (attempt === START_ATTEMPTS)
      throw new PostgresDidNotStart(
        `The embedded PostgreSQL did not start; see ${join(places.dataDir, 'postgres.log')}`,
      );
  }
}

/** The password of a login role, the same for every process that knows the owner's. */
export function derivedPassword(ownerPassword: string, role: string): string {
  return createHmac('sha256', ownerPassword).update(role).digest('hex');
}

function initialise(places: ServerPlaces, cluster: string): string {
  const passwordFile = join(places.dataDir, 'postgres-password');
  if (existsSync(join(cluster, 'PG_VERSION')) && existsSync(passwordFile))
    return readFileSync(passwordFile, 'utf8');
  // Made beside and then renamed: an initdb that was interrupted looks like a cluster.
  const unfinished = `${cluster}.unfinished`;
  rmSync(unfinished, { recursive: true, force: true });
  const password = randomBytes(24).toString('hex');
  writeFileSync(passwordFile, password, { mode: 0o600 });
  giveToServer(passwordFile, places.runAs);
  mkdirSync(unfinished, { mode: 0o700 });
  giveToServer(unfinished, places.runAs);
  execFileSync(
    join(places.binDir, 'initdb'),
    [
      ...[
        '--pgdata',
        unfinished,
        '--username',
        'postgres',
        '--pwfile',
        passwordFile,
        '--auth',
        'scram-sha-256',
      ],
      ...[
        '--encoding',
        'UTF8',
        '--locale',
        'C',
        '--locale-provider',
        'builtin',
        '--builtin-locale',
        'C.UTF-8',
      ],
      ...['--data-checksums', '--no-instructions'],
    ],
    { ...places.runAs, cwd: '/', stdio: ['ignore', 'ignore', 'pipe'] },
  );
  renameSync(unfinished, cluster);
  return password;
}

async function clearLeftovers(cluster: string): Promise<void> {
  const pidFile = join(cluster, 'postmaster.pid');
  if (!existsSync(pidFile)) return;
  const pid = Number(readFileSync(pidFile, 'utf8').split('\n')[0]);
  if (isAlive(pid) && runsOver(pid, cluster)) {
    process.kill(pid, 'SIGINT');
    for (let waited = 0; isAlive(pid) && runsOver(pid, cluster); waited += 50) {
      if (waited > STOP_LIMIT_MS) process.kill(pid, 'SIGQUIT');
      await wait(50);
    }
  }
  // The number may belong to a stranger by now, for whom PostgreSQL would wait in vain.
  rmSync(pidFile, { force: true });
}

function runsOver(pid: number, cluster: string): boolean {
  try {
    const arguments_ = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
    // A killed process that nobody has waited for yet has an empty command line.
    return arguments_.includes(cluster);
  } catch {
    return process.platform !== 'linux';
  }
}

function spawnServer(places: ServerPlaces, cluster: string, port: number, isVolatile: boolean): ChildProcess {
  const settings = {
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    port: String(port),
    timezone: 'UTC',
    log_timezone: 'UTC',
    ...(isVolatile ? { fsync: 'off', full_page_writes: 'off' } : {}),
  };
  const flags = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  const logFile = openSync(join(places.dataDir, 'postgres.log'), 'a', 0o600);
  // A group of its own: Ctrl-C reaches us first, and we stop it when nothing needs it any more.
  const server = spawn(join(places.binDir, 'postgres'), ['-D', cluster, ...flags], {
    ...places.runAs,
    cwd: '/',
    detached: true,
    stdio: ['ignore', logFile, logFile],
  });
  closeSync(logFile);
  server.on('error', () => undefined);
  return server;
}

async function isReady(server: ChildProcess, url: string): Promise<boolean> {
  for (
    let waited = 0;
    waited < 60_000 && server.exitCode === null && server.pid !== undefined;
    waited += 50
  ) {
    const client = new Client({ connectionString: url });
    client.on('error', () => undefined);
    try {
      await client.connect();
      await client.end();
      return true;
    } catch {
      await wait(50);
    }
  }
  return false;
}

async function stopServer(server: ChildProcess): Promise<void> {
  if (server.pid === undefined || server.exitCode !== null || server.signalCode !== null) return;
  const gone = new Promise((resolve) => server.once('exit', resolve));
  server.kill('SIGINT');
  const impatient = setTimeout(() => server.kill('SIGQUIT'), STOP_LIMIT_MS);
  await gone;
  clearTimeout(impatient);
}

async function freePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((resolve) => probe.listen(0, '127.0.0.1', resolve));
  const address = probe.address();
  await new Promise((resolve) => probe.close(resolve));
  if (address === null || typeof address === 'string') throw new RangeError('A TCP server has a port');
  return address.port;
}
