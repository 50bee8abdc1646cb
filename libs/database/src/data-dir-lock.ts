import { readFileSync, rmSync, writeFileSync } from 'node:fs';
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
  for (;;) {
    try {
      writeFileSync(file, `${process.pid} ${startOf(process.pid) ?? ''}\n`, { flag: 'wx', mode: 0o600 });
      return () => {
        rmSync(file, { force: true });
      };
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
    const [pid, started] = readFileSync(file, 'utf8').trim().split(' ');
    if (isAlive(Number(pid)) && (!started || startOf(Number(pid)) === started))
      throw new DataDirInUse(dataDir, Number(pid));
    rmSync(file, { force: true });
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
