import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';

import { Command, CommanderError } from 'commander';

import {
  DomainError,
  InvalidInput,
  type JsonObject,
  legalDayOf,
  newId,
  parseExactJson,
} from '#libs/foundation';

import { exportBundle, verifyBundle } from './audit-bundle.ts';
import { AUDIT_CHECKS } from './audit-checks.ts';
import type { Answer } from './calculators.ts';
import { ExchangeClient, Refused } from './exchange-client.ts';
import type { CheckOptions } from './certificate-check.ts';
import { isId } from './fields.ts';
import { exportKeys } from './keys-export.ts';

// 0 done; 1 the thing asked for is not so; 2 the call or its input is wrong; 70 an internal error.
const NOT_SO = 1;
const WRONG_INPUT = 2;
const INTERNAL = 70;

const say = (line: string) => process.stdout.write(`${line}\n`);
/** Whoever reads JSON gets it and nothing beside it, on either output. */
const isJson = process.argv.includes('--json');
/** What is said on the way, beside the answer. */
const note = (line: string) => {
  if (!isJson) process.stderr.write(`${line}\n`);
};
/** What a load is at, and what its steps are, in words. */
const STATES: Readonly<Partial<Record<string, string>>> = {
  WAITING: 'waits for a worker',
  RUNNING: 'a worker has it',
  DONE: 'done',
};
const STEPS: Readonly<Partial<Record<string, string>>> = {
  CHECKING: 'looking at how the file is written',
  COPYING: 'storing the rows',
  COPYING_AGAIN: 'the first rows had misled; storing all once more as they are',
  COUNTING: 'counting subjects and different values',
};
const megabytes = (bytes: number) => (bytes / 1_000_000).toFixed(1);

function answer(
  table: Readonly<Partial<Record<string, (input: unknown) => Answer>>>,
  name: string,
  file: string,
): void {
  const check = Object.hasOwn(table, name) ? table[name] : undefined;
  if (!check) throw new InvalidInput('NAME', `must be one of ${Object.keys(table).join(', ')}`);
  tell(check(readJson(file)));
}

function readJson(file: string): unknown {
  let text: string;
  try {
    text = readFileSync(file === '-' ? 0 : file, 'utf8');
  } catch {
    throw new InvalidInput('$', `cannot be read: ${file}`);
  }
  return parseExactJson(text, '$');
}

function tell({ result, isSo }: Answer): void {
  say(JSON.stringify(result));
  if (!isSo) process.exitCode = NOT_SO;
}

interface Ask {
  readonly url: string;
  readonly login?: string;
  readonly variables: string;
  readonly pick?: string;
}

interface SignInOptions {
  readonly url: string;
  readonly login: string;
}

interface UploadOptions extends SignInOptions {
  readonly resume?: string;
  readonly json?: true;
}

/** For commands that ask a running exchange. The password comes by PDX_PASSWORD, so that no process list shows it. */
function addressed(command: Command): Command {
  return command.option(
    '--url <url>',
    'where the exchange is',
    process.env['PDX_URL'] ?? 'http://127.0.0.1:3000',
  );
}

function signedIn(command: Command): Command {
  return addressed(command).requiredOption(
    '--login <name>',
    'who you are; the password is read from PDX_PASSWORD',
  );
}

async function signIn({ url, login }: SignInOptions): Promise<ExchangeClient> {
  const password = process.env['PDX_PASSWORD'];
  if (!password) throw new InvalidInput('PDX_PASSWORD', 'must hold the password');
  return ExchangeClient.signIn(url, login, password);
}

/** What a command needs is loaded when it is called: all of it together takes a second. */
const program = new Command('pdx')
  .description('The exchange on the command line')
  .exitOverride()
  .configureOutput({ outputError: () => undefined });

program
  .command('start')
  .description('run the whole exchange: database, migrations, api, gateway and worker')
  .action(async () => {
    const { start } = await import('./start.ts');
    await start(process.env, say);
  });

for (const app of ['api', 'gateway', 'worker'] as const)
  program
    .command(app)
    .description(`run the ${app} alone, over the migrated database that DATABASE_URL names`)
    .action(async () => {
      const { start } = await import('./start.ts');
      await start(process.env, say, [app]);
    });

