import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readlinkSync, realpathSync, statSync, symlinkSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';

import { DataDirUnusable } from './database.errors.ts';
import { openFolder } from './open-folder.ts';
import { folderClosedTo, serverUser, type ServerUser } from './server-user.ts';

/** Where an embedded server keeps what belongs to it. Everything but `cluster` belongs to the user who starts it. */
export interface EmbeddedHome {
  /** PostgreSQL's own data directory. */
  readonly cluster: string;
  readonly lock: string;
  readonly passwords: string;
  readonly serverLog: string;
}

/**
 * Makes or finds the home for `dataDir` and whom the server has to run as.
 *
 * The home is `dataDir` itself, unless the server's user may not enter it. Then it is a folder that user can enter, and
 * `dataDir/cluster` is a link to it that later starts follow.
 */
export function prepareHome(
  dataDir: string,
  log: (message: string) => void,
): { home: EmbeddedHome; user: ServerUser | null } {
  mkdirSync(dataDir, { recursive: true });
  const wanted = realpathSync(dataDir);
  const linked = linkTarget(join(wanted, 'cluster'));
  if (linked !== null) mkdirSync(dirname(linked), { recursive: true });

  const home = homeIn(linked === null ? wanted : dirname(linked));
  const user = serverUser();
  if (user === null) {
    const owner = existsSync(home.cluster) ? statSync(home.cluster).uid : undefined;
    if (owner === undefined || owner === process.getuid?.()) return { home, user: null };
    throw new DataDirUnusable(`${home.cluster} belongs to user ${owner}; start as that user or as root`);
  }

  // Data that an ordinary user made stay that user's when root starts the server later.
  const owner = existsSync(home.cluster) ? statSync(home.cluster) : user;
  const closed = folderClosedTo(owner, dirname(home.cluster));
  if (closed === null) return { home, user: { uid: owner.uid, gid: owner.gid } };
  if (existsSync(home.cluster)) {
    throw new DataDirUnusable(
      `${closed} is closed to the user ${owner.uid} that owns ${home.cluster} and runs PostgreSQL`,
    );
  }
  const moved = homeIn(
    openFolder(createHash('sha256').update(resolve(wanted)).digest('hex').slice(0, 16), user),
  );
  symlinkSync(moved.cluster, join(wanted, 'cluster'));
  log(
    `PostgreSQL does not run as root and other users may not enter ${closed}: data are in ${moved.cluster}`,
  );
  return { home: moved, user };
}

/** The home `dataDir` has already, if any. */
export function findHome(dataDir: string): EmbeddedHome | null {
  const cluster = join(dataDir, 'cluster');
  return existsSync(cluster) ? homeIn(dirname(realpathSync(cluster))) : null;
}

function homeIn(folder: string): EmbeddedHome {
  return {
    cluster: join(folder, 'cluster'),
    lock: join(folder, 'server.lock'),
    passwords: join(folder, 'passwords.json'),
    serverLog: join(folder, 'server.log'),
  };
}

function linkTarget(path: string): string | null {
  try {
    return readlinkSync(path);
  } catch {
    return null;
  }
}
