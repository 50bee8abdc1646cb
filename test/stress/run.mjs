// The long races and random years: npm run stress -- NAME [--seed N] [--count N]
import { parseArgs } from 'node:util';

import { startExchange } from '../../dist/test/support/start-exchange.js';
import { checkRegistryYear } from '../../dist/test/stress/check-registry-year.js';
import { liveRegistryYear } from '../../dist/test/stress/live-registry-year.js';
import globalSetup from '../support/global-setup.mjs';
import globalTeardown from '../support/global-teardown.mjs';

const COUNTS = { registry: 1000 };

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { seed: { type: 'string', default: '1' }, count: { type: 'string' }, list: { type: 'boolean' } },
});
const [name = ''] = positionals;
if (values.list) {
  console.log(Object.keys(COUNTS).join('\n'));
  process.exit(0);
}
const seed = Number(values.seed);
const count = Number(values.count ?? COUNTS[name]);
if (!(name in COUNTS) || !Number.isSafeInteger(seed) || !Number.isSafeInteger(count) || count < 1) {
  console.error(`npm run stress -- ${Object.keys(COUNTS).join('|')} [--seed N] [--count N]`);
  process.exit(2);
}

const began = Date.now();
await globalSetup();
const exchange = await startExchange();
try {
  console.log(`${name}: seed ${seed}, ${count} applications`);
  const lived = await liveRegistryYear(exchange, { seed, count, log: console.log });
  const { faults, ...checked } = await checkRegistryYear(exchange);
  console.log(
    JSON.stringify({ ...lived, ...checked, seconds: Math.round((Date.now() - began) / 1000) }, null, 2),
  );
  for (const fault of faults) console.error(fault);
  console.log(faults.length === 0 ? 'nothing missed, nothing early' : `${faults.length} faults`);
  process.exitCode = faults.length === 0 ? 0 : 1;
} finally {
  await exchange.stop();
  await globalTeardown();
}
