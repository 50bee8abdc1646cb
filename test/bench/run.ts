import { type ChildProcess, spawn } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { Client } from 'pg';

import { openAppLogin, startEmbeddedServer } from '#libs/database';

import { ExchangeClient } from '../../apps/pdx/src/exchange-client.ts';
import { SAMPLE_PASSWORD } from '../../apps/pdx/src/sample/sample-parties.ts';
import { givenOverdue } from '../support/given-overdue.ts';
import { closedLoop, type Figures, type Shot, type Side } from './closed-loop.ts';
import { ingestSides } from './ingest.ts';
import { certificateSides, givenDeadlines, lapseSides } from './registry.ts';
import { appraisalSides, simulationSides } from './valuation.ts';

const CLIENTS = 16;
const POOL = '10';
const ROUNDS = 5;
const ROUND_MS = 2000;
/** Short and many: a process that never waits is interrupted more than one that does, on a busy machine. */
const CHECK_MS = 100;
const CHECK_ROUNDS = 51;
/** Due clocks that one round works off. */
const LAPSES = 10_000;

/** Two sides of one question; `unit` is what is counted, `amount` what each round works for. */
interface Part {
  readonly title: string;
  readonly unit: string;
  readonly ours: Side;
  readonly reference: Side;
  readonly amount: number;
  readonly rounds: number;
}

interface Endpoint {
  readonly url: string;
  readonly nextShot: () => Shot;
  readonly isRight: (answer: string) => boolean;
}

interface Setting {
  readonly url: string;
  readonly appUrl: string;
  readonly owner: Client;
  readonly ownerUrl: string;
  readonly tokenOf: (login: string) => Promise<string>;
  readonly startReference: (file: string, environment?: Record<string, string>) => Promise<string>;
  /** Ends the exchange and the references; the database stays. */
  readonly stopProcesses: () => Promise<void>;
  readonly filesDir: string;
  /** Of the exchange’s process; 0 where no file tells. */
  readonly peakMemoryMb: () => number;
}

/** Questions by the same number of clients over HTTP. */
function answers(ours: Endpoint, reference: Endpoint, title = 'answers'): Part {
  const side =
    ({ url, nextShot, isRight }: Endpoint): Side =>
    (ms) =>
      closedLoop(url, { clients: CLIENTS, ms, nextShot, isRight });
  return {
    title,
    unit: 'answers',
    ours: side(ours),
    reference: side(reference),
    amount: ROUND_MS,
    rounds: ROUNDS,
  };
}

