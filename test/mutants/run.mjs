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
    from: "        where: { id: registrationId },\n        lock: { mode: 'for_no_key_update' },\n",
    to: '        where: { id: registrationId },\n',
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
    from: 'if (!isStillDue) return false;',
    to: '',
    spec: 'test/e2e/registry',
  },
  {
    name: 'register: what left it is still answered',
    file: schema('0014_track_a_acts'),
    from: 'AND expires_at > NEW.ended_at;',
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
    file: schema('0014_track_a_acts'),
    from: "WHERE id = wanted AND state = 'PUBLICIZED' FOR SHARE",
    to: "WHERE id = wanted AND state = 'PUBLICIZED'",
    spec: 'test/e2e/registry',
  },
  {
    name: 'objection: after the last second of the notice',
    file: schema('0014_track_a_acts'),
    from: 'today > target.publicity_until',
    to: 'today > target.publicity_until + 1',
    spec: 'test/e2e/registry',
  },
  {
    name: 'overlap: the applicant sees whose data are like its own',
    file: schema('0019_content_sketch'),
    from: "OR registry_id = app_party() AND app_has_role('REGISTRY_OFFICER', 'REVIEWER'))",
    to: 'OR app_party() IN (registry_id, applicant_id))',
    spec: 'test/e2e/overlap',
  },
  {
    name: 'overlap: what came to nothing is compared too',
    file: schema('0019_content_sketch'),
    from: 'AND registration_under_way(open.state)',
    to: '',
    spec: 'test/e2e/overlap',
  },
  {
    name: 'overlap: accepted without a word',
    file: 'libs/asset/src/registration/registration.service.ts',
    from: '      await this.overlaps.mustBeExplained(tx, actor, registration, reason);\n',
    to: '',
    spec: 'test/e2e/overlap',
  },
  {
    name: 'overlap: the explanation is for anybody',
    file: schema('0019_content_sketch'),
    from: "USING (registry_id = (SELECT app_party()) AND (SELECT app_has_role('REGISTRY_OFFICER', 'REVIEWER'))",
    to: 'USING (true',
    spec: 'test/e2e/overlap',
  },
  {
    name: 'sketch: a row is the set of its values',
    file: 'libs/dataset/src/sketch/content-sketcher.ts',
    from: 'sum -= HASH_RANGE - hash;\n      if (sum < 0) sum += HASH_RANGE;',
    to: 'sum = Math.max(sum, hash);',
    spec: 'libs/dataset',
  },
  {
    name: 'sketch: a larger set counts beyond what the smaller has sampled',
    file: 'libs/dataset/src/sketch/sketch.ts',
    from: 'const limit = Math.min(limitOf(own), limitOf(theirs));',
    to: 'const limit = Math.max(limitOf(own), limitOf(theirs));',
    spec: 'libs/dataset',
  },
  {
    name: 'sketch: shown as it is hashed in columns',
    file: 'libs/dataset/src/sketch/content-sketcher.ts',
    from: 'this.key.rows.ofNumber(sum)',
    to: 'sum',
    spec: 'libs/dataset',
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

// A spec that is red by itself catches nothing.
for (const spec of new Set(mutants.map((mutant) => mutant.spec))) {
  if (jest(spec).status === 0) continue;
  console.error(`${spec} is red without any mutant`);
  process.exit(1);
}

let survivors = 0;
for (const { name, file, from, to, spec } of mutants) {
  const path = join(root, file);
  const original = readFileSync(path, 'utf8');
  const mutated = original.replace(from, () => to);
  let verdict = 'NO PLACE (its text has changed)';
  if (mutated !== original) {
    writeFileSync(path, mutated);
    try {
      const { status, stderr } = jest(spec);
      const ran = /^Tests: +\d+/m.test(stderr);
      verdict = !ran ? 'DID NOT RUN' : status === 0 ? 'SURVIVED' : 'caught';
    } finally {
      writeFileSync(path, original);
    }
  }
  if (verdict !== 'caught') survivors += 1;
  console.log(`${verdict.padEnd(8)} ${name}`);
}
console.log(`${mutants.length - survivors} of ${mutants.length} mutants caught`);
process.exitCode = survivors === 0 ? 0 : 1;
