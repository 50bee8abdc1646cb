import { type ChildProcess, spawn } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { Client } from 'pg';

import { openAppLogin, startEmbeddedServer } from '#libs/database';

import { ExchangeClient } from '../../apps/pdx/src/exchange-client.ts';
import { SAMPLE_PASSWORD } from '../../apps/pdx/src/sample/sample-parties.ts';
import { closedLoop, type Figures, type Shot } from './closed-loop.ts';

const CLIENTS = 16;
const POOL = '10';
const ROUNDS = 5;
const WARM_UP_MS = 1000;
const ROUND_MS = 2000;

interface Side {
  readonly url: string;
  readonly nextShot: () => Shot;
  readonly isRight: (answer: string) => boolean;
}

interface Setting {
  readonly url: string;
  readonly owner: Client;
  readonly ownerUrl: string;
  readonly tokenOf: (login: string) => Promise<string>;
  readonly startReference: (file: string, environment?: Record<string, string>) => Promise<string>;
  readonly filesDir: string;
}

/** Each makes what it needs in the sample exchange's database and answers its two sides. */
const BENCHES: Readonly<
  Partial<Record<string, (setting: Setting) => Promise<{ ours: Side; reference: Side }>>>
> = {
  async catalogue({ url, owner, tokenOf, startReference }) {
    const token = await tokenOf('bank');
    await owner.query(`
      WITH made AS (
        INSERT INTO product SELECT (p).*
        FROM (SELECT jsonb_populate_record(product, jsonb_build_object('id', gen_random_uuid())) AS p
              FROM product, generate_series(1, 80)) AS copies RETURNING id)
      INSERT INTO listing SELECT (l).*
      FROM made, LATERAL (SELECT jsonb_populate_record(listing, jsonb_build_object('id', gen_random_uuid(), 'product_id', made.id)) AS l
                          FROM listing ORDER BY id LIMIT 1) AS copies`);
    await owner.query('ANALYZE');
    const query = `{ products(first: 20) { edges { cursor node { id name description provider { id name }
      listing { id pricePerCall currency } } } pageInfo { hasNextPage endCursor } } }`;
    const body = JSON.stringify({ query });
    const isRight = (answer: string) =>
      answer.split('"cursor"').length === 21 && answer.includes('"provider"');
    const ours = { url, isRight, nextShot: () => ({ path: '/graphql', headers: bearer(token), body }) };
    const page = JSON.stringify({ first: 20, after: null });
    const reference = await startReference('reference-catalogue');
    return {
      ours,
      reference: { url: reference, isRight, nextShot: () => ({ path: '/', headers: {}, body: page }) },
    };
  },

  async gateway({ url, owner, tokenOf, startReference, filesDir }) {
    const token = await tokenOf('bank');
    const grants = await givenGrants(owner, 1000);
    const { rows } = await owner.query<{ consumer: string; actor: string; offset: string }>(
      `SELECT party_id AS consumer, id AS actor, (SELECT offset_ms FROM exchange_clock) AS offset
       FROM person WHERE login = 'bank'`,
    );
    const [bank] = rows;
    if (!bank) throw new Error('The sample exchange has a bank');
    const { subject } = await knownSubject();
    let next = 0;
    const grant = () => grants[next % grants.length] ?? '';
    const query = `mutation ($input: InvokeInput!) { invoke(input: $input) {
      ... on Delivery { answer occurredAt remaining isReplay receipt receiptSignature } ... on UserError { code message } } }`;
    const ours = () => {
      const input = { clientId: `o-${++next}`, usageGrantId: grant(), subject, purpose: 'LOAN_ORIGINATION' };
      return {
        path: '/graphql',
        headers: bearer(token),
        body: JSON.stringify({ query, variables: { input } }),
      };
    };
    const theirs = () => {
      const body = JSON.stringify({ client: `r-${++next}`, grant: grant(), subject });
      return { path: '/', headers: {}, body };
    };
    const reference = await startReference('reference-gateway', {
      PSEUDONYM_KEY: join(filesDir, 'keys', 'pseudonym.hex'),
      CONSUMER: bank.consumer,
      ACTOR: bank.actor,
      CLOCK_OFFSET_MS: bank.offset,
    });
    return {
      ours: { url, nextShot: ours, isRight: (answer) => answer.includes('receiptSignature') },
      reference: { url: reference, nextShot: theirs, isRight: (answer) => answer.includes('"DONE"') },
    };
  },

  /** What is due to an officer, the most urgent twenty of a million periods under way. */
  async registry({ url, owner, ownerUrl, tokenOf, startReference }) {
    const { rows } = await owner.query<{ registry: string; today: string }>(
      `WITH one AS (SELECT * FROM registration ORDER BY id LIMIT 1)
       INSERT INTO legal_deadline (id, kind, matter, matter_id, track, asset_id, registration_id, party_id, applicant_id,
                                   registry_id, begins_on, working_days, due, is_provisional)
       SELECT gen_random_uuid(), 'REVIEW', 'REGISTRATION', one.id, 'A', asset_id, one.id, registry_id, applicant_id,
              registry_id, current_date - 30, 20, current_date - 30 + n % 365, false
       FROM one, generate_series(1, 1000000) AS n
       RETURNING party_id AS registry, (now() + (SELECT offset_ms FROM exchange_clock) * interval '1 ms')::date::text AS today`,
    );
    const [due] = rows;
    if (!due) throw new Error('The sample exchange has a registration');
    await owner.query('ANALYZE legal_deadline');
    const token = await tokenOf('registry');
    const query = `{ legalDeadlines(first: 20) { edges { cursor node { id kind registrationId due isProvisional } }
      pageInfo { hasNextPage endCursor } } }`;
    const body = JSON.stringify({ query });
    const isRight = (answer: string) => answer.split('"cursor"').length === 21 && answer.includes('"REVIEW"');
    const environment = { APP_URL: ownerUrl, REGISTRY: due.registry, TODAY: due.today };
    const reference = await startReference('reference-registry', environment);
    return {
      ours: { url, isRight, nextShot: () => ({ path: '/graphql', headers: bearer(token), body }) },
      reference: { url: reference, isRight, nextShot: () => ({ path: '/', headers: {}, body: '{}' }) },
    };
  },
};