/** Each makes what it needs in the sample exchange's database, part by part; the first part is what it is named after. */
const BENCHES: Readonly<Partial<Record<string, (setting: Setting) => AsyncGenerator<Part>>>> = {
  async *catalogue({ url, owner, tokenOf, startReference }) {
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
    yield answers(ours, {
      url: reference,
      isRight,
      nextShot: () => ({ path: '/', headers: {}, body: page }),
    });
  },

  async *gateway({ url, owner, tokenOf, startReference, filesDir }) {
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
    yield answers(
      { url, nextShot: ours, isRight: (answer) => answer.includes('receiptSignature') },
      { url: reference, nextShot: theirs, isRight: (answer) => answer.includes('"DONE"') },
    );
  },

  /**
   * What is due to an officer, the most urgent twenty of a million periods under way; certificates checked offline, in
   * this process; what has run out worked off by the worker's own code.
   */
  async *registry({ url, appUrl, owner, ownerUrl, tokenOf, startReference, stopProcesses, filesDir }) {
    const { registry, now, today } = await givenDeadlines(owner);
    const token = await tokenOf('registry');
    const query = `{ legalDeadlines(first: 20) { edges { cursor node { id kind registrationId due isProvisional } }
      pageInfo { hasNextPage endCursor } } }`;
    const body = JSON.stringify({ query });
    const isRight = (answer: string) => answer.split('"cursor"').length === 21 && answer.includes('"REVIEW"');
    const environment = { APP_URL: ownerUrl, REGISTRY: registry, TODAY: today };
    const reference = await startReference('reference-registry', environment);
    yield answers(
      { url, isRight, nextShot: () => ({ path: '/graphql', headers: bearer(token), body }) },
      { url: reference, isRight, nextShot: () => ({ path: '/', headers: {}, body: '{}' }) },
      'due list',
    );

    const checks = await certificateSides(url, filesDir, now);
    const check = {
      unit: 'certificates',
      reference: checks.reference,
      amount: CHECK_MS,
      rounds: CHECK_ROUNDS,
    };
    yield { ...check, title: 'certificate', ours: checks.alone };
    yield { ...check, title: 'certificate and status list', ours: checks.withList };

    await stopProcesses();
    await givenOverdue(owner, LAPSES * 2 * (ROUNDS + 1), today);
    const { ours, reference: byHand, stop } = await lapseSides(owner, appUrl, filesDir);
    yield {
      title: 'what has run out',
      unit: 'lapses',
      ours,
      reference: byHand,
      amount: LAPSES,
      rounds: ROUNDS,
    };
    await stop();
  },

  /** In this process: no exchange is asked, so none runs beside it. */
  async *valuation({ stopProcesses }) {
    await stopProcesses();
    const title = '100,000 draws';
    const each = { amount: ROUND_MS, rounds: ROUNDS };
    yield { ...simulationSides(), title, unit: 'simulations', ...each };
    yield { ...appraisalSides(), title: 'appraisal', unit: 'appraisals', ...each };
  },
  /** Files as they come in: a tenth of a million rows first, so that one sees whether memory grows with the file. */
  async *ingest({ url, owner, filesDir, peakMemoryMb }) {
    const sides = await ingestSides(url, owner, filesDir, peakMemoryMb);
    for (const [title, amount] of [
      ['100,000 rows by 20 columns', 100_000],
      ['1,000,000 rows by 20 columns', 1_000_000],
      ['3,000,000 rows by 20 columns', 3_000_000],
    ] as const)
      yield { title, unit: 'rows', ...sides, amount, rounds: ROUNDS };
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
    const parts: [Part, Measured][] = [];
    const setting = {
      url: appUrl.url,
      appUrl: appUrl.app,
      owner,
      ownerUrl: server.ownerUrl,
      tokenOf: (login: string) => ExchangeClient.tokenOf(appUrl.url, login, SAMPLE_PASSWORD),
      filesDir: join(folder, 'files-of', 'files'),
      peakMemoryMb: () => peakMemoryMbOf(children[0]?.pid),
      stopProcesses: () => stopAll(children),
      startReference: (file: string, environment: Record<string, string> = {}) =>
        start([fileURLToPath(new URL(`./${file}.js`, import.meta.url))], {
          ...shared,
          APP_URL: appUrl.app,
          ...environment,
        }),
    };
    for await (const part of bench(setting)) {
      const measured = await interleaved(part);
      parts.push([part, measured]);
      if (!flags.includes('--json')) printPart(name, part, measured);
    }
    if (flags.includes('--json')) printJson(name, parts);
    else console.log(`${CLIENTS} clients over HTTP, ${cpus().length} CPUs`);
  } finally {
    await owner.end();
    await stopAll(children);
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function stopAll(children: ChildProcess[]): Promise<void> {
  const ended = children.map((child) => new Promise((resolve) => child.once('exit', resolve)));
  for (const child of children.splice(0)) child.kill('SIGTERM');
  await Promise.all(ended);
}

function peakMemoryMbOf(pid: number | undefined): number {
  const file = `/proc/${String(pid)}/status`;
  const [, kilobytes = '0'] = existsSync(file)
    ? (/^VmHWM:\s+(\d+)/m.exec(readFileSync(file, 'utf8')) ?? [])
    : [];
  return Math.round(Number(kilobytes) / 1024);
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
async function interleaved({ ours, reference, amount, rounds: count }: Part): Promise<Measured> {
  await ours(amount / 2);
  await reference(amount / 2);
  const rounds: { ours: Figures; reference: Figures }[] = [];
  for (let round = 0; round < count; round++) {
    if (round % 2 === 0) {
      const mine = await ours(amount);
      rounds.push({ ours: mine, reference: await reference(amount) });
    } else {
      const theirs = await reference(amount);
      rounds.push({ ours: await ours(amount), reference: theirs });
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
const medians = (figures: readonly Figures[]): Figures => {
  const peaks = figures.flatMap(({ peakMemoryMb }) => peakMemoryMb ?? []);
  return {
    throughput: median(figures.map(({ throughput }) => throughput)),
    p50Ms: median(figures.map(({ p50Ms }) => p50Ms)),
    p99Ms: median(figures.map(({ p99Ms }) => p99Ms)),
    ...(peaks.length > 0 && { peakMemoryMb: Math.max(...peaks) }),
  };
};

/** The first part stands for the whole; the others are beside it under their titles. */
function printJson(name: string, parts: readonly [Part, Measured][]): void {
  const [[, first] = [], ...more] = parts;
  const beside = <T>(of: (measured: Measured) => T) =>
    Object.fromEntries(more.map(([{ title }, measured]) => [inCamelCase(title), of(measured)]));
  const ratioOf = ({ ratio, ratios }: Measured) => ({
    throughput: ratio,
    rounds: ratios.map((each) => Number(each.toFixed(3))),
  });
  const machine = {
    cpus: cpus().length,
    model: cpus()[0]?.model ?? '',
    node: process.version,
    clients: CLIENTS,
  };
  console.log(
    JSON.stringify({
      name,
      figures: { ...first?.ours, ...beside(({ ours }) => ours) },
      reference: { ...first?.reference, ...beside(({ reference }) => reference) },
      ratios: { ...(first && ratioOf(first)), ...beside(ratioOf) },
      machine,
    }),
  );
}

function printPart(name: string, { title, unit }: Part, { ours, reference, ratio, ratios }: Measured): void {
  const row = (side: string, { throughput, p50Ms, p99Ms }: Figures) => {
    console.log(`${side.padEnd(42)}${throughput.toFixed(0).padStart(10)}/s${timeOf(p50Ms)}${timeOf(p99Ms)}`);
  };
  console.log(
    `${`${name}: ${title}`.padEnd(42)}${unit.padStart(12)}${'p50'.padStart(12)}${'p99'.padStart(12)}`,
  );
  row('ours', ours);
  row('reference', reference);
  if (ours.peakMemoryMb !== undefined) console.log(`peak memory ${ours.peakMemoryMb} MB`);
  const range = `${Math.min(...ratios).toFixed(2)} to ${Math.max(...ratios).toFixed(2)}`;
  console.log(`ratio ${ratio.toFixed(2)} (${range} in ${ratios.length} rounds)`);
}

const timeOf = (ms: number) => `${ms.toFixed(ms < 1 ? 3 : 1).padStart(9)} ms`;
const inCamelCase = (title: string) => title.replace(/ (.)/g, (_, letter: string) => letter.toUpperCase());

await main();
