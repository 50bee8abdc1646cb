import { chmodSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import pg from 'pg';

import { migrate, openAppLogin, startEmbeddedServer } from '../../dist/libs/database/src/index.js';

/** One server and one migrated template database for the whole run; DATABASE_URL uses an existing server instead. */
export default async function globalSetup() {
  let ownerUrl = process.env.DATABASE_URL;
  if (!ownerUrl) {
    const folder = mkdtempSync(join(tmpdir(), 'pdx-test-'));
    chmodSync(folder, 0o711);
    globalThis.testFolder = folder;
    globalThis.testServer = await startEmbeddedServer({
      dataDir: join(folder, 'data'),
      log: console.log,
      volatile: true,
    });
    ownerUrl = globalThis.testServer.ownerUrl;
  }
  const template = `pdx_template_${process.pid}`;
  const client = new pg.Client({ connectionString: ownerUrl });
  await client.connect();
  await client.query(`CREATE DATABASE ${template}`);
  await client.end();
  const templateUrl = new URL(ownerUrl);
  templateUrl.pathname = `/${template}`;
  await migrate(templateUrl.toString());
  await openAppLogin(templateUrl.toString());
  process.env.TEST_OWNER_URL = ownerUrl;
  process.env.TEST_TEMPLATE = template;
}
