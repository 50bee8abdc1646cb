import { readFileSync, statSync } from 'node:fs';
import { dirname } from 'node:path';

export interface ServerUser {
  readonly uid: number;
  readonly gid: number;
}

/** Whom PostgreSQL runs as, because it refuses to run as root: `nobody`. Null where we are an ordinary user already. */
export function serverUser(): ServerUser | null {
  if (process.getuid?.() !== 0) return null;
  const entry = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .find((line) => line.startsWith('nobody:'));
  const [, , uid, gid] = entry?.split(':') ?? [];
  if (uid === undefined || gid === undefined) throw new Error('/etc/passwd has no user nobody');
  return { uid: Number(uid), gid: Number(gid) };
}

/** The first folder on the way down to `path`, itself included, that `user` may not enter; null when all are open. */
export function folderClosedTo(user: ServerUser, path: string): string | null {
  const above = dirname(path) === path ? null : folderClosedTo(user, dirname(path));
  if (above !== null) return above;
  const { uid, gid, mode } = statSync(path);
  const executable = uid === user.uid ? 0o100 : gid === user.gid ? 0o010 : 0o001;
  return (mode & executable) === 0 ? path : null;
}