const bearer = (token: string) => ({ authorization: `Bearer ${token}` });

async function knownSubject(): Promise<{ subject: string }> {
  const { usccOf } = await import('../../apps/pdx/src/sample/identifiers.ts');
  return { subject: usccOf('9', 1000) };
}

/** Grants of the bank over the first product, written past the services: how they came to be is not measured. */
async function givenGrants(owner: Client, count: number): Promise<string[]> {
  const { rows } = await owner.query<{ id: string }>(
    `WITH bank AS (SELECT id, party_id FROM person WHERE login = 'bank'),
          operator AS (SELECT id, party_id FROM person WHERE login = 'operator'),
          offered AS (SELECT listing.*, product.fields FROM listing JOIN product ON product.id = product_id
                      WHERE fields IS NOT NULL ORDER BY product.id LIMIT 1),
          asked AS (
            INSERT INTO access_request
            SELECT gen_random_uuid(), offered.id, product_id, provider_id, bank.party_id, 'LOAN_ORIGINATION', '', fields,
                   1000000, now() + interval '1 year', 'APPROVED', bank.id, now(), operator.id, operator.party_id, now()
            FROM offered, bank, operator, generate_series(1, $1) RETURNING *)
     INSERT INTO usage_grant
     SELECT gen_random_uuid(), asked.id, listing_id, asked.product_id, asked.provider_id, consumer_id, purpose, asked.fields, false,
            price_per_call, quota, quota, now() - interval '1 day', valid_until
     FROM asked JOIN offered ON offered.id = asked.listing_id RETURNING id`,
    [count],
  );
  return rows.map(({ id }) => id);
}

