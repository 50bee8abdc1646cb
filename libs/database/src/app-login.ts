import { Client } from 'pg';

import { derivedPassword } from './embedded-server.ts';

/**
 * Lets the application's role sign in and answers its connection string. The password follows from the owner's, so
 * every process of the exchange comes to the same one. The role owns nothing and cannot become another.
 */
export async function openAppLogin(ownerUrl: string): Promise<string> {
  const url = new URL(ownerUrl);
  const password = derivedPassword(decodeURIComponent(url.password), 'pdx_app');
  const client = new Client({ connectionString: ownerUrl });
  await client.connect();
  try {
    await client.query(`ALTER ROLE pdx_app LOGIN PASSWORD ${client.escapeLiteral(password)}`);
  } finally {
    await client.end();
  }
  url.username = 'pdx_app';
  url.password = password;
  return url.toString();
}
