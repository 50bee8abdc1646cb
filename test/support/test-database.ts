import { createHmac, randomUUID } from 'node:crypto';

import { Client } from 'pg';

export interface TestDatabase {
  /** As the server's superuser. */
  readonly ownerUrl: string;
  /** As the application: owns nothing, row-level security applies. */
  readonly appUrl: string;
  drop(): Promise<void>;
}

/** A migrated database of its own for one spec file, copied from the run's template. */
export async function createTestDatabase(): Promise<TestDatabase> {
  const { TEST_OWNER_URL: server, TEST_TEMPLATE: template } = process.env;
  if (!server || !template) throw new Error('The run was not set up: test/support/global-setup.mjs');
  const name = `pdx_test_${randomUUID().replaceAll('-', '')}`;
  await onServer(server, `CREATE DATABASE ${name} TEMPLATE ${template}`);
  const ownerUrl = new URL(server);
  ownerUrl.pathname = `/${name}`;
  const appUrl = new URL(ownerUrl);
  appUrl.username = 'pdx_app';
  appUrl.password = createHmac('sha256', decodeURIComponent(ownerUrl.password))
    .update('pdx_app')
    .digest('hex');
  return {
    ownerUrl: ownerUrl.toString(),
    appUrl: appUrl.toString(),
    drop: () => onServer(server, `DROP DATABASE ${name} WITH (FORCE)`),
  };
}

async function onServer(url: string, sql: string): Promise<void> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}
