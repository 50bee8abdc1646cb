// An officer's list of what is due, by hand: node:http, pg, one named statement, past row-level security.
import { createServer } from 'node:http';

import { Pool } from 'pg';

const pool = new Pool({
  connectionString: process.env['APP_URL'],
  max: Number(process.env['DATABASE_POOL']),
});
const PAGE = `
  SELECT id, kind, registration_id, due::text AS due_day, is_provisional
  FROM legal_deadline
  WHERE closed_at IS NULL AND begins_on <= $2 AND party_id = $1 ORDER BY due, id LIMIT $3`;

const server = createServer((request, response) => {
  request.resume().on('end', () => {
    void answer().then((text) => {
      response.setHeader('content-type', 'application/json').end(text);
    });
  });
});

async function answer(): Promise<string> {
  const { rows } = await pool.query<Record<string, string>>({
    name: 'page',
    text: PAGE,
    values: [process.env['REGISTRY'], process.env['TODAY'], 21],
  });
  const edges = rows.slice(0, 20).map((row) => ({
    cursor: Buffer.from(JSON.stringify([row['due_day'], row['id']])).toString('base64url'),
    node: {
      id: row['id'],
      kind: row['kind'],
      registrationId: row['registration_id'],
      due: row['due_day'],
      isProvisional: row['is_provisional'],
    },
  }));
  const pageInfo = { hasNextPage: rows.length > 20, endCursor: edges.at(-1)?.cursor };
  return JSON.stringify({ data: { legalDeadlines: { edges, pageInfo } } });
}

server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  console.log(`ready http://127.0.0.1:${String(typeof address === 'object' ? address?.port : '')}`);
});
