import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** The folder that holds prisma-free-schema: the same whether the program runs from its source or from dist. */
export function packageRoot(): string {
  for (let folder = import.meta.dirname; ; folder = dirname(folder)) {
    if (existsSync(join(folder, 'prisma-free-schema'))) return folder;
    if (folder === dirname(folder)) throw new Error(`No prisma-free-schema above ${import.meta.dirname}`);
  }
}
