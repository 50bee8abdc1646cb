// The same call by hand: node:http, pg, one call of the function per request.
import { createHash, createHmac } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';

import { Pool } from 'pg';

const pool = new Pool({
  connectionString: process.env['APP_URL'],
  max: Number(process.env['DATABASE_POOL']),
});
const key = Buffer.from(readFileSync(process.env['PSEUDONYM_KEY'] ?? '', 'utf8'), 'hex');
const consumer = process.env['CONSUMER'] ?? '';
const actor = process.env['ACTOR'] ?? '';
const INVOKE = 'SELECT * FROM invoke_group($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)';

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
  const { grant, client, subject } = JSON.parse(body) as Record<'grant' | 'client' | 'subject', string>;
  const subjectKey = createHmac('sha256', key).update(subject).digest();
  const hash = createHash('sha256').update(body).digest();
  const now = new Date(Date.now() + Number(process.env['CLOCK_OFFSET_MS']));
  const one = [
    [grant],
    [consumer],
    [client],
    [hash],
    [subjectKey],
    ['LOAN_ORIGINATION'],
    [null],
    [actor],
    ['r'],
    now,
  ];
  const { rows } = await pool.query<Record<string, unknown>>({ name: 'invoke', text: INVOKE, values: one });
  return JSON.stringify({ data: { invoke: rows[0] } });
}

server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  console.log(`ready http://127.0.0.1:${String(typeof address === 'object' ? address?.port : '')}`);
});
