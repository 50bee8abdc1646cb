// Each mutant breaks one rule in one place; its spec must turn red. A mutant that survives is a hole in the tests.
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '../..');
const schema = (name) => `prisma-free-schema/migrations/${name}/up.sql`;

const mutants = [
  {
    name: 'metering: closing does not wait for calls under way',
    file: schema('0011_metering_barrier'),
    from: 'LOCK TABLE usage_record IN SHARE MODE;',
    to: 'NULL;',
    spec: 'libs/metering',
  },
  {
    name: 'permissions: a field without a declaration answers',
    file: 'libs/identity/src/actor.guard.ts',
    from: 'if (!isAllowed)',
    to: 'if (permission && !isAllowed)',
    spec: 'libs/identity',
  },
  {
    name: 'sessions: two uses of one refresh token at once',
    file: 'libs/identity/src/session.service.ts',
    from: "      lock: { mode: 'for_no_key_update' },\n",
    to: '',
    spec: 'test/e2e/permissions',
  },
  {
    name: 'tokens: for any audience',
    file: 'libs/identity/src/access-tokens.ts',
    from: '        audience: AUDIENCE,\n',
    to: '',
    spec: 'test/e2e/bad-input',
  },
  {
    name: 'registration: the last day of the notice counts as over',
    file: 'libs/asset/src/registration/registration.service.ts',
    from: 'legalDayOf(now) <= publicityUntil',
    to: 'legalDayOf(now) < publicityUntil',
    spec: 'test/e2e/chain',
  },
  {
    name: 'registration: two officers decide at once',
    file: 'libs/asset/src/registration/registration.service.ts',
    from: "        where: { id: registrationId, track: Track.A },\n        lock: { mode: 'for_no_key_update' },\n",
    to: '        where: { id: registrationId, track: Track.A },\n',
    spec: 'test/e2e/registry',
  },
  {
    name: 'registration: coded while an objection is open',
    file: 'libs/asset/src/registration/registration.service.ts',
    from: 'if (await tx.existsBy(Objection, { registrationId, state: ObjectionState.OPEN }))',
    to: 'if (registrationId === "")',
    spec: 'test/e2e/registry',
  },
  {
    name: 'registration: two workers lapse at once',
    file: 'libs/asset/src/deadline/expiry.service.ts',
    from: ' FOR NO KEY UPDATE OF asset SKIP LOCKED',
    to: '',
    spec: 'test/e2e/due-list',
  },
  {
    name: 'registration: what waits for a renewal lapses',
    file: 'libs/asset/src/deadline/expiry.service.ts',
    from: 'AND NOT deadline.is_blocked ',
    to: '',
    spec: 'test/e2e/due-list',
  },
  {
    name: 'due list: everybody sees everybody’s',
    file: 'libs/asset/src/deadline/legal-deadline.service.ts',
    from: "const seesAll = roles.includes('REGULATOR');",
    to: 'const seesAll = roles.length > 0;',
    spec: 'test/e2e/due-list',
  },
  {
    name: 'due list: of some kinds, of whichever party',
    file: schema('0023_due_list'),
    from: 'WHERE closed_at IS NULL AND party_id = p_party AND kind = wanted_kind',
    to: 'WHERE closed_at IS NULL AND kind = wanted_kind',
    spec: 'test/e2e/due-list',
  },
  {
    name: 'due list: a page begins with the last of the page before',
    file: schema('0023_due_list'),
    from: 'WHERE closed_at IS NULL AND is_blocked AND party_id = p_party AND (due, id) > (v_due, v_id)',
    to: 'WHERE closed_at IS NULL AND is_blocked AND party_id = p_party AND (due, id) >= (v_due, v_id)',
    spec: 'test/e2e/due-list',
  },
  {
    name: 'due list: the functions answer anybody',
    file: schema('0023_due_list'),
    from: 'REVOKE EXECUTE ON FUNCTION legal_deadline_page FROM PUBLIC;',
    to: '',
    spec: 'test/e2e/due-list',
  },
  {
    name: 'register: what left it is still answered',
    file: schema('0023_due_list'),
    from: 'AND usage_grant.product_id = product.id AND expires_at > ended_at;',
    to: 'AND false;',
    spec: 'test/e2e/registry',
  },
  {
    name: 'registration: a renewal under way does not hold off the end',
    file: schema('0014_track_a_acts'),
    from: 'WHERE id = wanted AND provider_id = app_party() FOR SHARE',
    to: 'WHERE id = wanted AND provider_id = app_party()',
    spec: 'test/e2e/registry',
  },
  {
    name: 'objection: to what is being withdrawn',
    file: schema('0016_property_rights'),
    from: "WHERE id = wanted AND state = 'PUBLICIZED' FOR SHARE",
    to: "WHERE id = wanted AND state = 'PUBLICIZED'",
    spec: 'test/e2e/registry',
  },
  {
    name: 'objection: after the last second of the notice',
    file: schema('0016_property_rights'),
    from: 'today > target.publicity_until',
    to: 'today > target.publicity_until + 1',
    spec: 'test/e2e/registry',
  },
  {
    name: 'credential: the list that was read before counts',
    file: 'libs/credential/src/credential.ts',
    from: 'lastList?.key === key && lastList.compact === compact',
    to: 'lastList?.key === key',
    spec: 'libs/credential',
  },
  {
    name: 'credential: the status list of somebody else counts',
    file: 'libs/credential/src/status-list.ts',
    from: " || list['id'] !== statusListCredential",
    to: '',
    spec: 'libs/credential',
  },
  {
    name: 'access: two decide one request at once',
    file: 'libs/access/src/access.service.ts',
    from: "        lock: { mode: 'for_no_key_update' },\n",
    to: '',
    spec: 'test/e2e/races',
  },
  {
    name: 'settlement: half a fen is lost',
    file: 'libs/settlement/src/split-line.ts',
    from: 'exact + SCALE / 2n',
    to: 'exact + SCALE / 2n - 1n',
    spec: 'libs/settlement',
  },
  {
    name: 'quota: two groups decide over one grant at once',
    file: schema('0008_delivery_and_metering'),
    from: 'ORDER BY id FOR NO KEY UPDATE;',
    to: 'ORDER BY id;',
    spec: 'test/schema/invoke-group',
  },
  {
    name: 'quota: one call more than it holds',
    file: schema('0008_delivery_and_metering'),
    from: 'WHEN place > had THEN',
    to: 'WHEN place > had + 1 THEN',
    spec: 'test/schema/invoke-group',
  },
  {
    name: 'grant: anybody may call it',
    file: schema('0008_delivery_and_metering'),
    from: 'LEFT JOIN usage_grant g ON g.id = item.grant_id AND g.consumer_id = item.consumer',
    to: 'LEFT JOIN usage_grant g ON g.id = item.grant_id',
    spec: 'test/schema/invoke-group',
  },
  {
    name: 'consent: a withdrawn one counts',
    file: schema('0008_delivery_and_metering'),
    from: 'AND c.subject_key = item.subject AND c.withdrawn_at IS NULL)',
    to: 'AND c.subject_key = item.subject)',
    spec: 'test/schema/invoke-group',
  },
  {
    name: 'audit: an answered call leaves no entry',
    file: schema('0008_delivery_and_metering'),
    from: "FROM final WHERE decision <> 'AGAIN' ORDER BY final.n",
    to: "FROM final WHERE decision <> 'DONE' ORDER BY final.n",
    spec: 'test/schema/invoke-group',
  },
  {
    name: 'row-level security: everybody sees every grant',
    file: schema('0007_catalogue_and_access'),
    from: 'CREATE POLICY usage_grant_read ON usage_grant FOR SELECT TO pdx_app\n    USING (consumer_id',
    to: 'CREATE POLICY usage_grant_read ON usage_grant FOR SELECT TO pdx_app\n    USING (true OR consumer_id',
    spec: 'test/schema/row-level-security',
  },
  {
    name: 'ledger: an entry need not balance',
    file: schema('0009_ledger_and_settlement'),
    from: 'HAVING sum(amount_minor) <> 0)',
    to: 'HAVING false)',
    spec: 'test/schema/row-level-security',
  },
  {
    name: 'audit: a refusal is not logged',
    file: 'libs/audit/src/command-runner.ts',
    from: 'if (error instanceof DomainError) {',
    to: 'if (error === null) {',
    spec: 'libs/audit/',
  },
  {
    name: 'audit: sequencers do not take turns',
    file: schema('0003_audit'),
    from: 'SELECT size FROM audit_state FOR UPDATE',
    to: 'SELECT size FROM audit_state',
    spec: 'libs/audit/',
  },
  {
    name: 'split: a tie goes to the higher party',
    file: 'libs/money/src/allocate.ts',
    from: 'a.party < b.party',
    to: 'a.party > b.party',
    spec: 'libs/money',
  },
  {
    name: 'deadline: the day it begins on counts',
    file: 'libs/foundation/src/working-days.ts',
    from: 'let due = from;',
    to: 'let due = addDays(from, -1);',
    spec: 'libs/foundation',
  },
  {
    name: 'proof: a longer one passes',
    file: 'libs/audit-verifier/src/merkle-tree.ts',
    from: 'for (const sibling of proof) {\n    if (last === 0n) return false;',
    to: 'for (const sibling of proof) {\n    if (last === 0n) break;',
    spec: 'libs/audit-verifier',
  },
];

