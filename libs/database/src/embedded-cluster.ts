import { randomBytes } from 'node:crypto';
import { chownSync, existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';

import { DataDirUnusable } from './database.errors.ts';
import type { EmbeddedHome } from './embedded-home.ts';
import type { PostgresBinaries } from './postgres-binaries.ts';
import { runProgram } from './run-program.ts';
import type { ServerUser } from './server-user.ts';

/** Known to whoever may read the home's files, and to nobody else: never logged, never on a command line. */
export interface ClusterPasswords {
  readonly owner: string;
  readonly app: string;
}

/** Makes the cluster on the first start. One that was being made when its maker was killed is made anew. */
export async function makeClusterOnce(
  home: EmbeddedHome,
  binaries: PostgresBinaries,
  user: ServerUser | null,
): Promise<void> {
  if (existsSync(home.cluster)) return;
  const passwords: ClusterPasswords = { owner: randomPassword(), app: randomPassword() };
  writeFileSync(home.passwords, JSON.stringify(passwords), { mode: 0o600 });

  const unfinished = `${home.cluster}.new`;
  const passwordFile = `${home.cluster}.password`;
  rmSync(unfinished, { recursive: true, force: true });
  mkdirFor(user, unfinished);
  try {
    rmSync(passwordFile, { force: true });
    writeFileSync(passwordFile, passwords.owner, { mode: 0o600 });
    if (user) chownSync(passwordFile, user.uid, user.gid);
    await runProgram(
      binaries.initdb,
      [
        ...[
          `--pgdata=${unfinished}`,
          '--username=postgres',
          `--pwfile=${passwordFile}`,
          '--auth=scram-sha-256',
        ],
        ...['--encoding=UTF8', '--locale=C.UTF-8', '--locale-provider=builtin', '--data-checksums'],
      ],
      user,
    );
  } finally {
    rmSync(passwordFile, { force: true });
  }
  renameSync(unfinished, home.cluster);
}

export function readPasswords(home: EmbeddedHome): ClusterPasswords {
  try {
    return JSON.parse(readFileSync(home.passwords, 'utf8')) as ClusterPasswords;
  } catch (error) {
    throw new DataDirUnusable(`${home.passwords} cannot be read: ${(error as Error).message}`);
  }
}
