import { compactVerify, importSPKI } from 'jose';

import { compactOf, verifyCredential } from '#libs/credential';
import { addDays, Clock, legalDayOf, startOfLegalDay, weekdayOf } from '#libs/foundation';
import { KeyRing } from '#libs/keys';

import type { TestExchange } from '../support/start-exchange.ts';
import { afterAct } from './live-registry-year.ts';

export interface Checked {
  readonly certificates: number;
  readonly periods: number;
  readonly loggedActs: number;
  /** What is not as the law, the tables or the log would have it; none is what is wanted. */
  readonly faults: readonly string[];
}

const SHANGHAI = `AT TIME ZONE 'Asia/Shanghai'`;
/** What an office has to do by a day. */
const DUTIES = `('ACCEPTANCE', 'REVIEW', 'CANCELLATION', 'OBJECTION', 'EXAMINATION')`;

/** Goes over all that a lived year has left behind, with code of its own: nothing missed, nothing early, all of it genuine. */
export async function checkRegistryYear(exchange: TestExchange): Promise<Checked> {
  const faults: string[] = [];
  await waitForLog(exchange);
  await checkDuties(exchange, faults);
  const periods = await checkCounting(exchange, faults);
  await checkClocks(exchange, faults);
  await checkSerials(exchange, faults);
  const certificates = await checkCertificates(exchange, faults);
  const loggedActs = await checkLog(exchange, faults);
  await checkHistory(exchange, faults);
  return { certificates, periods, loggedActs, faults };
}

async function waitForLog({ owner }: TestExchange): Promise<void> {
  for (;;) {
    const { rows } = await owner.query<{ left: string }>(
      'SELECT count(*) AS left FROM audit_outbox WHERE id NOT IN (SELECT outbox_id FROM audit_entry)',
    );
    if (rows[0]?.left === '0') return;
  }
}

/** Every duty was done by its last day, but for what silence has done. */
async function checkDuties({ owner, service }: TestExchange, faults: string[]): Promise<void> {
  const today = legalDayOf(service.app.get(Clock).now());
  const { rows } = await owner.query<{ track: string; kind: string; due: string; closed: string | null }>(
    `SELECT legal_deadline.track, kind, due::text, (closed_at ${SHANGHAI})::date::text AS closed
     FROM legal_deadline JOIN registration ON registration.id = registration_id
     WHERE kind IN ${DUTIES} AND NOT is_blocked AND NOT is_provisional
       AND coalesce((closed_at ${SHANGHAI})::date, $1::date) > due
       AND NOT (kind = 'ACCEPTANCE' AND legal_deadline.track = 'B' AND is_accepted_by_silence)`,
    [today],
  );
  for (const { track, kind, due, closed } of rows)
    faults.push(`${track} ${kind} was due on ${due} and done on ${closed ?? 'no day yet'}`);
}

/** The working days of every year that is known, one after the other. */
async function workingDays({ anonymous }: TestExchange): Promise<string[]> {
  const { workingCalendar } = await anonymous.query<{
    workingCalendar: { year: string; off: [string, string][]; worked: string[] }[];
  }>('{ workingCalendar { year off worked } }');
  const days = [];
  for (const { year, off, worked } of workingCalendar) {
    const isOff = (day: string) => off.some(([first, last]) => first <= day && day <= last);
    for (let day = `${year}-01-01`; day.startsWith(year); day = addDays(day, 1)) {
      const monthDay = day.slice(5);
      if (worked.includes(monthDay) || (weekdayOf(day) <= 5 && !isOff(monthDay))) days.push(day);
    }
  }
  return days;
}