program
  .command('migrate')
  .description('bring the database to the newest schema and stop')
  .action(async () => {
    const { migrate, startEmbeddedServer } = await import('#libs/database');
    const { DATABASE_URL: external, DATA_DIR: dataDir } = process.env;
    const embedded = external ? null : await startEmbeddedServer({ dataDir: dataDir ?? '.data', log: say });
    try {
      const applied = await migrate(external ?? embedded?.ownerUrl ?? '');
      say(applied.length > 0 ? applied.map((name) => `migrated ${name}`).join('\n') : 'up to date');
    } finally {
      await embedded?.stop();
    }
  });

program
  .command('create')
  .argument(
    '<file>',
    'JSON: name, logOrigin, platform {name, uscc}, operator {name, uscc, login}, zones; - is standard input',
  )
  .description('make a real exchange in an empty database; the operator’s password comes by PDX_PASSWORD')
  .action(async (file: string) => {
    const { create } = await import('./create.ts');
    await create(readJson(file), process.env, say);
  });

const certificate = program.command('certificate').description('check certificates, offline');
const checking = (command: Command, what: 'certificate' | 'report') =>
  command
    .argument('<file>', `the ${what}: a compact JWS; - is standard input`)
    .requiredOption('--trust <file>', 'public keys obtained beforehand, from `pdx keys export`')
    .option(
      '--status-list <file>',
      `the status list that the ${what} names, fetched beforehand; the answer says as of when it is`,
    )
    .option('--at <instant>', 'valid when? now, if it is left out');
checking(certificate.command('verify'), 'certificate')
  .option('--json', 'answer JSON (it always does)')
  .description('verify a certificate with network and database off')
  .action(async (file: string, options: CheckOptions) => {
    const { verifyCertificate } = await import('./certificate-check.ts');
    tell(verifyCertificate(file, options));
  });
checking(certificate.command('show'), 'certificate')
  .option('--html <file>', 'write the page there; standard output, if it is left out')
  .description('show a genuine certificate as a page to be printed')
  .action(async (file: string, { html, ...options }: CheckOptions & { readonly html?: string }) => {
    const { showCertificate } = await import('./certificate-show.ts');
    const shown = showCertificate(file, options);
    if (!('page' in shown)) tell(shown);
    else if (html === undefined) say(shown.page);
    else writeFileSync(html, shown.page);
  });

program
  .command('quality')
  .description('check quality reports, offline')
  .command('verify')
  .argument('<file>', 'the signed report: a compact JWS; - is standard input')
  .requiredOption('--trust <file>', 'public keys obtained beforehand, from `pdx keys export`')
  .option('--json', 'answer JSON (it always does)')
  .description('verify a quality report with network and database off, and count its rates and scores again')
  .action(async (file: string, { trust }: CheckOptions) => {
    const { verifyQualityReport } = await import('./certificate-check.ts');
    tell(verifyQualityReport(file, trust));
  });

const valuation = program.command('valuation').description('check valuation reports, offline');
checking(valuation.command('verify'), 'report')
  .option('--json', 'answer JSON (it always does)')
  .description('verify a report and compute every figure in it anew, with network and database off')
  .action(async (file: string, options: CheckOptions) => {
    const { verifyValuationReport } = await import('./valuation-check.ts');
    tell(verifyValuationReport(file, options));
  });
checking(valuation.command('show'), 'report')
  .option('--html <file>', 'write the page there; standard output, if it is left out')
  .description('show a genuine report as a page with its charts, to be printed')
  .action(async (file: string, { html, ...options }: CheckOptions & { readonly html?: string }) => {
    const { reportPage } = await import('#libs/valuation');
    const { verdictOnReport, verifyValuationReport } = await import('./valuation-check.ts');
    const page = reportPage(verdictOnReport(file, options));
    if (page === null) tell(verifyValuationReport(file, options));
    else if (html === undefined) say(page);
    else writeFileSync(html, page);
  });

const dataset = program
  .command('dataset')
  .description('look at data before they are sent, and while they are read');
dataset
  .command('profile')
  .argument('<file>', 'a table: CSV, TSV, JSON Lines or Parquet; UTF-8 or GB18030')
  .option('--json', 'answer JSON')
  .description(
    'profile a file exactly as registering it would, and measure what its proposed rules find, offline',
  )
  .action(async (file: string, { json }: { readonly json?: true }) => {
    const { datasetProfile, profileTable } = await import('./dataset-profile.ts');
    const profile = await datasetProfile(file, legalDayOf(new Date()));
    say(json ? JSON.stringify(profile) : profileTable(profile));
  });

