// Each mutant breaks one rule in one place; its spec must turn red. A mutant that survives is a hole in the tests.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

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
    name: 'title: whoever has transferred it is to renew it',
    file: 'libs/property-right/src/title-register.ts',
    from: 'if (isNewTerm || isTransfer) {',
    to: 'if (isNewTerm) {',
    spec: 'test/e2e/registry-walk',
  },
  {
    name: 'duty: submitted before all have joined',
    file: 'libs/asset/src/duty/duty.service.ts',
    from: 'registration_id = own_rights.id AND joined_at IS NULL',
    to: 'registration_id = own_rights.id AND false',
    spec: 'test/e2e/registry-walk',
  },
  {
    name: 'registration: a registry reads drafts',
    file: schema('0023_own_until_filed'),
    from: 'registry_id = (SELECT app_party()) AND submitted_at IS NOT NULL',
    to: 'registry_id = (SELECT app_party())',
    spec: 'test/e2e/registry-walk',
  },
  {
    name: 'registration: a revocation leaves a draft under way',
    file: schema('0023_own_until_filed'),
    from: "state IN ('DRAFT', 'SUBMITTED',",
    to: "state IN ('SUBMITTED',",
    spec: 'test/e2e/registry.e2e',
  },
  {
    name: 'encumbrance: anybody reads what was only proposed',
    file: schema('0023_own_until_filed'),
    from: "state IN ('IN_FORCE', 'RELEASED') OR (SELECT app_party()) IN (holder_id, beneficiary_id)",
    to: 'true',
    spec: 'test/e2e/registry-walk',
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
    file: schema('0022_due_list'),
    from: 'WHERE closed_at IS NULL AND party_id = p_party AND kind = wanted_kind',
    to: 'WHERE closed_at IS NULL AND kind = wanted_kind',
    spec: 'test/e2e/due-list',
  },
  {
    name: 'due list: a page begins with the last of the page before',
    file: schema('0022_due_list'),
    from: 'WHERE closed_at IS NULL AND is_blocked AND party_id = p_party AND (due, id) > (v_due, v_id)',
    to: 'WHERE closed_at IS NULL AND is_blocked AND party_id = p_party AND (due, id) >= (v_due, v_id)',
    spec: 'test/e2e/due-list',
  },
  {
    name: 'due list: the functions answer anybody',
    file: schema('0022_due_list'),
    from: 'REVOKE EXECUTE ON FUNCTION legal_deadline_page FROM PUBLIC;',
    to: '',
    spec: 'test/e2e/due-list',
  },
  {
    name: 'property right: two officers decide at once',
    file: 'libs/property-right/src/property-right.service.ts',
    from: "        where: { id: registrationId, track: Track.B },\n        lock: { mode: 'for_no_key_update' },\n",
    to: '        where: { id: registrationId, track: Track.B },\n',
    spec: 'test/e2e/property-right',
  },
  {
    name: 'property right: silence accepts before its day',
    file: 'libs/property-right/src/title-clock.service.ts',
    from: 'next.due > legalDayOf(this.clock.now())',
    to: 'false',
    spec: 'test/e2e/property-right',
  },
  {
    name: 'property right: somebody agrees to another form',
    file: 'libs/property-right/src/property-right.service.ts',
    from: "filer?.formSha256.toString('hex') !== filingSha256",
    to: '!filer',
    spec: 'test/e2e/property-right',
  },
  {
    name: 'property right: a serial is handed out twice',
    file: 'libs/property-right/src/property-right-issuer.ts',
    from: 'DO UPDATE SET serial = certificate_serial.serial + 1',
    to: 'DO UPDATE SET serial = certificate_serial.serial',
    spec: 'test/e2e/property-right',
  },
  {
    name: 'property right: the notice is counted in the examination',
    file: 'libs/property-right/src/property-right.service.ts',
    from: '{ beginsOn: publicityUntil, workingDays }',
    to: '{ beginsOn: running.beginsOn, workingDays }',
    spec: 'test/e2e/property-right',
  },
  {
    name: 'encumbrance: of a title that is being transferred',
    file: schema('0016_property_rights'),
    from: 'SELECT state FROM title WHERE asset_id = wanted FOR SHARE',
    to: 'SELECT state FROM title WHERE asset_id = wanted',
    spec: 'test/e2e/property-right',
  },
  {
    name: 'encumbrance: a pledged title is transferred',
    file: 'libs/property-right/src/property-right.service.ts',
    from: 'if (type === PropertyRightType.RENEWAL) return;',
    to: 'if (type === PropertyRightType.RENEWAL || type === PropertyRightType.TRANSFER) return;',
    spec: 'test/e2e/property-right.e2e',
  },
  {
    name: 'encumbrance: a change empties a pledged right',
    file: 'libs/property-right/src/property-right.service.ts',
    from: 'if (hasSameShares(rights, form.rights)) return;',
    to: 'return;',
    spec: 'test/e2e/property-right-abuse',
  },
  {
    name: 'encumbrance: the transfer of a pledged title is filed',
    file: 'libs/property-right/src/property-right.service.ts',
    from: 'await this.titles.hold(tx, assetId);\n        await this.refuseEncumbered(tx, registration);\n',
    to: 'await this.titles.hold(tx, assetId);\n',
    spec: 'test/e2e/property-right-abuse',
  },
  {
    name: 'notice: coded by a last day that may still move',
    file: 'libs/asset/src/registration/registration.service.ts',
    from: 'if (await this.deadlines.isNoticeProvisional(tx, registrationId))',
    to: 'if (registrationId === null)',
    spec: 'test/e2e/public-notice',
  },
  {
    name: 'notice: certified by a last day that may still move',
    file: 'libs/property-right/src/property-right.service.ts',
    from: 'publicityUntil !== null && (await this.deadlines.isNoticeProvisional(tx, registrationId))',
    to: 'registrationId === null && publicityUntil !== null',
    spec: 'test/e2e/public-notice',
  },
  {
    name: 'notice: the register itself goes by a provisional day',
    file: schema('0029_left_open'),
    from: "WHEN (NEW.state IN ('CODED', 'CERTIFIED') AND",
    to: "WHEN (NEW.state IN ('CODED') AND",
    spec: 'test/e2e/public-notice',
  },
  {
    name: 'notice: a provisional day ends the time to object',
    file: schema('0029_left_open'),
    from: "kind = 'PUBLICITY' AND is_provisional) THEN\n        RETURN 'NOT_PUBLICIZED'",
    to: "kind = 'PUBLICITY' AND false) THEN\n        RETURN 'NOT_PUBLICIZED'",
    spec: 'test/e2e/public-notice',
  },
  {
    name: 'notice: the examination goes on before the notice has ended',
    file: 'libs/asset/src/deadline/working-calendar.service.ts',
    from: 'before.beginsOn === notice.was || before.beginsOn < notice.is',
    to: 'before.beginsOn === notice.was',
    spec: 'test/e2e/public-notice',
  },
  {
    name: 'renewal: only one of the holders is told',
    file: 'libs/property-right/src/title-register.ts',
    from: '        last,\n        holderIds,\n',
    to: '        last,\n',
    spec: 'test/e2e/registry-walk',
  },
  {
    name: 'duty: a period of each holder counts for all of them',
    file: 'libs/asset/src/deadline/legal-deadline.service.ts',
    from: 'this.of({ ...about, applicantId: holderId }, DeadlineKind.RENEWAL, holderId)',
    to: 'this.of(about, DeadlineKind.RENEWAL, holderId)',
    spec: 'test/e2e/registry-walk',
  },
  {
    name: 'objection: the list keeps to no state',
    file: 'libs/asset/src/objection/objection.service.ts',
    from: '...(state && { state }),',
    to: '',
    spec: 'test/e2e/registry-walk',
  },
  {
    name: 'credential: checked against a list of no day',
    file: 'libs/credential/src/credential.ts',
    from: "if (typeof statusListFrom !== 'string')",
    to: "if (typeof statusListFrom === 'number')",
    spec: 'libs/credential',
  },
  {
    name: 'property right: a draft is filed about what has changed since',
    file: 'libs/property-right/src/property-right.service.ts',
    from: 'if (!decidedAt || decidedAt >= registration.preparedAt) throw new RegisteredAnew();',
    to: '',
    spec: 'test/e2e/property-right-abuse',
  },
  {
    name: 'registration: one that cannot lapse holds up the others',
    file: 'libs/asset/src/deadline/expiry.service.ts',
    from: 'return this.lapseOneByOne();',
    to: 'return 0;',
    spec: 'test/e2e/due-list',
  },
  {
    name: 'property right: what was not completed is closed a day early',
    file: 'libs/asset/src/deadline/legal-deadline.service.ts',
    from: 'AND due < :today`',
    to: 'AND due <= :today`',
    spec: 'test/e2e/property-right',
  },
  {
    name: 'title: a transferor keeps something',
    file: 'libs/property-right/src/title-rules.ts',
    from: 'if (leaving.length === 0)',
    to: 'if (before.length === 0)',
    spec: 'libs/property-right',
  },
  {
    name: 'register: what left it is still answered',
    file: schema('0022_due_list'),
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
    file: schema('0029_left_open'),
    from: 'today > target.publicity_until',
    to: 'today > target.publicity_until + 1',
    spec: 'test/e2e/registry',
  },
  {
    name: 'correction: an order is reviewed by who has given it',
    file: 'libs/asset/src/registration/registration.service.ts',
    from: "if (registration.acceptedBy === actor.id) throw new SamePerson('accepted a registration');\n      if (registration.submittedBy === actor.id)",
    to: "if (registration.acceptedBy === actor.id) throw new SamePerson('accepted a registration');\n      if (registration.id === actor.id)",
    spec: 'test/e2e/track-a',
  },
  {
    name: 'correction: the holder takes back what was ordered',
    file: 'libs/asset/src/registration/registration-act.ts',
    from: "  'WITHDRAW',\n  'RETURN',\n]);",
    to: "  'RETURN',\n]);",
    spec: 'test/e2e/track-a',
  },
  {
    name: 'correction: the holder is not waited for',
    file: 'libs/asset/src/correction/correction.service.ts',
    from: 'legalDayOf(now) <= answerDue',
    to: 'legalDayOf(now) < answerDue',
    spec: 'test/e2e/track-a',
  },
  {
    name: 'correction: consented to beside a revocation',
    file: 'libs/asset/src/correction/correction.service.ts',
    from: '!file || (await this.hold(tx, by, seen.assetId))',
    to: 'true',
    spec: 'test/e2e/track-a',
  },
  {
    name: 'correction: two answers at once',
    file: 'libs/asset/src/correction/correction.service.ts',
    from: "        lock: { mode: 'for_no_key_update' },\n",
    to: '',
    spec: 'test/e2e/track-a',
  },
  {
    name: 'correction: proposed beside a revocation',
    file: schema('0018_track_a_gaps'),
    from: "WHERE id = wanted AND state = 'REGISTERED' FOR SHARE;",
    to: "WHERE id = wanted AND state = 'REGISTERED';",
    spec: 'test/e2e/track-a',
  },
  {
    name: 'dataset: two versions of one number',
    file: 'libs/dataset/src/dataset.service.ts',
    from: "await tx.query('SELECT pg_advisory_xact_lock(hashtextextended($1, 0))', [`dataset ${dataset.id}`]);",
    to: '',
    spec: 'test/e2e/track-a',
  },
  {
    name: 'change of the data: what is listed is not asked',
    file: schema('0018_track_a_gaps'),
    from: "product.state = 'LISTED' OR EXISTS (",
    to: 'EXISTS (',
    spec: 'test/e2e/track-a',
  },
  {
    name: 'change of the data: a product is listed beside the coding',
    file: schema('0018_track_a_gaps'),
    from: 'PERFORM FROM product WHERE asset_id = wanted ORDER BY id FOR NO KEY UPDATE;',
    to: 'PERFORM FROM product WHERE asset_id = wanted ORDER BY id;',
    spec: 'test/e2e/track-a',
  },
  {
    name: 'delegation: revoked beside a submission',
    file: schema('0018_track_a_gaps'),
    from: '    FOR SHARE OF delegation, delegator\n',
    to: '',
    spec: 'test/e2e/track-a',
  },
  {
    name: 'delegation: for what one has written before somebody else',
    file: 'libs/asset/src/registration/registration.service.ts',
    from: 'if (mandate && preparers.includes(actor.id))',
    to: 'if (mandate && preparers.at(-1) === actor.id)',
    spec: 'test/e2e/track-a',
  },
  {
    name: 'delegation: outlives the office of who has made it',
    file: schema('0018_track_a_gaps'),
    from: "      AND delegator.is_active AND 'CHIEF_DATA_REPRESENTATIVE' = ANY (delegator.roles)\n    ORDER",
    to: '    ORDER',
    spec: 'test/e2e/track-a',
  },
  {
    name: 'overlap: the applicant sees whose data are like its own',
    file: schema('0021_content_sketch'),
    from: "OR registry_id = app_party() AND app_has_role('REGISTRY_OFFICER', 'REVIEWER'))",
    to: 'OR app_party() IN (registry_id, applicant_id))',
    spec: 'test/e2e/overlap',
  },
  {
    name: 'overlap: what came to nothing is compared too',
    file: schema('0021_content_sketch'),
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
    file: schema('0021_content_sketch'),
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
    name: 'certificate: a page carries what somebody has written as it is',
    file: 'libs/asset/src/certificate/html.ts',
    from: `/[&<>"']/g`,
    to: `/[&>"']/g`,
    spec: 'libs/asset/src/certificate',
  },
  {
    name: 'certificate: its last day is not one of its days',
    file: 'libs/asset/src/certificate/certificate-standing.ts',
    from: 'addDays(validTo, 1)',
    to: 'validTo',
    spec: 'libs/asset/src/certificate',
  },
  {
    name: 'certificate: days come before what ended it',
    file: 'libs/asset/src/certificate/certificate-standing.ts',
    from: 'if (end && end.endedAt <= at)',
    to: 'if (end && end.endedAt <= at && at < startOfLegalDay(validTo))',
    spec: 'libs/asset/src/certificate',
  },
  {
    name: 'verification: what the register does not know is believed',
    file: 'libs/asset/src/certificate/certificate-lookup.ts',
    from: 'found?.facts.id !== facts.id',
    to: '!found',
    spec: 'test/e2e/certificates',
  },
  {
    name: 'verification: what was ended is valid',
    file: 'libs/asset/src/certificate/certificate-lookup.ts',
    from: "found.standing.end ? 'REVOKED' : 'VALID'",
    to: "'VALID'",
    spec: 'test/e2e/certificates',
  },
  {
    name: 'verification: as often as one likes',
    file: 'libs/asset/src/certificate/verification.controller.ts',
    from: '  @RouteConfig(LIMITED)\n  @Post()',
    to: '  @Post()',
    spec: 'test/e2e/certificates',
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
    name: 'outbox: two workers lease one delivery',
    file: 'libs/outbox/src/webhook-relay.ts',
    from: '               FOR UPDATE SKIP LOCKED\n',
    to: '',
    spec: 'test/e2e/outbox',
  },
  {
    name: 'outbox: a lease holds nobody off',
    file: 'libs/outbox/src/webhook-relay.ts',
    from: 'AND (leased_until IS NULL OR leased_until <= now())',
    to: '',
    spec: 'test/e2e/outbox',
  },
  {
    name: 'outbox: a regulator reads inboxes',
    file: schema('0020_outbox'),
    from: 'notification FOR SELECT TO pdx_app USING (party_id = (SELECT app_party()));',
    to: "notification FOR SELECT TO pdx_app USING (party_id = (SELECT app_party()) OR (SELECT app_has_role('REGULATOR')));",
    spec: 'test/e2e/outbox',
  },
  {
    name: 'outbox: what failed is sent again at once',
    file: 'libs/outbox/src/webhook-relay.ts',
    from: '{ dueAt: new Date(this.clock.now().getTime() + pause) }',
    to: '{ dueAt: this.clock.now() }',
    spec: 'test/e2e/outbox',
  },
  {
    name: 'outbox: the signature leaves out the id',
    file: 'libs/outbox/src/webhook-message.ts',
    from: '`${id}.${timestamp}.${body}`',
    to: '`${timestamp}.${body}`',
    spec: 'test/e2e/outbox',
  },
  {
    name: 'outbox: one endpoint too many, at once',
    file: 'libs/outbox/src/webhook-endpoint.service.ts',
    from: 'await tx.query(`SELECT pg_advisory_xact_lock',
    to: 'void (`SELECT pg_advisory_xact_lock',
    spec: 'test/e2e/outbox',
  },
  {
    name: 'outbox: a public name leads inside',
    file: 'libs/outbox/src/post-webhook.ts',
    from: '(address) => mayReach(address, mayBeHere)',
    to: '() => true',
    spec: 'libs/outbox',
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
    name: 'correction: two acts about one request at once',
    file: 'libs/correction-request/src/correction-request.service.ts',
    from: "        lock: { mode: 'for_no_key_update' },\n",
    to: '',
    spec: 'libs/correction-request',
  },
  {
    name: 'correction: not extended on the last day',
    file: 'libs/correction-request/src/correction-request.service.ts',
    from: 'legalDayOf(now) > period.due',
    to: 'legalDayOf(now) >= period.due',
    spec: 'libs/correction-request',
  },
  {
    name: 'correction: overdue on the last day',
    file: 'libs/correction-request/src/correction-request.service.ts',
    from: 'due < today);',
    to: 'due <= today);',
    spec: 'libs/correction-request',
  },
  {
    name: 'correction: a chief gives the answer that it has prepared',
    file: 'libs/correction-request/src/correction-request.service.ts',
    from: 'last.preparedBy === actor.id',
    to: 'last.preparedBy === actor.partyId',
    spec: 'libs/correction-request',
  },
  {
    name: 'correction: a chief gives an answer that it has not read',
    file: 'libs/correction-request/src/correction-request.service.ts',
    from: 'last.number !== number',
    to: 'last.number < number',
    spec: 'libs/correction-request',
  },
  {
    name: 'correction: anybody concerned may act',
    file: 'libs/correction-request/src/correction-request.service.ts',
    from: 'whose !== actor.partyId',
    to: 'whose === undefined',
    spec: 'test/e2e/correction',
  },
  {
    name: 'correction: about data of any body',
    file: 'libs/correction-request/src/correction-request.service.ts',
    from: '(!isAtBureau && dataHolderId !== addresseeId)',
    to: 'false',
    spec: 'test/e2e/correction',
  },
  {
    name: 'correction: an older version holds it',
    file: 'libs/correction-request/src/correction-request.service.ts',
    from: 'version.loadedAt > filedAt',
    to: 'version.loadedAt < filedAt',
    spec: 'test/e2e/correction',
  },
  {
    name: 'correction: the asker sees what was prepared',
    file: schema('0017_correction_requests'),
    from: 'OR given_at IS NOT NULL AND EXISTS',
    to: 'OR EXISTS',
    spec: 'libs/correction-request',
  },
  {
    name: 'correction: everybody sees every request',
    file: schema('0017_correction_requests'),
    from: "USING ((SELECT app_party()) IN (asker_id, addressee_id, holder_id) OR (SELECT app_has_role('REGULATOR')))",
    to: 'USING (true)',
    spec: 'test/e2e/correction',
  },
  {
    name: 'correction: everybody sees the evidence',
    file: schema('0017_correction_requests'),
    from: 'USING (EXISTS (SELECT FROM correction_request WHERE id = request_id))',
    to: 'USING (true)',
    spec: 'test/e2e/correction',
  },
  {
    name: 'deadline: a year’s recount undoes an extension',
    file: 'libs/asset/src/deadline/working-calendar.service.ts',
    from: 'AND begins_on = $5 AND working_days = $6',
    to: 'AND $5::date <= $2 AND $6::int > 0',
    spec: 'libs/correction-request',
  },
  {
    name: 'proof: a longer one passes',
    file: 'libs/audit-verifier/src/merkle-tree.ts',
    from: 'for (const sibling of proof) {\n    if (last === 0n) return false;',
    to: 'for (const sibling of proof) {\n    if (last === 0n) break;',
    spec: 'libs/audit-verifier',
  },
  {
    name: 'file: open after its last instant',
    file: schema('0019_registry_duties'),
    from: 'part = ANY (parts) AND app_looks_at() < open_until',
    to: 'part = ANY (parts)',
    spec: 'libs/registry-office',
  },
  {
    name: 'file: a part that was not opened is shown',
    file: schema('0019_registry_duties'),
    from: "USING (id IN (SELECT files_open('APPLICATION')))",
    to: "USING (id IN (SELECT files_open('EVIDENCE')))",
    spec: 'libs/registry-office',
  },
  {
    name: 'file: evidence is fetched without a trace',
    file: 'libs/dataset/src/upload.service.ts',
    from: "if (found) await tx.query('SELECT file_look_at_upload($1, $2)', [id, actor.id]);",
    to: '',
    spec: 'test/e2e/registry-office',
  },
  {
    name: 'file: two officers decide one request',
    file: 'libs/registry-office/src/inspection/inspection.service.ts',
    from: ', state: FileInspectionState.REQUESTED },',
    to: ' },',
    spec: 'test/e2e/registry-office',
  },
  {
    name: 'retention: rows of files can be deleted',
    file: schema('0019_registry_duties'),
    from: "IF kept NOT IN ('registration_evidence', 'registration_filer') THEN",
    to: 'IF false THEN',
    spec: 'test/e2e/registry-office',
  },
  {
    name: 'registry: a joint holder at itself',
    file: schema('0019_registry_duties'),
    from: "(NOT (form -> 'rights') @> jsonb_build_array(jsonb_build_object('holderId', registry_id)))",
    to: '(true)',
    spec: 'test/e2e/registry-office',
  },
  {
    name: 'yearly report: two workers open one',
    file: schema('0019_registry_duties'),
    from: 'UNIQUE (registry_id, year)',
    to: 'UNIQUE (registry_id, year, id)',
    spec: 'test/e2e/registry-office',
  },
  {
    name: 'yearly report: changed after it was submitted',
    file: schema('0019_registry_duties'),
    from: "WHEN (OLD.state = 'SUBMITTED' OR NEW.state",
    to: "WHEN (OLD.state = 'NEVER' OR NEW.state",
    spec: 'test/e2e/registry-office',
  },
  {
    name: 'yearly report: something else is submitted than was read',
    file: 'libs/registry-office/src/yearly-report/yearly-report.service.ts',
    from: ", documentSha256: Buffer.from(sha256, 'hex') },",
    to: ' },',
    spec: 'test/e2e/registry-office',
  },
  {
    name: 'yearly report: a draft that was let go of counts as withdrawn',
    file: 'libs/registry-office/src/yearly-report/yearly-figures.query.ts',
    from: "('DRAFT', 'WITHDRAWN')",
    to: "('DRAFT', 'NOTHING')",
    spec: 'test/e2e/registry-office',
  },
  {
    name: 'yearly report: kept on the last day counts as missed',
    file: 'libs/registry-office/src/yearly-report/deadline-figures.ts',
    from: ': closedOn > due;',
    to: ': closedOn >= due;',
    spec: 'libs/registry-office',
  },
  {
    name: 'income: a flow is discounted at the beginning of its year',
    file: 'libs/valuation/src/methods/discounting.ts',
    from: 'value = a.over(a.plus(value, flows[t] as N), factor);',
    to: 'value = a.plus(a.over(value, factor), flows[t] as N);',
    spec: 'libs/valuation/src/methods.spec',
  },
  {
    name: 'income: a negative rate by CAPM',
    file: 'libs/valuation/src/methods/discounting.ts',
    from: 'if (a.sign(rate) < 0) throw',
    to: 'if (a.sign(rate) < -1) throw',
    spec: 'libs/valuation/src/methods.spec',
  },
  {
    name: 'market: weights that do not sum to one',
    file: 'libs/valuation/src/methods/weights.ts',
    from: 'if (sum.numerator !== sum.denominator)',
    to: 'if (sum.numerator > sum.denominator)',
    spec: 'libs/valuation/src/methods.spec',
  },
  {
    name: 'AHP: a matrix that is not reciprocal',
    file: 'libs/valuation/src/methods/ahp.ts',
    from: 'if (isAbove(size, RECIPROCAL_TOLERANCE))',
    to: 'if (isAbove(size, LARGEST_RATIO))',
    spec: 'libs/valuation/src/methods.spec',
  },
  {
    name: 'entropy: a column that is almost constant loses its digits',
    file: 'libs/valuation/src/methods/entropy-weights.ts',
    from: "if (d.abs().gt('0.001'))",
    to: "if (d.abs().gt('1e-60'))",
    spec: 'libs/valuation/src/methods.spec',
  },
  {
    name: 'CRITIC: cost and benefit are the same',
    file: 'libs/valuation/src/methods/critic-weights.ts',
    from: "directions[j] === 'cost' ?",
    to: 'directions[j] === undefined ?',
    spec: 'libs/valuation/src/methods.spec',
  },
  {
    name: 'sensitivity: an input stays moved',
    file: 'libs/valuation/src/analysis/sensitivity.ts',
    from: '      place.put(place.given);',
    to: '      place.put(input);',
    spec: 'libs/valuation/src/analysis',
  },
  {
    name: 'simulation: another order of draws',
    file: 'libs/valuation/src/analysis/simulation.ts',
    from: 'for (const { put, draw } of drawn)',
    to: 'for (const { put, draw } of drawn.toReversed())',
    spec: 'libs/valuation/src/analysis',
  },
  {
    name: 'decimals: the fortieth digit is cut',
    file: 'libs/money/src/fraction-text.ts',
    from: ' + 5n) / 10n',
    to: ' + 0n) / 10n',
    spec: 'libs/money',
  },
  {
    name: 'quality: two declarations are counted at once',
    file: 'libs/quality/src/rule/quality-rule.service.ts',
    from: "await tx.query('SELECT pg_advisory_xact_lock(hashtextextended($1, 0))'",
    to: "await tx.query('SELECT $1'",
    spec: 'test/e2e/quality',
  },
  {
    name: 'quality: an empty cell breaks every rule',
    file: schema('0026_quality_and_classification'),
    from: "WHEN 'CODE_LIST' THEN\n        made.considered := cell || ' IS NOT NULL';",
    to: "WHEN 'CODE_LIST' THEN",
    spec: 'test/e2e/quality',
  },
  {
    name: 'quality: failing rows for everybody',
    file: schema('0026_quality_and_classification'),
    from: 'AND result.rule_id = p_rule AND report.provider_id = app_party()',
    to: 'AND result.rule_id = p_rule',
    spec: 'test/e2e/quality',
  },
  {
    name: 'quality: pseudonyms are shown',
    file: schema('0026_quality_and_classification'),
    from: 'coalesce(string_agg(CASE WHEN c.is_personal\n',
    to: 'coalesce(string_agg(CASE WHEN false\n',
    spec: 'test/e2e/quality',
  },
  {
    name: 'quality: scores are rounded to the nearest',
    file: 'libs/quality/src/report/quality-scores.ts',
    from: 'toFixed(DIGITS, Decimal.ROUND_DOWN)',
    to: 'toFixed(DIGITS, Decimal.ROUND_HALF_UP)',
    spec: 'libs/quality',
  },
  {
    name: 'levels: who proposed confirms',
    file: 'libs/quality/src/classification/classification.service.ts',
    from: 'if (found.proposedBy === actor.id) throw new ClassifierIsSamePerson();',
    to: '',
    spec: 'test/e2e/quality',
  },
  {
    name: 'levels: a product is listed beside a confirmation',
    file: 'libs/catalogue/src/catalogue.service.ts',
    from: 'await this.classifications.holdIn(tx, declared.datasetVersionId);',
    to: '',
    spec: 'test/e2e/quality',
  },
  {
    name: 'levels: a product is put over newer data beside a confirmation',
    file: schema('0026_quality_and_classification'),
    from: "PERFORM pg_advisory_xact_lock_shared(hashtextextended('classification ' || NEW.dataset_version_id, 0));",
    to: '',
    spec: 'test/e2e/quality',
  },
  {
    name: 'levels: two decide at once',
    file: 'libs/quality/src/classification/classification.service.ts',
    from: "        lock: { mode: 'for_no_key_update' },\n",
    to: '',
    spec: 'test/e2e/quality',
  },
  {
    name: 'meaning: any last character ends a resident id',
    file: 'libs/foundation/src/resident-id.ts',
    from: ' && check.toUpperCase() === residentIdCheck(text)',
    to: " && check !== ''",
    spec: 'libs/dataset/src/profile/column-meaning',
  },
  {
    name: 'profile: a personal column shows its values',
    file: 'libs/dataset/src/profile/column-profiler.ts',
    from: 'isNumber || isPersonal ? null : new TextTally()',
    to: 'isNumber ? null : new TextTally()',
    spec: 'libs/dataset/src/profile/column-profiler',
  },
  {
    name: 'reading: a part of a file ends within quotes',
    file: 'libs/dataset/src/reading/delimited-text.ts',
    from: 'let to = quotes.length % 2 === 0 ? text.length : (quotes.pop() ?? 0);',
    to: 'let to = text.length;',
    spec: 'libs/dataset/src/reading/delimited-text',
  },
  {
    name: 'profile: what was counted on disk is counted once a part',
    file: 'libs/dataset/src/profile/distinct-counter.ts',
    from: 'count += this.read(part).size;',
    to: 'count += 1;',
    spec: 'libs/dataset/src/profile/distinct-counter',
  },
  {
    name: 'upload in parts: a later part takes the place of an earlier one',
    file: 'libs/dataset/src/file-store.ts',
    from: 'await link(temporary, join(dir, String(offset)));',
    to: 'await rename(temporary, join(dir, String(offset)));',
    spec: 'test/e2e/partial-upload',
  },
  {
    name: 'valuation: one act beside another',
    file: 'libs/valuation/src/engagement/engagement.service.ts',
    from: "where: { id }, lock: { mode: 'for_no_key_update' } }",
    to: 'where: { id } }',
    spec: 'test/e2e/valuation',
  },
  {
    name: 'valuation: who prepared reviews',
    file: 'libs/valuation/src/engagement/engagement.service.ts',
    from: "if (last.preparedBy === actor.id) throw new SamePerson('prepared a draft');",
    to: '',
    spec: 'test/e2e/valuation',
  },
  {
    name: 'valuation: one signature is enough',
    file: 'libs/valuation/src/engagement/engagement.service.ts',
    from: 'if (signers.length < FEWEST)',
    to: 'if (signers.length < 1)',
    spec: 'test/e2e/valuation',
  },
  {
    name: 'valuation: a signature under another draft counts',
    file: 'libs/valuation/src/engagement/engagement.service.ts',
    from: 'where: { engagementId: id, signedDraft: draft.number },',
    to: 'where: { engagementId: id },',
    spec: 'test/e2e/valuation',
  },
  {
    name: 'valuation: an interest keeps nobody away',
    file: 'libs/valuation/src/engagement/engagement.service.ts',
    from: 'if (found) throw new AppraiserHasInterest(',
    to: "if (found?.nature === '') throw new AppraiserHasInterest(",
    spec: 'test/e2e/valuation',
  },
  {
    name: 'valuation: a report is everybody’s',
    file: schema('0025_valuation_engagement'),
    from: 'WHERE shown.engagement_id = valuation_report.engagement_id AND shown.party_id = (SELECT app_party())));',
    to: 'WHERE true) OR true);',
    spec: 'test/e2e/valuation',
  },
  {
    name: 'valuation: an appraisal for something else carries a pledge',
    file: 'libs/valuation/src/engagement/engagement.service.ts',
    from: 'if (report.purpose !== use.purpose)',
    to: 'if (!report.purpose)',
    spec: 'test/e2e/valuation',
  },
  {
    name: 'valuation report: figures are believed',
    file: 'libs/valuation/src/report/verify-report.ts',
    from: 'return canonicalJson(stated) === canonicalJson(recomputed) ? null : { path, stated, recomputed };',
    to: 'return null;',
    spec: 'test/e2e/valuation',
  },
  {
    name: 'upload in parts: cleared away a day early',
    file: 'libs/dataset/src/partial-upload.service.ts',
    from: 'const DAYS_TO_END = 7;',
    to: 'const DAYS_TO_END = 6;',
    spec: 'test/e2e/partial-upload',
  },
  {
    name: 'ingest: the first rows have the last word',
    file: 'libs/dataset/src/dataset.service.ts',
    from: 'if (loaded.misfit || columns.some((column, i) => isStoredOtherwise(column, guessed[i]))) {',
    to: 'if (loaded.misfit) {',
    spec: 'test/e2e/ingest',
  },
  {
    name: 'ingest: what a copy left behind stays when a cell does not fit',
    file: 'libs/dataset/src/load-rows.ts',
    from: "    await tx.query('ROLLBACK TO SAVEPOINT before_rows');\n",
    to: '',
    spec: 'test/e2e/ingest',
  },
  {
    name: 'ingest: PostgreSQL says which cell does not fit',
    file: 'libs/dataset/src/load-rows.ts',
    from: 'signal.aborted || isDataException(error)',
    to: 'signal.aborted',
    spec: 'test/e2e/ingest',
  },
  {
    name: 'profile: numbers are counted as often as they come',
    file: 'libs/dataset/src/profile/distinct-numbers.ts',
    from: 'if (there === value) return;',
    to: '',
    spec: 'libs/dataset/src/profile/distinct-numbers',
  },
];