/** The last day of every period is that working day of the list, counted from its first one on. */
async function checkCounting(exchange: TestExchange, faults: string[]): Promise<number> {
  const days = await workingDays(exchange);
  const { rows } = await exchange.owner.query<{ kind: string; begins: string; days: number; due: string }>(
    `SELECT kind, begins_on::text AS begins, working_days AS days, due::text FROM legal_deadline
     WHERE working_days > 0 AND NOT is_provisional`,
  );
  for (const { kind, begins, days: count, due } of rows) {
    const first = days.findIndex((day) => day > begins);
    if (days[first + count - 1] !== due)
      faults.push(
        `${kind}: ${count} working days from ${begins} end on ${days[first + count - 1]}, not on ${due}`,
      );
  }
  const { rows: notices } = await exchange.owner.query<{ track: string; first: string; last: string }>(
    `SELECT track, publicity_from::text AS first, publicity_until::text AS last FROM registration
     WHERE publicity_until IS NOT NULL`,
  );
  for (const { track, first, last } of notices) {
    const length = days.filter((day) => first < day && day <= last).length;
    if (length !== (track === 'A' ? 10 : 5)) faults.push(`${track}: a notice from ${first} to ${last}`);
  }
  return rows.length + notices.length;
}

/** What clocks do, they do on their day: not before it, and not after it. */
async function checkClocks(exchange: TestExchange, faults: string[]): Promise<void> {
  const days = await workingDays(exchange);
  const { owner } = exchange;
  const { rows: silences } = await owner.query<{ due: string; accepted: string }>(
    `SELECT due::text, (accepted_at ${SHANGHAI})::date::text AS accepted
     FROM registration JOIN legal_deadline ON registration_id = registration.id AND kind = 'ACCEPTANCE'
     WHERE is_accepted_by_silence
       AND due = (SELECT max(due) FROM legal_deadline WHERE registration_id = registration.id AND kind = 'ACCEPTANCE')`,
  );
  for (const { due, accepted } of silences)
    if (days.find((day) => day > due) !== accepted)
      faults.push(`silence to ${due} has accepted on ${accepted}`);
  const { rows: closed } = await owner.query<{ action: string; due: string; closed: string }>(
    `SELECT action, due::text, (closed_at ${SHANGHAI})::date::text AS closed
     FROM audit_entry JOIN legal_deadline ON registration_id = subject_id AND kind = 'CURE'
     WHERE action LIKE 'CLOSE_UN%'
       AND due = (SELECT max(due) FROM legal_deadline WHERE registration_id = subject_id AND kind = 'CURE')`,
  );
  for (const { action, due, closed: at } of closed)
    if (addDays(due, 1) !== at) faults.push(`${action} of what was due on ${due} was done on ${at}`);
  const { rows: lapses } = await owner.query<{ recorded: string; effective: string; until: string }>(
    `SELECT (recorded_at ${SHANGHAI})::date::text AS recorded, (effective_from ${SHANGHAI})::date::text AS effective,
            valid_until::text AS until
     FROM register_entry entry JOIN title USING (asset_id) WHERE entry.track = 'B' AND act = 'LAPSE'`,
  );
  for (const { recorded, effective, until } of lapses)
    if (recorded !== until || effective !== until)
      faults.push(`a title valid until ${until} lapsed on ${recorded}, effective ${effective}`);
}

/** Serials of a month begin at 1 and leave none out. */
async function checkSerials({ owner }: TestExchange, faults: string[]): Promise<void> {
  const { rows } = await owner.query<{ month: string; n: string; highest: number; lowest: number }>(
    `SELECT substr(query_code, 1, length(query_code) - 4) AS month, count(*) AS n,
            max(right(query_code, 4)::integer) AS highest, min(right(query_code, 4)::integer) AS lowest
     FROM certificate WHERE track = 'B' GROUP BY 1`,
  );
  for (const { month, n, highest, lowest } of rows)
    if (Number(n) !== highest || lowest !== 1)
      faults.push(`${month}: ${n} certificates, ${lowest} to ${highest}`);
}

