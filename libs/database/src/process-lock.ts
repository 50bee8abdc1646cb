import { randomUUID } from 'node:crypto';
import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';

import { processIdentity } from './process-identity.ts';

/**
 * Takes the lock `file` for this process, or answers the pid of the living process that has it.
 *
 * The file names pid and start of its holder, so a killed holder leaves a lock that counts for nothing, also when its
 * pid has been given to another process since.
 */
export function takeProcessLock(file: string): 'taken' | { readonly heldBy: number } {
  const draft = `${file}.${randomUUID()}`;
  writeFileSync(draft, `${process.pid} ${processIdentity(process.pid)}`);
  try {
    for (;;) {
      // A link appears at once and with its content, so nobody ever reads a half-written lock.
      if (
        succeeds('EEXIST', () => {
          linkSync(draft, file);
        })
      )
        return 'taken';
      const found = readLock(file);
      if (found === null) continue;
      const holder = livingHolder(found);
      if (holder !== null) return { heldBy: holder };
      const aside = `${draft}.stale`;
      if (
        !succeeds('ENOENT', () => {
          renameSync(file, aside);
        })
      )
        continue;
      // Somebody else replaced the stale lock between our reading and our moving it: it is theirs.
      if (readLock(aside) !== found)
        succeeds('EEXIST', () => {
          linkSync(aside, file);
        });
      rmSync(aside);
    }
  } finally {
    rmSync(draft);
  }
}

/** The pid of the living process that holds the lock `file`, if any. */
export function processLockHolder(file: string): number | null {
  const found = readLock(file);
  return found === null ? null : livingHolder(found);
}

export function releaseProcessLock(file: string): void {
  rmSync(file, { force: true });
}

function livingHolder(lock: string): number | null {
  const [, pid = '', identity] = /^(\d+) (.+)$/.exec(lock) ?? [];
  return identity !== undefined && processIdentity(Number(pid)) === identity ? Number(pid) : null;
}

function readLock(file: string): string | null {
  let found: string | null = null;
  succeeds('ENOENT', () => {
    found = readFileSync(file, 'utf8');
  });
  return found;
}

function succeeds(expectedFailure: string, action: () => void): boolean {
  try {
    action();
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === expectedFailure) return false;
    throw error;
  }
}