signedIn(dataset.command('wait').argument('<load>', 'the load’s id, as registerDataset has answered'))
  .option('--json', 'answer JSON (it always does)')
  .description(
    'wait until a file is read into its dataset; meanwhile says on standard error how far that has come',
  )
  .action(async (load: string, options: SignInOptions) => {
    if (!isId(load))
      throw new InvalidInput('LOAD', 'must be the id of a load, as registerDataset has answered');
    const client = await signIn(options);
    let noted = '';
    const wanted = 'dataset { id name } version { id number rowCount subjectColumn proposedSubjectColumn }';
    const made = await client.loaded<{ readonly dataset: JsonObject; readonly version: JsonObject }>(
      load,
      wanted,
      ({ state, step, bytesRead, byteSize, rowsRead }) => {
        const read = `${megabytes(Number(bytesRead))} of ${megabytes(Number(byteSize))} MB, ${rowsRead} rows`;
        const line = step === null ? (STATES[state] ?? state) : `${STEPS[step] ?? step}: ${read}`;
        if (line !== noted) note(line);
        noted = line;
      },
    );
    say(JSON.stringify({ dataset: made.dataset, version: made.version }));
  });

const calendar = program.command('calendar').description('the State Council’s working days');
signedIn(
  calendar
    .command('import')
    .argument(
      '<file>',
      'JSON: year "YYYY", off [["MM-DD","MM-DD"],…], worked ["MM-DD",…], source; - is standard input',
    ),
)
  .description('make a year known to a running exchange; periods that reach into it are counted anew')
  .action(async (file: string, options: SignInOptions) => {
    const { importCalendar } = await import('./calendar-import.ts');
    say(JSON.stringify(await importCalendar(await signIn(options), readJson(file))));
  });

program
  .command('calc')
  .argument('<name>', 'what to compute; a name that there is not is answered with all that there are')
  .argument('[file]', 'JSON input; - is standard input', '-')
  .option('--json', 'answer JSON (it always does)')
  .description('compute what the exchange computes, offline')
  .action(async (name: string, file: string) => {
    const { CALCULATORS } = await import('./calculators.ts');
    answer(CALCULATORS, name, file);
  });

const audit = program.command('audit').description('check the audit log, offline');
for (const name of Object.keys(AUDIT_CHECKS))
  audit
    .command(name)
    .argument('[file]', 'JSON input; - is standard input', '-')
    .option('--json', 'answer JSON (it always does)')
    .description(`RFC 9162: ${name.replace('-', ' ')}`)
    .action((file: string) => {
      answer(AUDIT_CHECKS, name, file);
    });
audit
  .command('verify')
  .argument('<dir>', 'an evidence bundle, as `pdx audit export` writes it')
  .requiredOption('--trust <file>', 'public keys obtained beforehand, from `pdx keys export`')
  .option('--json', 'answer JSON (it always does)')
  .description('verify every entry of an evidence bundle, with network and database off')
  .action((dir: string, { trust }: { trust: string }) => {
    tell(verifyBundle(dir, trust));
  });
signedIn(audit.command('export').argument('<dir>', 'a folder to write the bundle to'))
  .description('fetch the entries that you may see, with their proofs')
  .action(async (dir: string, options: SignInOptions) => {
    mkdirSync(dir, { recursive: true });
    const { entries, size } = await exportBundle(await signIn(options), dir);
    say(JSON.stringify({ entries, size: size.toString() }));
  });

