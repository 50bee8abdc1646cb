import { rmSync } from 'node:fs';

import pg from 'pg';

export default async function globalTeardown() {
  const client = new pg.Client({ connectionString: process.env.TEST_OWNER_URL });
  await client.connect();
  await client.query(`DROP DATABASE ${process.env.TEST_TEMPLATE}`);
  await client.end();
  await globalThis.testServer?.stop();
  if (globalThis.testFolder) rmSync(globalThis.testFolder, { recursive: true, force: true });
}
