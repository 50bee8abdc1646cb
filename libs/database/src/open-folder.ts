import { chmodSync, lstatSync, mkdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { DataDirUnusable } from './database.errors.ts';
import { folderClosedTo, type ServerUser } from './server-user.ts';

/**
 * A folder of root's that `user` may enter, the same one each time for the same `name`: below /var/lib, or where that
 * is not possible below the folder for temporary files.
 */
export function openFolder(name: string, user: ServerUser): string {
  const bases = ['/var/lib', tmpdir()].map((parent) => join(parent, 'public-data-exchange'));
  for (const base of bases) {
    if (!isMade(base) || folderClosedTo(user, base) !== null) continue;
    const folder = join(base, name);
    if (isMade(folder)) return folder;
  }
  throw new DataDirUnusable(
    `PostgreSQL does not run as root, and ${bases.join(' and ')} are closed to other users`,
  );
}

/** False also for a folder somebody else made first: below a folder open to all it might be a trap. */
function isMade(folder: string): boolean {
  try {
    mkdirSync(folder, { recursive: true });
    const found = lstatSync(folder);
    if (!found.isDirectory() || found.uid !== 0) return false;
    chmodSync(folder, 0o755);
    return true;
  } catch {
    return false;
  }
}