addressed(program.command('query').argument('<document>', 'a GraphQL document'))
  .option('--login <name>', 'who you are; the password is read from PDX_PASSWORD; left out, you are nobody')
  .option('--variables <json>', 'its variables', '{}')
  .option('--pick <path>', 'print the value at this place only, such as products.edges.0.node.id')
  .description('ask a running exchange')
  .action(async (document: string, { variables, pick, url, login }: Ask) => {
    let parsed: unknown;
    try {
      parsed = JSON.parse(variables);
    } catch {
      throw new InvalidInput('--variables', 'must be JSON');
    }
    const client = login === undefined ? ExchangeClient.anonymous(url) : await signIn({ url, login });
    const data = await client.query<Record<string, unknown>>(document, parsed as object);
    const picked = (pick?.split('.') ?? []).reduce<unknown>(
      (value, name) =>
        typeof value === 'object' && value !== null
          ? Object.entries(value).find(([key]) => key === name)?.[1]
          : undefined,
      data,
    );
    if (picked !== undefined) say(typeof picked === 'string' ? picked : JSON.stringify(picked, null, 2));
    const { refusalIn } = await import('./refusal-in.ts');
    const refusal = refusalIn(document, data);
    if (refusal) throw refusal;
    if (picked === undefined) throw new InvalidInput('--pick', `nothing is there in ${JSON.stringify(data)}`);
  });
signedIn(program.command('upload').argument('<file>', 'a file: CSV, TSV, JSON Lines or Parquet, or evidence'))
  .option('--resume <id>', 'go on with what an earlier call has begun and could not end')
  .option('--json', 'answer JSON: id and sha256')
  .description(
    'send a file in parts; prints its upload id, and meanwhile on standard error how to go on if it is stopped and how much is sent',
  )
  .action(async (file: string, { resume, json, ...options }: UploadOptions) => {
    const { sendFile } = await import('./send-file.ts');
    let begun = resume ?? null;
    const upload = await sendFile(await signIn(options), file, begun, (id, sent, size) => {
      // At once: who is stopped says nothing any more.
      if (id !== begun) note(`begun; to go on if it is stopped: --resume ${id}`);
      begun = id;
      if (sent > 0) note(`${megabytes(sent)} of ${megabytes(size)} MB sent`);
    });
    say(json ? JSON.stringify({ id: upload.id, sha256: upload.sha256 }) : upload.id);
  });

const clock = program.command('clock').description('the time of a sample exchange');
signedIn(
  clock.command('advance').requiredOption('--to <instant>', 'RFC 3339, such as 2026-12-31T08:00:00+08:00'),
)
  .description('let the time of a sample exchange run ahead; as its operator')
  .action(async ({ to, ...options }: SignInOptions & { to: string }) => {
    const instant = new Date(to);
    if (Number.isNaN(instant.getTime())) throw new InvalidInput('--to', 'must be RFC 3339');
    const client = await signIn(options);
    const input = { clientId: `clock-${newId()}`, to: instant.toISOString() };
    say(JSON.stringify(await client.mutate('advanceClock', input, 'ExchangeTime { time }')));
  });

program
  .command('keys')
  .description('the keys of this exchange')
  .command('export')
  .requiredOption('--origin <name>', 'the log’s origin, as `{ exchange { logOrigin } }` says it')
  .description('the public keys in DATA_DIR, for verifiers to trust')
  .action(({ origin }: { origin: string }) => {
    say(JSON.stringify(exportKeys(process.env['DATA_DIR'] ?? '.data', origin), null, 2));
  });

program
  .command('demo')
  .option('--data <dir>', 'the folder with the two data sets; left out, the data is made up')
  .description('run the whole chain on an exchange of its own and check that everything agrees')
  .action(async ({ data }: { data?: string }) => {
    const { demo } = await import('./demo/demo.ts');
    await demo(data ?? null, say);
  });

function report(error: unknown): void {
  if (error instanceof CommanderError && error.exitCode === 0) return;
  const isInput = error instanceof InvalidInput || error instanceof CommanderError;
  process.exitCode = isInput ? WRONG_INPUT : error instanceof DomainError ? NOT_SO : INTERNAL;
  const message = error instanceof Error ? error.message : String(error);
  const code = error instanceof DomainError ? error.code : isInput ? 'INVALID_CALL' : 'INTERNAL';
  const path = error instanceof DomainError ? error.path : undefined;
  const json: { error: JsonObject } = { error: { code, message, path: path ?? null } };
  // Of a call that is wrong, the message begins with its path.
  const about = error instanceof Refused ? ` (${[code, path].filter(Boolean).join(' ')})` : '';
  process.stderr.write(isJson ? `${JSON.stringify(json)}\n` : `pdx: ${message}${about}\n`);
}

try {
  await program.parseAsync();
} catch (error) {
  report(error);
}