/** A spec that takes longer hangs. */
const LIMIT_MS = 300_000;

/** A server that nobody has stopped has its process number in its cluster. */
async function stopServer(cluster) {
  const file = join(cluster, 'postmaster.pid');
  if (!existsSync(file)) return;
  process.kill(Number(readFileSync(file, 'utf8').split('\n')[0]), 'SIGINT');
  while (existsSync(file)) await delay(50);
}

/** Runs a spec; what hangs is stopped, and the database server that it has started with it. */
async function jest(spec) {
  const folder = mkdtempSync(join(tmpdir(), 'pdx-mutant-'));
  chmodSync(folder, 0o711);
  const child = spawn(
    process.execPath,
    [
      ...['--experimental-vm-modules', '--no-warnings', 'node_modules/jest/bin/jest.js'],
      ...['--cacheDirectory', join(tmpdir(), 'pdx-mutants-cache'), spec],
    ],
    { cwd: root, stdio: ['ignore', 'ignore', 'pipe'], env: { ...process.env, TMPDIR: folder } },
  );
  let stderr = '';
  child.stderr.setEncoding('utf8').on('data', (part) => (stderr += part));
  let isOver = false;
  const limit = setTimeout(() => {
    isOver = true;
    child.kill('SIGKILL');
  }, LIMIT_MS);
  const [status] = await once(child, 'exit');
  clearTimeout(limit);
  if (isOver) for (const left of readdirSync(folder)) await stopServer(join(folder, left, 'data/postgres'));
  rmSync(folder, { recursive: true, force: true });
  return { status, stderr, isOver };
}

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
  if ((await jest(spec)).status === 0) continue;
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
    const { status, stderr, isOver } = await jest(spec);
    if (/^Tests: +\d+/m.test(stderr)) verdict = status === 0 ? 'SURVIVED' : 'caught';
    // A slow machine breaks a test too: who reads this may want to try such a mutant again, alone.
    const isLate = verdict === 'caught' && /Exceeded timeout of/.test(stderr);
    if (isLate || isOver) verdict = 'caught, over a time limit';
  } finally {
    writeFileSync(path, original);
  }
  if (!verdict.startsWith('caught')) survivors += 1;
  console.log(`${verdict.padEnd(8)} ${name}`);
}
console.log(`${wanted.length - survivors} of ${wanted.length} mutants caught`);
process.exitCode = survivors === 0 ? 0 : 1;
