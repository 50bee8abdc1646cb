import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/**
 * Names one run of a process, or is null when `pid` runs nothing.
 *
 * A process that gets the same pid later, even after a reboot, has another identity. Without /proc only the pid itself
 * can be checked. A killed process that nobody has reaped yet counts as gone.
 */
export function processIdentity(pid: number): string | null {
  const stat = readProc(`${pid}/stat`);
  if (stat === null) return isSignalable(pid) ? `pid ${pid}` : null;
  // The second field is a name in parentheses that may itself hold spaces and parentheses.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const [state] = fields;
  const startedAt = fields[19];
  if (state === 'Z' || state === 'X' || startedAt === undefined) return null;
  return `${readProc('sys/kernel/random/boot_id')?.trim()} ${startedAt}`;
}

/** The words `pid` was started with, as one text; null when it runs nothing or may not be asked. */
export function commandLineOf(pid: number): string | null {
  const words = readProc(`${pid}/cmdline`);
  if (words !== null) return words.replaceAll('\0', ' ');
  try {
    return execFileSync('ps', ['-o', 'command=', '-p', String(pid)], { encoding: 'utf8', stdio: 'pipe' });
  } catch {
    return null;
  }
}

function readProc(file: string): string | null {
  try {
    return readFileSync(`/proc/${file}`, 'utf8');
  } catch {
    return null;
  }
}

function isSignalable(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
