import { readFileSync } from 'node:fs';

import { Command, CommanderError } from 'commander';

import { migrate, startEmbeddedServer } from '#libs/database';
import { DomainError, InvalidInput, type JsonObject } from '#libs/foundation';

import { AUDIT_CHECKS } from './audit-checks.ts';
import { type Answer, CALCULATORS } from './calculators.ts';

// 0 done; 1 the thing asked for is not so; 2 the call or its input is wrong; 70 an internal error.
const NOT_SO = 1;
const WRONG_INPUT = 2;
const INTERNAL = 70;

const say = (line: string) => process.stdout.write(`${line}\n`);

function answer(
  table: Readonly<Partial<Record<string, (input: unknown) => Answer>>>,
  name: string,
  file: string,
): void {
  const check = table[name];
  if (!check) throw new InvalidInput('NAME', `must be one of ${Object.keys(table).join(', ')}`);
  let input: unknown;
  try {
    input = JSON.parse(readFileSync(file === '-' ? 0 : file, 'utf8'));
  } catch (error) {
    throw new InvalidInput('$', error instanceof SyntaxError ? 'must be JSON' : `cannot be read: ${file}`);
  }
  const { result, isSo } = check(input);
  say(JSON.stringify(result));
  if (!isSo) process.exitCode = NOT_SO;
}

const program = new Command('pdx')
  .description('The exchange on the command line')
  .exitOverride()
  .configureOutput({ outputError: () => undefined });

program
  .command('start')
  .description('run the exchange: database, migrations, API')
  .action(async () => {
    const { start } = await import('./start.ts');
    await start(process.env, say);
  });

program
  .command('migrate')
  .description('bring the database to the newest schema and stop')
  .action(async () => {
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
  .command('calc')
  .argument('<name>', Object.keys(CALCULATORS).join(', '))
  .argument('[file]', 'JSON input; - is standard input', '-')
  .option('--json', 'answer JSON (it always does)')
  .description('compute what the exchange computes, offline')
  .action((name: string, file: string) => {
    answer(CALCULATORS, name, file);
  });

program
  .command('audit')
  .argument('<name>', Object.keys(AUDIT_CHECKS).join(', '))
  .argument('[file]', 'JSON input; - is standard input', '-')
  .option('--json', 'answer JSON (it always does)')
  .description('check the audit log, offline')
  .action((name: string, file: string) => {
    answer(AUDIT_CHECKS, name, file);
  });

function report(error: unknown): void {
  if (error instanceof CommanderError && error.exitCode === 0) return;
  const isInput = error instanceof InvalidInput || error instanceof CommanderError;
  process.exitCode = isInput ? WRONG_INPUT : error instanceof DomainError ? NOT_SO : INTERNAL;
  const message = error instanceof Error ? error.message : String(error);
  const code = error instanceof DomainError ? error.code : isInput ? 'INVALID_CALL' : 'INTERNAL';
  const path = error instanceof DomainError ? error.path : undefined;
  const json: { error: JsonObject } = { error: { code, message, path: path ?? null } };
  process.stderr.write(process.argv.includes('--json') ? `${JSON.stringify(json)}\n` : `pdx: ${message}\n`);
}

try {
  await program.parseAsync();
} catch (error) {
  report(error);
}
