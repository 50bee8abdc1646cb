// The same page by hand: node:http, pg, one named statement per request.
import { createServer } from 'node:http';

import { Pool } from 'pg';

const pool = new Pool({
  connectionString: process.env['APP_URL'],
  max: Number(process.env['DATABASE_POOL']),
});
const PAGE = `
  SELECT product.id, product.name, product.description, product.provider_id, party.name AS provider_name,
         listing.id AS listing_id, listing.price_per_call, listing.currency
  FROM product
  JOIN listing ON listing.product_id = product.id AND listing.state = 'LISTED'
  JOIN party ON party.id = product.provider_id
  WHERE product.state = 'LISTED' AND ($1::uuid IS NULL OR product.id > $1) ORDER BY product.id LIMIT $2`;

const server = createServer((request, response) => {
  let body = '';
  request.setEncoding('utf8').on('data', (part: string) => (body += part));
  request.on('end', () => {
    void answer(body).then((text) => {
      response.setHeader('content-type', 'application/json').end(text);
    });
  });
});

async function answer(body: string): Promise<string> {
  const { first, after } = JSON.parse(body) as { first: number; after: string | null };
  const { rows } = await pool.query<Record<string, string>>({
    name: 'page',
    text: PAGE,
    values: [after, first + 1],
  });
  const edges = rows.slice(0, first).map((row) => ({
    cursor: Buffer.from(JSON.stringify([row['id']])).toString('base64url'),
    node: {
      id: row['id'],
      name: row['name'],
      description: row['description'],
      provider: { id: row['provider_id'], name: row['provider_name'] },
      listing: { id: row['listing_id'], pricePerCall: row['price_per_call'], currency: row['currency'] },
    },
  }));
  const pageInfo = { hasNextPage: rows.length > first, endCursor: edges.at(-1)?.cursor };
  return JSON.stringify({ data: { products: { edges, pageInfo } } });
}

server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  console.log(`ready http://127.0.0.1:${String(typeof address === 'object' ? address?.port : '')}`);
});