/** Every certificate is genuine to our verifier and to another one, and says of itself whether it still counts. */
async function checkCertificates({ owner, filesDir, url, service }: TestExchange, faults: string[]) {
  const { publicKey } = new KeyRing(`${filesDir}/keys`).signing('CERTIFICATE');
  const pem = publicKey.export({ type: 'spki', format: 'pem' }).toString();
  const joseKey = await importSPKI(pem, 'EdDSA');
  const statusList = await (await fetch(`${url}/status-lists/0`)).text();
  const now = service.app.get(Clock).now();
  const { rows } = await owner.query<{
    code: string;
    document: string;
    signature: Buffer;
    key: string;
    first: string;
    until: string;
    ended: boolean;
  }>(
    `SELECT query_code AS code, document, signature, key_id AS key, valid_from::text AS first, valid_until::text AS until,
            certificate_id IS NOT NULL AS ended
     FROM certificate LEFT JOIN certificate_end ON certificate_id = certificate.id ORDER BY certificate.id`,
  );
  for (const { code, document, signature, key, first, until, ended } of rows) {
    const compact = compactOf(document, key, signature);
    const verdict = verifyCredential(compact, pem, now, statusList);
    const isOver = now < startOfLegalDay(first) || now >= startOfLegalDay(until);
    if (verdict.valid !== !(ended || isOver))
      faults.push(`${code}: ${verdict.reason ?? 'valid'}, ended ${ended}, from ${first} until ${until}`);
    if (!isOver && ended && verdict.reason !== 'REVOKED') faults.push(`${code} ended, but ${verdict.reason}`);
    const { payload } = await compactVerify(compact, joseKey);
    if (Buffer.from(payload).toString() !== document) faults.push(`${code}: another payload to jose`);
  }
  return rows.length;
}

/** The log, replayed through the tables, leads every application to the state it is in. */
async function checkLog({ owner }: TestExchange, faults: string[]): Promise<number> {
  const { rows: applications } = await owner.query<{
    id: string;
    track: 'A' | 'B';
    type: string;
    state: string;
  }>('SELECT id, track, type, state FROM registration');
  const states = new Map(
    applications.map((application) => [application.id, { ...application, state: 'DRAFT' }]),
  );
  const { rows: entries } = await owner.query<{ action: string; id: string }>(
    `SELECT action, subject_id AS id FROM audit_entry
     WHERE outcome = 'DONE' AND subject_id IN (SELECT id FROM registration) AND action !~ '^(PREPARE|JOIN)_'
     ORDER BY index`,
  );
  for (const { action, id } of entries) {
    const application = states.get(id);
    if (!application) continue;
    const { track, type, state } = application;
    const act = action.replace(/_(REGISTRATION|PROPERTY_RIGHT)$/, '');
    const next = afterAct(track, act, state, type);
    if (next === null) faults.push(`${track} ${type} ${id}: ${act} was done while ${state}`);
    else application.state = next;
  }
  for (const { id, state } of applications)
    if (states.get(id)?.state !== state)
      faults.push(`${id} is ${state}, but the log leads to ${states.get(id)?.state ?? 'nothing'}`);
  return entries.length;
}

/** The history has no holes, and its last entry is what the register says now. */
async function checkHistory({ owner }: TestExchange, faults: string[]): Promise<void> {
  const { rows } = await owner.query<{ asset: string }>(
    `SELECT asset_id AS asset FROM register_entry GROUP BY asset_id, track HAVING max(number) <> count(*)
     UNION ALL
     SELECT title.asset_id FROM title JOIN LATERAL (
       SELECT facts FROM register_entry WHERE asset_id = title.asset_id AND track = 'B' ORDER BY number DESC LIMIT 1) last ON true
     WHERE (title.state = 'REGISTERED') <> (facts IS NOT NULL)
        OR title.state = 'REGISTERED' AND facts -> 'rights' <> title.rights
     UNION ALL
     SELECT asset.id FROM asset JOIN LATERAL (
       SELECT facts FROM register_entry WHERE asset_id = asset.id AND track = 'A' ORDER BY number DESC LIMIT 1) last ON true
     WHERE (asset.state = 'REGISTERED') <> (facts IS NOT NULL)
        OR asset.state = 'REGISTERED' AND facts ->> 'name' <> asset.name`,
  );
  for (const { asset } of rows) faults.push(`the history of ${asset} is not what the register says`);
}
