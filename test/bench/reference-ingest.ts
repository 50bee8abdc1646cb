// The same file into a table of the same types with COPY alone: no encoding found, nothing inferred, checked or profiled.
import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';

import type { Client } from 'pg';
import copyStreams from 'pg-copy-streams';

const TYPES = [
  ...['text', 'text', 'bigint', 'date', 'numeric', 'numeric', 'bigint', 'bigint', 'bigint', 'text'],
  ...['boolean', 'bigint', 'bigint', 'numeric', 'text', 'text', 'date', 'bigint', 'text', 'bigint'],
];

export async function copyBare(client: Client, file: string): Promise<void> {
  await client.query('DROP TABLE IF EXISTS bare');
  await client.query(`CREATE TABLE bare (${TYPES.map((type, i) => `c${i + 1} ${type}`).join(', ')})`);
  await pipeline(
    createReadStream(file),
    client.query(copyStreams.from('COPY bare FROM STDIN (FORMAT csv, HEADER)')),
  );
}
