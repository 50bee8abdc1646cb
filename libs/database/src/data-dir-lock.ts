import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { DataDirInUse } from './database.errors.ts';

/**
 * Takes a folder for this process alone. The lock names the process and when it started, so one left behind by
 * `kill -9` does not count, even when its process number has been given to somebody else.
 *
 * @returns how to give it back
 * @throws DataDirInUse
 */
export function lockDataDir(dataDir: string): () => void {
  const file = join(dataDir, 'exchange.lock');
  const mine = `${file}.${process.pid}`;
  writeFileSync(mine, `${process.pid} ${startOf(process.pid) ?? ''}\n`, { mode: 0o600 });
  try {
    while (!isLinked(mine, file)) {
      const owner = contentOf(file);
      if (owner === null) continue;
      const [pid, started] = owner.trim().split(' ');
      if (isAlive(Number(pid)) && (!started || startOf(Number(pid)) === started))
        throw new DataDirInUse(dataDir, Number(pid));
      removeStale(file, owner);
    }
  } finally {
    rmSync(mine, { force: true });
  }
  return () => {
    rmSync(file, { force: true });
  };
}

/** Linking makes the lock appear with its content, or not at all because there is one. */
function isLinked(from: string, to: string): boolean {
  try {
    linkSync(from, to);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

/** Takes away the lock of a dead owner, and not one that another starter has put there since. */
function removeStale(file: string, owner: string): void {
  const aside = `${file}.stale.${process.pid}`;
  try {
    renameSync(file, aside);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return;
    throw error;
  }
  if (contentOf(aside) !== owner) isLinked(aside, file);
  rmSync(aside, { force: true });
}

function contentOf(file: string): string | null {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}

/** Whether a process of this number runs. */
export function isAlive(pid: number): boolean {
  if (!Number.isSafeInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** When a process started, in ticks since boot; null where the system has no /proc. */
function startOf(pid: number): string | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The name in brackets may hold spaces; the fields after it begin with number 3, and 22 is the start.
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? null;
  } catch {
    return null;
  }
}