const jest = (spec) =>
  spawnSync(
    process.execPath,
    ['--experimental-vm-modules', '--no-warnings', 'node_modules/jest/bin/jest.js', spec],
    {
      cwd: root,
      encoding: 'utf8',
    },
  );

// One text in one place, or nobody knows what is broken.
const lost = mutants.filter(
  ({ file, from }) => readFileSync(join(root, file), 'utf8').split(from).length !== 2,
);
if (lost.length > 0) {
  console.error(lost.map(({ name }) => `${name}: its text is not in its file exactly once`).join('\n'));
  process.exit(1);
}

// `npm run mutants -- TEXT` tries those whose name has it.
const wanted = mutants.filter(({ name }) => name.includes(process.argv[2] ?? ''));

// A spec that is red by itself catches nothing.
for (const spec of new Set(wanted.map((mutant) => mutant.spec))) {
  if (jest(spec).status === 0) continue;
  console.error(`${spec} is red without any mutant`);
  process.exit(1);
}

let survivors = 0;
for (const { name, file, from, to, spec } of wanted) {
  const path = join(root, file);
  const original = readFileSync(path, 'utf8');
  let verdict = 'DID NOT RUN';
  writeFileSync(
    path,
    original.replace(from, () => to),
  );
  try {
    const { status, stderr } = jest(spec);
    if (/^Tests: +\d+/m.test(stderr)) verdict = status === 0 ? 'SURVIVED' : 'caught';
  } finally {
    writeFileSync(path, original);
  }
  if (verdict !== 'caught') survivors += 1;
  console.log(`${verdict.padEnd(8)} ${name}`);
}
console.log(`${wanted.length - survivors} of ${wanted.length} mutants caught`);
process.exitCode = survivors === 0 ? 0 : 1;