async function main(): Promise<void> {
  const [name = '', ...flags] = process.argv.slice(2);
  if (name === '--list') {
    console.log(Object.keys(BENCHES).join('\n'));
    return;
  }
  const bench = BENCHES[name];
  if (!bench) throw new Error(`npm run bench -- ${Object.keys(BENCHES).join('|')} [--json]`);
  const folder = mkdtempSync(join(tmpdir(), 'pdx-bench-'));
  chmodSync(folder, 0o711);
  const server = await startEmbeddedServer({ dataDir: join(folder, 'data'), log: () => undefined });
  const children: ChildProcess[] = [];
  const start = (args: string[], environment: Record<string, string>) =>
    startProcess(children, args, environment);
  const owner = new Client({ connectionString: server.ownerUrl });
  try {
    const shared = { NODE_ENV: 'production', DATABASE_POOL: POOL, PATH: process.env['PATH'] ?? '' };
    const main_ = fileURLToPath(new URL('../../apps/pdx/src/main.js', import.meta.url));
    const appUrl = await (async () => {
      const url = await start([main_, 'start'], {
        ...shared,
        DATABASE_URL: server.ownerUrl,
        DATA_DIR: join(folder, 'files-of'),
        PORT: '0',
      });
      return { url, app: await openAppLogin(server.ownerUrl) };
    })();
    await owner.connect();
    const { ours, reference } = await bench({
      url: appUrl.url,
      owner,
      ownerUrl: server.ownerUrl,
      tokenOf: (login) => ExchangeClient.tokenOf(appUrl.url, login, SAMPLE_PASSWORD),
      filesDir: join(folder, 'files-of', 'files'),
      startReference: (file, environment = {}) =>
        start([fileURLToPath(new URL(`./${file}.js`, import.meta.url))], {
          ...shared,
          APP_URL: appUrl.app,
          ...environment,
        }),
    });
    report(name, await interleaved(ours, reference), flags.includes('--json'));
  } finally {
    await owner.end();
    for (const child of children) child.kill('SIGTERM');
    await Promise.all(children.map((child) => new Promise((resolve) => child.once('exit', resolve))));
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

function startProcess(
  children: ChildProcess[],
  args: string[],
  environment: Record<string, string>,
): Promise<string> {
  const child = spawn(process.execPath, args, { env: environment, stdio: ['ignore', 'pipe', 'inherit'] });
  children.push(child);
  return new Promise((resolve, reject) => {
    let output = '';
    child.stdout.on('data', (part: Buffer) => {
      output += part.toString();
      const [, url] = /^ready (\S+)$/m.exec(output) ?? [];
      if (url) resolve(url);
    });
    child.once('exit', () => {
      reject(new Error(`${args.join(' ')} ended: ${output}`));
    });
  });
}

interface Measured {
  readonly ours: Figures;
  readonly reference: Figures;
  readonly ratio: number;
  readonly ratios: readonly number[];
}

/** Both sides alive all the time, in turn, the order reversed every other round; medians. */
async function interleaved(ours: Side, reference: Side): Promise<Measured> {
  const measure = ({ url, nextShot, isRight }: Side, ms: number) =>
    closedLoop(url, { clients: CLIENTS, ms, nextShot, isRight });
  await measure(ours, WARM_UP_MS);
  await measure(reference, WARM_UP_MS);
  const rounds: { ours: Figures; reference: Figures }[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    if (round % 2 === 0) {
      const mine = await measure(ours, ROUND_MS);
      rounds.push({ ours: mine, reference: await measure(reference, ROUND_MS) });
    } else {
      const theirs = await measure(reference, ROUND_MS);
      rounds.push({ ours: await measure(ours, ROUND_MS), reference: theirs });
    }
  }
  const ratios = rounds.map((round) => round.ours.throughput / round.reference.throughput);
  return {
    ours: medians(rounds.map((round) => round.ours)),
    reference: medians(rounds.map((round) => round.reference)),
    ratio: median(ratios),
    ratios,
  };
}

const median = (values: readonly number[]) =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
const medians = (figures: readonly Figures[]): Figures => ({
  throughput: median(figures.map(({ throughput }) => throughput)),
  p50Ms: median(figures.map(({ p50Ms }) => p50Ms)),
  p99Ms: median(figures.map(({ p99Ms }) => p99Ms)),
});

function report(name: string, { ours, reference, ratio, ratios }: Measured, isJson: boolean): void {
  const machine = {
    cpus: cpus().length,
    model: cpus()[0]?.model ?? '',
    node: process.version,
    clients: CLIENTS,
  };
  if (isJson) {
    const result = { name, figures: ours, reference, ratios: { throughput: ratio, rounds: ratios }, machine };
    console.log(JSON.stringify(result));
    return;
  }
  const row = (title: string, { throughput, p50Ms, p99Ms }: Figures) => {
    console.log(
      `${title.padEnd(12)}${throughput.toFixed(0).padStart(8)}/s${p50Ms.toFixed(1).padStart(9)} ms${p99Ms.toFixed(1).padStart(9)} ms`,
    );
  };
  console.log(`${name.padEnd(12)}${'answers'.padStart(10)}${'p50'.padStart(12)}${'p99'.padStart(12)}`);
  row('ours', ours);
  row('reference', reference);
  const range = `${Math.min(...ratios).toFixed(2)} to ${Math.max(...ratios).toFixed(2)}`;
  console.log(
    `ratio ${ratio.toFixed(2)} (${range} in ${ROUNDS} rounds, ${CLIENTS} clients, ${machine.cpus} CPUs)`,
  );
}

await main();
