import { spawn } from 'node:child_process';

import { DatabaseServerFailed } from './database.errors.ts';
import type { ServerUser } from './server-user.ts';

/** How every program of the server is started: as its user, from a folder that user may be in, in a plain environment. */
export function spawnOptions(user: ServerUser | null) {
  return { ...user, cwd: '/', env: { PATH: process.env['PATH'] ?? '', LC_ALL: 'C', TZ: 'UTC' } };
}

/** Runs one of the server's programs to its end. @throws DatabaseServerFailed with its output when it does not end well */
export async function runProgram(
  program: string,
  args: readonly string[],
  user: ServerUser | null,
): Promise<void> {
  const child = spawn(program, args, { ...spawnOptions(user), stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
  }
  const code = await new Promise<number | null>((resolve, reject) => {
    child.on('error', reject).on('close', resolve);
  });
  if (code !== 0) throw new DatabaseServerFailed(`${program} failed`, output);
}
