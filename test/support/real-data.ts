import { existsSync } from 'node:fs';
import { join } from 'node:path';

const FILES = ['default-of-credit-card-clients.csv', 'heart-disease-cleveland.csv'];

/** A folder with two real data sets, which lie beside the project on some machines only, or where REAL_DATA says. */
const folder = [process.env['REAL_DATA'] ?? '', '../shared/data'].find((dir) =>
  FILES.every((name) => existsSync(join(dir, name))),
);

/** Their paths; none, said loudly, where they are not: the tests that use them are there in addition. */
export function realDataFiles(): readonly string[] {
  if (folder === undefined) console.warn(`SKIPPED: REAL_DATA names no folder with ${FILES.join(' and ')}`);
  return folder === undefined ? [] : FILES.map((name) => join(folder, name));
}
