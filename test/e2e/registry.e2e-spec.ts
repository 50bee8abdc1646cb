import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { ExpiryService } from '#libs/asset';
import { verifyCredential } from '#libs/credential';
import { addDays, Clock, legalDayOf, startOfLegalDay, weekdayOf, workingDaysAfter } from '#libs/foundation';
import { KeyRing } from '#libs/keys';

import { usccOf } from '../../apps/pdx/src/sample/identifiers.ts';
import { SAMPLE_PASSWORD } from '../../apps/pdx/src/sample/sample-parties.ts';
import type { Service } from '../../apps/pdx/src/serve.ts';
import { calendarOf, firstUnknownYear, givenCalendar } from '../support/given-calendar.ts';
import { refusalOf, startExchange, type TestExchange } from '../support/start-exchange.ts';
import { whileHeld as whileLocked } from '../support/while-held.ts';

const MATERIALS = {
  subject: '主体',
  lawfulSource: '来源',
  resource: '资源',
  evidence: '存证',
  productsAndServices: '产品',
  scenarios: '场景',
  riskAssessment: '评估',
};
const DEADLINE = 'id kind registrationId due isProvisional isBlocked';

interface AssetNode {
  id: string;
  name: string;
  state: string;
  certificate: { validFrom: string; validUntil: string; queryCode: string } | null;
  certificates: { validFrom: string; validUntil: string; end: { cause: string } | null }[];
}
interface Deadline {
  id: string;
  kind: string;
  registrationId: string;
  due: string;
  isProvisional: boolean;
  isBlocked: boolean;
}

/** Track A from its second act on. The clock only goes forward, so the tests are in the order of time. */
describe('the register', () => {
  let exchange: TestExchange;
  let files = 0;
  const own: Record<string, AssetNode[]> = {};
  let another: Service;
  beforeAll(async () => {
    exchange = await startExchange();
    another = await exchange.startAnother(['worker']);
    for (const login of ['provider', 'provider-2', 'provider-3', 'provider-4', 'provider-5'])
      own[login] = await assetsOf(login);
  });
  afterAll(() => exchange.stop());

  const now = () => exchange.service.app.get(Clock).now();
  const today = () => legalDayOf(now());
  const advanceTo = (instant: Date) =>
    exchange.act('operator', 'advanceClock', { to: instant.toISOString() }, 'ExchangeTime { time }');
  const ASSET = `id name state certificate { validFrom validUntil queryCode }
    certificates { validFrom validUntil end { cause } }`;
  const assetsOf = async (login: string) => {
    const client = await exchange.as(login);
    const { me } = await client.query<{ me: { partyId: string } }>('{ me { partyId } }');
    const { assets } = await client.query<{
      assets: { edges: { node: AssetNode & { providerId: string } }[] };
    }>(`{ assets(first: 100) { edges { node { ${ASSET} providerId } } } }`);
    return assets.edges.map(({ node }) => node).filter(({ providerId }) => providerId === me.partyId);
  };
  const assetOf = async (login: string, n = 0) => {
    const id = own[login]?.[n]?.id;
    const { asset } = await (
      await exchange.as(login)
    ).query<{ asset: AssetNode }>(`{ asset(id: "${id}") { ${ASSET} } }`);
    return asset;
  };
  const registrationAct = (login: string, field: string, registrationId: string, more: object = {}) =>
    exchange.act<{ id: string; state: string; publicityUntil: string | null; deadlines: Deadline[] }>(
      login,
      field,
      { registrationId, ...more },
      `Registration { id state publicityUntil deadlines { ${DEADLINE} closedAt } }`,
    );
  const followUp = async (login: string, type: string, more: object = {}) => {
    const { id } = await exchange.act<{ id: string }>(
      login,
      'prepareFollowUpRegistration',
      { assetId: own[login]?.[0]?.id, type, materials: MATERIALS, ...more },
      'Registration { id }',
    );
    return id;
  };
  const firstDraft = async (materials: object = MATERIALS) => {
    const client = await exchange.as('provider');
    const csv = `k,v\n${++files},2\n`;
    const upload = await client.upload(`f${files}.csv`, new TextEncoder().encode(csv));
    const { version } = await exchange.load<{ version: { id: string } }>(
      'provider',
      'registerDataset',
      { name: `数据${files}`, description: '', uploadId: upload.id, subjectColumn: 'k' },
      'version { id }',
    );
    const datasetVersionId = version.id;
    await exchange.confirmColumns('provider', { datasetVersionId });
    const { parties } = await client.query<{ parties: { edges: { node: { id: string } }[] } }>(
      '{ parties(kind: REGISTRY) { edges { node { id } } } }',
    );
    const registryId = parties.edges[0]?.node.id;
    const deposit = await exchange.act<{ id: string }>(
      'provider',
      'depositEvidence',
      { uploadId: upload.id, title: `数据${files}` },
      'EvidenceDeposit { id }',
    );
    const content = { name: `数据${files}`, overview: '两列', materials };
    const evidence = [{ depositId: deposit.id, subject: 'DATA' }];
    const input = { datasetVersionId, registryId, ...content, evidence };
    const { id } = await exchange.act<{ id: string }>(
      'provider',
      'prepareRegistration',
      input,
      'Registration { id }',
    );
    return { id, input };
  };
  const toPublicity = async (chief: string, id: string) => {
    await registrationAct(chief, 'submitRegistration', id);
    await registrationAct('registry', 'decideAcceptance', id, { decision: 'ACCEPTED' });
    return (await registrationAct('reviewer', 'reviewRegistration', id, { decision: 'PUBLICIZED' }))
      .publicityUntil as string;
  };
  const dueList = async (login: string, filter = 'OPEN') => {
    const { legalDeadlines } = await (
      await exchange.as(login)
    ).query<{ legalDeadlines: { edges: { node: Deadline }[] } }>(
      `{ legalDeadlines(first: 100, filter: ${filter}) { edges { node { ${DEADLINE} } } } }`,
    );
    return legalDeadlines.edges.map(({ node }) => node);
  };
  const object = async (login: string, registrationId: string) => {
    const evidence = await (await exchange.as(login)).upload('证据.txt', new TextEncoder().encode('证据'));
    return exchange.act<{ id: string; state: string }>(
      login,
      'lodgeObjection',
      { registrationId, grounds: '数据归我', evidenceUploadId: evidence.id },
      'Objection { id state }',
    );
  };
  const grantOn = async (assetId: string) => {
    const { rows } = await exchange.owner.query<{ id: string }>(
      `SELECT listing.id FROM listing JOIN product ON product.id = product_id WHERE asset_id = $1`,
      [assetId],
    );
    const request = await exchange.act<{ id: string }>(
      'bank',
      'requestAccess',
      {
        listingId: rows[0]?.id,
        purpose: 'LOAN_ORIGINATION',
        justification: '贷前审查',
        quota: '50',
        validUntil: new Date(now().getTime() + 86_400_000).toISOString(),
      },
      'AccessRequest { id }',
    );
    const { usageGrant } = await exchange.act<{ usageGrant: { id: string } }>(
      'operator',
      'reviewAccessRequest',
      { accessRequestId: request.id, isApproved: true },
      'AccessRequest { usageGrant { id } }',
    );
    return () =>
      exchange.act(
        'bank',
        'invoke',
        { usageGrantId: usageGrant.id, subject: usccOf('9', 1001), purpose: 'LOAN_ORIGINATION' },
        'Delivery { answer }',
      );
  };

  const chiefLogin = async (login: string) => {
    const { rows } = await exchange.owner.query<{ login: string }>(
      `SELECT chief.login FROM person JOIN person chief USING (party_id)
       WHERE person.login = $1 AND 'CHIEF_DATA_REPRESENTATIVE' = ANY (chief.roles)`,
      [login],
    );
    return rows[0]?.login ?? '';
  };

  it('names all missing materials at once, lets them be amended, and then takes the submission', async () => {
    const { id, input } = await firstDraft({ ...MATERIALS, evidence: '', scenarios: '' });
    const { name, overview } = input;

    const refused = registrationAct('provider-chief', 'submitRegistration', id);
    await expect(refused).rejects.toMatchObject({
      code: 'MATERIALS_MISSING',
      message: expect.stringContaining('存证情况、应用场景信息'),
    });
    await registrationAct('provider', 'amendRegistration', id, { name, overview, materials: MATERIALS });
    expect(await registrationAct('provider-chief', 'submitRegistration', id)).toMatchObject({
      state: 'SUBMITTED',
      deadlines: [
        {
          kind: 'ACCEPTANCE',
          due: workingDaysAfter(today(), 3, await calendarOf(exchange)).due,
          closedAt: null,
        },
      ],
    });
    expect((await dueList('registry')).filter(({ registrationId }) => registrationId === id)).toMatchObject([
      { kind: 'ACCEPTANCE' },
    ]);
    expect((await dueList('provider')).some(({ registrationId }) => registrationId === id)).toBe(false);
    expect(await refusalOf(dueList('bank'))).toMatch(/FORBIDDEN/);
    for (const key of [
      ['a', 'b'],
      ['2026-13-45', id],
      ['2026-01-01', 'x'],
    ]) {
      const after = Buffer.from(JSON.stringify(key)).toString('base64url');
      const page = `{ legalDeadlines(after: "${after}") { edges { cursor } } }`;
      expect(await refusalOf((await exchange.as('registry')).query(page))).toBe('INVALID_INPUT after');
    }
    expect(
      (await registrationAct('provider-chief', 'withdrawRegistration', id, { reason: '不办了' })).state,
    ).toBe('WITHDRAWN');
    // What came to nothing can be applied for again.
    const again = await exchange.act<{ id: string }>(
      'provider',
      'prepareRegistration',
      input,
      'Registration { id }',
    );
    expect(again.id).not.toBe(id);
    expect(
      await refusalOf(exchange.act('provider', 'prepareRegistration', input, 'Registration { id }')),
    ).toBe('ASSET_EXISTS datasetVersionId');
  });

  it('lets one of the officers who race accept an application', async () => {
    const { id } = await firstDraft();
    await registrationAct('provider-chief', 'submitRegistration', id);

    const outcomes = await Promise.all(
      Array.from({ length: 6 }, () =>
        refusalOf(registrationAct('registry', 'decideAcceptance', id, { decision: 'ACCEPTED' })),
      ),
    );

    expect(outcomes.filter((outcome) => outcome.startsWith('not refused'))).toHaveLength(1);
    expect(outcomes.filter((outcome) => outcome === 'REGISTRATION_NOT_IN_STATE registrationId')).toHaveLength(
      5,
    );
    const { rows } = await exchange.owner.query(
      `SELECT FROM legal_deadline WHERE registration_id = $1 AND kind = 'REVIEW'`,
      [id],
    );
    expect(rows).toHaveLength(1);
  });

  it('counts provisionally into a year that is not published, and anew once it is', async () => {
    const year = await firstUnknownYear(exchange, Number(today().slice(0, 4)));
    await advanceTo(startOfLegalDay(`${year - 1}-12-24`));
    const id = await followUp('provider-3', 'CORRECTION', { overview: '更正后的简介' });
    const until = await toPublicity(await chiefLogin('provider-3'), id);
    expect(until).toBe(workingDaysAfter(today(), 10, await calendarOf(exchange)).due);
    const publicityOf = async () =>
      (await dueList('registry')).find(
        ({ kind, registrationId }) => kind === 'PUBLICITY' && registrationId === id,
      );
    expect(await publicityOf()).toMatchObject({ due: until, isProvisional: true });

    const importYear = (change: object = {}) =>
      exchange.act(
        'registry',
        'importCalendarYear',
        {
          year: String(year),
          off: [{ first: '01-01', last: '01-05' }],
          worked: [],
          source: '测试，不是国务院通知',
          ...change,
        },
        'CalendarYear { year source }',
      );
    const wednesday = ['01-13', '01-14', '01-15', '01-16', '01-17', '01-18', '01-19'].find(
      (day) => weekdayOf(`${year}-${day}`) === 3,
    );
    expect(await refusalOf(importYear({ worked: [wednesday] }))).toBe('INVALID_INPUT worked[0]');
    expect(await refusalOf(importYear({ off: [{ first: '02-30', last: '02-30' }] }))).toBe(
      'INVALID_INPUT off[0]',
    );
    expect(await refusalOf(importYear({ off: [{ first: '05-02', last: '05-01' }] }))).toBe(
      'INVALID_INPUT off[0]',
    );
    expect(await refusalOf(importYear({ off: [] }))).toBe('INVALID_INPUT off');
    // Or an officer could put off for ever what it has to do.
    expect(await refusalOf(importYear({ off: [{ first: '01-01', last: '12-31' }] }))).toBe(
      'INVALID_INPUT off',
    );
    expect(await publicityOf()).toMatchObject({ due: until, isProvisional: true });
    const before = { off: [['12-31', '12-31']], worked: [] } as const;
    const off = before.off.map(([first, last]) => ({ first, last }));
    await importYear({ year: String(year - 1), off });
    await importYear();
    const arranged = { [year - 1]: before, [year]: { off: [['01-01', '01-05']], worked: [] } } as const;
    const { due } = workingDaysAfter(today(), 10, arranged);
    expect(due > until).toBe(true);
    expect(await publicityOf()).toMatchObject({ due, isProvisional: false });
    const { registration } = await (
      await exchange.as('registry')
    ).query<{ registration: object }>(`{ registration(id: "${id}") { publicityUntil } }`);
    expect(registration).toEqual({ publicityUntil: due });
    const { workingCalendar } = await exchange.anonymous.query<{ workingCalendar: { year: string }[] }>(
      '{ workingCalendar { year source } }',
    );
    expect(workingCalendar).toContainEqual({ year: String(year), source: '测试，不是国务院通知' });
    await advanceTo(startOfLegalDay(addDays(due, 1)));
    expect((await dueList('registry', 'OVERDUE')).map(({ registrationId }) => registrationId)).toContain(id);
    await registrationAct('registry', 'codeRegistration', id);
  });

  const whileHeld = <T>(
    registrationId: string,
    kind: string,
    work: (waiting: (n: number) => Promise<void>) => Promise<T>,
  ) =>
    whileLocked(
      exchange.owner,
      'SELECT FROM legal_deadline WHERE registration_id = $1 AND kind = $2 AND closed_at IS NULL FOR UPDATE',
      [registrationId, kind],
      work,
    );
  const nobody = 'not asked';

  it('takes no objection to what is being withdrawn', async () => {
    const { id } = await firstDraft();
    await toPublicity('provider-chief', id);
    const evidence = await (await exchange.as('bank')).upload('证据.txt', new TextEncoder().encode('证据'));
    let objected = Promise.resolve(nobody);

    const withdrawn = await whileHeld(id, 'PUBLICITY', async (waiting) => {
      const going = registrationAct('provider-chief', 'withdrawRegistration', id, { reason: '撤回' });
      await waiting(1);
      objected = refusalOf(
        exchange.act(
          'bank',
          'lodgeObjection',
          { registrationId: id, grounds: '数据归我', evidenceUploadId: evidence.id },
          'Objection { id }',
        ),
      );
      // It comes to the withdrawal's lock, or past it.
      await Promise.race([waiting(2), objected]);
      return { going };
    });

    expect((await withdrawn.going).state).toBe('WITHDRAWN');
    expect(await objected).toBe('OBJECTION_NOT_POSSIBLE registrationId');
  });

  it('hears objections to the last second of the notice, and codes nothing while one is open', async () => {
    const { id } = await firstDraft();
    const { id: doomed } = await firstDraft();
    const publicityUntil = await toPublicity('provider-chief', id);
    await toPublicity('provider-chief', doomed);
    const evidence = await (await exchange.as('insurer')).upload('e.txt', new TextEncoder().encode('x'));
    const lodge = (login: string, registrationId: string) =>
      exchange.act(
        login,
        'lodgeObjection',
        { registrationId, grounds: '无', evidenceUploadId: evidence.id },
        'Objection { id }',
      );
    expect(await refusalOf(lodge('bank', id))).toBe('EVIDENCE_NOT_FOUND evidenceUploadId');
    expect(await refusalOf(object('provider', id))).toBe('OBJECTION_NOT_POSSIBLE registrationId');

    await advanceTo(new Date(startOfLegalDay(addDays(publicityUntil, 1)).getTime() - 1000));
    const mine = await object('bank', id);
    expect(await refusalOf(object('bank', id))).toBe('OBJECTION_NOT_POSSIBLE registrationId');
    const fatal = await object('bank', doomed);
    await object('insurer', doomed);
    await advanceTo(startOfLegalDay(addDays(publicityUntil, 1)));
    expect(await refusalOf(object('insurer', id))).toBe('OBJECTION_NOT_POSSIBLE registrationId');
    expect(await refusalOf(registrationAct('registry', 'codeRegistration', id))).toBe(
      'OBJECTION_OPEN registrationId',
    );

    const decide = (objectionId: string, isUpheld: boolean) =>
      exchange.act<{ state: string }>(
        'reviewer',
        'decideObjection',
        { objectionId, isUpheld, reason: '已核实' },
        'Objection { state }',
      );
    const { objections: seen } = await (
      await exchange.as('reviewer')
    ).query<{ objections: { edges: { node: { id: string; uploadId: string } }[] } }>(
      '{ objections { edges { node { id uploadId } } } }',
    );
    const uploadId = seen.edges.find(({ node }) => node.id === mine.id)?.node.uploadId ?? '';
    expect(await (await (await exchange.as('reviewer')).download(uploadId)).text()).toBe('证据');
    for (const login of ['insurer', 'bank-2'])
      expect((await (await exchange.as(login)).download(uploadId)).status).toBe(404);
    expect((await (await exchange.as('bank')).download('nothing')).status).toBe(404);
    // What one sees as evidence is not one's own to register.
    expect(
      await refusalOf(
        exchange.act(
          'provider',
          'registerDataset',
          { name: '别人的', description: '', uploadId },
          'DatasetLoad { id }',
        ),
      ),
    ).toBe('UPLOAD_NOT_FOUND uploadId');
    expect(await decide(mine.id, false)).toEqual({ state: 'DISMISSED' });
    expect(await refusalOf(decide(mine.id, true))).toBe('REGISTRATION_NOT_FOUND registrationId');
    expect((await registrationAct('registry', 'codeRegistration', id)).state).toBe('CODED');
    expect(await decide(fatal.id, true)).toEqual({ state: 'UPHELD' });
    expect(await refusalOf(registrationAct('registry', 'codeRegistration', doomed))).toBe(
      'REGISTRATION_NOT_IN_STATE registrationId',
    );
    const { rows } = await exchange.owner.query(
      `SELECT state FROM objection WHERE registration_id = $1 ORDER BY id`,
      [doomed],
    );
    expect(rows).toEqual([{ state: 'UPHELD' }, { state: 'MOOT' }]);
    // Nobody but the four who are concerned knows of it.
    const { objections } = await (
      await exchange.as('bank-2')
    ).query<{ objections: { edges: object[] } }>('{ objections { edges { node { id } } } }');
    expect(objections.edges).toEqual([]);
  });

  it('changes what is registered: a new certificate to the same day, the old one superseded', async () => {
    const before = await assetOf('provider');
    expect(await refusalOf(followUp('provider', 'CHANGE', { name: '新名' }))).toBe('INVALID_INPUT ground');
    expect(await refusalOf(followUp('provider', 'RENEWAL', { name: '新名' }))).toBe('INVALID_INPUT name');
    expect(await refusalOf(followUp('provider', 'FIRST'))).toBe('INVALID_INPUT type');
    const id = await followUp('provider', 'CHANGE', { name: '样例市企业登记信息（新）', ground: 'RESOURCE' });
    expect(await refusalOf(followUp('provider', 'CORRECTION', { name: '又一个' }))).toBe(
      'REGISTRATION_UNDER_WAY assetId',
    );
    const until = await toPublicity('provider-chief', id);
    expect((await assetOf('provider')).name).toBe(before.name);
    await advanceTo(startOfLegalDay(addDays(until, 1)));
    await registrationAct('registry', 'codeRegistration', id);

    const after = await assetOf('provider');
    expect(after.name).toBe('样例市企业登记信息（新）');
    expect(after.certificates).toEqual([
      { ...before.certificates[0], end: { cause: 'SUPERSEDED' } },
      { validFrom: today(), validUntil: before.certificate?.validUntil, end: null },
    ]);
  });

  it('cancels and revokes: neither offered nor answered from that moment on, and never again', async () => {
    const cancelled = await assetOf('provider');
    const ask = await grantOn(cancelled.id);
    expect(await refusalOf(ask())).toMatch(/^not refused/);
    const id = await followUp('provider', 'CANCELLATION', { ground: 'RIGHT_WAIVED_OR_EXPIRED' });
    await registrationAct('provider-chief', 'submitRegistration', id);
    await registrationAct('registry', 'decideAcceptance', id, { decision: 'ACCEPTED' });
    expect(
      await refusalOf(registrationAct('reviewer', 'reviewRegistration', id, { decision: 'PUBLICIZED' })),
    ).toBe('REGISTRATION_NOT_IN_STATE registrationId');
    const done = await registrationAct('reviewer', 'reviewRegistration', id, { decision: 'CANCELLED' });
    expect(done).toMatchObject({
      state: 'CANCELLED',
      deadlines: [{ kind: 'ACCEPTANCE' }, { kind: 'CANCELLATION', due: expect.any(String) }],
    });

    expect(await refusalOf(ask())).toBe('USAGE_GRANT_EXPIRED usageGrantId');
    expect(await assetOf('provider')).toMatchObject({
      state: 'CANCELLED',
      certificates: [{ end: { cause: 'SUPERSEDED' } }, { end: { cause: 'CANCELLED' } }],
    });
    const { rows } = await exchange.owner.query(
      `SELECT listing.state, product.state AS product FROM listing JOIN product ON product.id = product_id
       WHERE asset_id = $1`,
      [cancelled.id],
    );
    expect(rows).toEqual([{ state: 'DELISTED', product: 'DELISTED' }]);
    expect(await refusalOf(followUp('provider', 'RENEWAL'))).toBe('ASSET_NOT_IN_REGISTER assetId');
    await expect(
      exchange.owner.query(`UPDATE asset SET state = 'REGISTERED', ended_at = NULL WHERE id = $1`, [
        cancelled.id,
      ]),
    ).rejects.toMatchObject({ constraint: 'asset_never_returns' });

    const revokedId = own['provider-2']?.[0]?.id;
    const open = await followUp('provider-2', 'CORRECTION', { overview: '更正' });
    const revoke = () =>
      exchange.act<{ state: string }>(
        'reviewer',
        'revokeRegistration',
        { assetId: revokedId, reason: '材料虚假' },
        'Asset { state }',
      );
    expect(await revoke()).toEqual({ state: 'REVOKED' });
    expect(await refusalOf(revoke())).toBe('ASSET_NOT_IN_REGISTER assetId');
    const { registration } = await (
      await exchange.as('provider-2')
    ).query<{ registration: object }>(`{ registration(id: "${open}") { state reason } }`);
    expect(registration).toEqual({ state: 'TERMINATED', reason: '材料虚假' });
  });

  it('lets anybody check a certificate offline, and see from the status list that it ended', async () => {
    const credentialsOf = async (login: string) => {
      const client = await exchange.as(login);
      const { asset } = await client.query<{ asset: { certificates: { credential: string }[] } }>(
        `{ asset(id: "${own[login]?.[0]?.id}") { certificates { credential } } }`,
      );
      return asset.certificates.map(({ credential }) => credential);
    };
    const { publicKey } = new KeyRing(`${exchange.filesDir}/keys`).signing('CERTIFICATE');
    const trusted = publicKey.export({ type: 'spki', format: 'pem' }).toString();
    const response = await fetch(`${exchange.url}/status-lists/0`);
    expect(response.headers.get('content-type')).toMatch('application/vc+jwt');
    const list = await response.text();
    const check = (credential: string, statusList: string | null = list, at = now()) => {
      const { valid, reason, revocation } = verifyCredential(credential, trusted, at, statusList);
      return [valid, reason, revocation];
    };
    const [valid = ''] = await credentialsOf('provider-4');
    const [superseded = '', cancelled = ''] = await credentialsOf('provider');
    const [revoked = ''] = await credentialsOf('provider-2');

    expect(check(valid)).toEqual([true, undefined, 'CHECKED']);
    expect(check(valid, null)).toEqual([true, undefined, 'NOT_CHECKED']);
    expect([superseded, cancelled, revoked].map((credential) => check(credential))).toEqual(
      Array(3).fill([false, 'REVOKED', 'CHECKED']),
    );
    expect(check(valid, list, new Date('2000-01-01T00:00:00Z'))).toEqual([
      false,
      'NOT_YET_VALID',
      'NOT_CHECKED',
    ]);
    expect(check(valid, list, new Date('2099-01-01T00:00:00Z'))).toEqual([false, 'EXPIRED', 'NOT_CHECKED']);
    expect(check(valid, valid)).toEqual([false, 'WRONG_STATUS_LIST', 'NOT_CHECKED']);
    for (const n of ['1', 'x', '-1', '99999', '123456'])
      expect((await fetch(`${exchange.url}/status-lists/${n}`)).status).toBe(404);
  });

  it('does so on the command line, and imports a year', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'pdx-registry-'));
    const fileOf = (name: string, content: string) => {
      writeFileSync(join(folder, name), content);
      return join(folder, name);
    };
    const pdx = async (...words: string[]) => {
      const main = join(import.meta.dirname, '../../dist/apps/pdx/src/main.js');
      const env = { PATH: process.env['PATH'], PDX_PASSWORD: SAMPLE_PASSWORD };
      const child = spawn(process.execPath, [main, ...words], { env });
      let output = '';
      for (const stream of [child.stdout, child.stderr])
        stream.on('data', (part: Buffer) => (output += part.toString()));
      const [code] = (await once(child, 'close')) as [number];
      return { code, answer: (output.startsWith('{') ? JSON.parse(output) : output) as unknown };
    };
    try {
      const { asset } = await (
        await exchange.as('provider-4')
      ).query<{ asset: { certificate: { credential: string } } }>(
        `{ asset(id: "${own['provider-4']?.[0]?.id}") { certificate { credential } } }`,
      );
      const { publicKey } = new KeyRing(`${exchange.filesDir}/keys`).signing('CERTIFICATE');
      const pem = publicKey.export({ type: 'spki', format: 'pem' }).toString();
      const certificate = fileOf('certificate.jwt', `${asset.certificate.credential}\n`);
      const trust = fileOf('trust.json', JSON.stringify({ certificate: pem }));
      const list = fileOf('list.jwt', await (await fetch(`${exchange.url}/status-lists/0`)).text());
      const at = ['--at', now().toISOString()];
      const verify = (...more: string[]) => pdx('certificate', 'verify', certificate, '--json', ...more);

      expect(await verify('--trust', trust, '--status-list', list, ...at)).toMatchObject({
        code: 0,
        answer: {
          ...{ valid: true, revocation: 'CHECKED', statusListFrom: expect.stringMatching(/^\d{4}-.*Z$/) },
          credential: { issuer: expect.any(Object) },
        },
      });
      expect(await verify('--trust', trust, ...at)).toMatchObject({
        code: 0,
        answer: { revocation: 'NOT_CHECKED' },
      });
      expect(await verify('--trust', trust, '--at', '2020-01-01T00:00:00Z')).toMatchObject({
        code: 1,
        answer: { valid: false, reason: 'NOT_YET_VALID' },
      });
      expect((await verify()).code).toBe(2);
      expect(await verify('--trust', certificate)).toMatchObject({
        code: 2,
        answer: { error: { path: '--trust' } },
      });

      const signIn = ['--url', exchange.url, '--login', 'registry'];
      const year = { year: '2031', off: [['01-01', '01-01']], worked: [], source: '测试' };
      const importing = (content: object) =>
        pdx('calendar', 'import', fileOf('year.json', JSON.stringify(content)), ...signIn);
      expect(await importing(year)).toMatchObject({ code: 0, answer: { year: '2031' } });
      expect((await importing(year)).code).toBe(0);
      expect((await importing({ ...year, worked: ['01-01'] })).code).toBe(1);
      expect((await importing({ ...year, off: [['01-01']] })).code).toBe(2);
    } finally {
      rmSync(folder, { recursive: true });
    }
    // It starts the command-line tool dozens of times.
  }, 240_000);

  it('renews from sixty days before the last day on, and lapses what was not renewed, once', async () => {
    const asset = await assetOf('provider-4');
    const lapsing = await assetOf('provider-5');
    const last = addDays(asset.certificate?.validUntil ?? '', -1);
    expect(addDays(lapsing.certificate?.validUntil ?? '', -1)).toBe(last);
    const lastYear = Number(last.slice(0, 4));
    await givenCalendar(exchange, lastYear, lastYear + 1);
    const chief = await chiefLogin('provider-4');
    const early = await followUp('provider-4', 'RENEWAL');
    const reworded = { name: '续展不改名', overview: '简介', materials: MATERIALS };
    expect(await refusalOf(registrationAct('provider-4', 'amendRegistration', early, reworded))).toBe(
      'INVALID_INPUT name',
    );
    await advanceTo(new Date(startOfLegalDay(addDays(last, -60)).getTime() - 1000));
    expect(await refusalOf(registrationAct(chief, 'submitRegistration', early))).toBe(
      'RENEWAL_NOT_OPEN registrationId',
    );
    await advanceTo(startOfLegalDay(addDays(last, -60)));
    expect((await dueList('provider-4')).map(({ kind, due }) => [kind, due])).toEqual([['RENEWAL', last]]);
    const late = await followUp('provider-5', 'RENEWAL');
    const { rows: firsts } = await exchange.owner.query<{ id: string }>(
      `SELECT id FROM registration WHERE asset_id = $1 AND type = 'FIRST'`,
      [asset.id],
    );
    // Filed in the last seconds of the last day, and done when it is over, it holds off the end.
    await advanceTo(new Date(startOfLegalDay(addDays(last, 1)).getTime() - 5000));
    let lapses = Promise.resolve(0);
    const submitted = await whileHeld(firsts[0]?.id ?? '', 'EXPIRY', async (waiting) => {
      const going = registrationAct(chief, 'submitRegistration', early);
      await waiting(1);
      while (today() <= last) await delay(50);
      // Besides the workers of both processes.
      const workers = [exchange.service, another].map(({ app }) => app.get(ExpiryService));
      const racing = [...workers, ...workers, ...workers].map((worker) => worker.lapseDue());
      lapses = Promise.all(racing).then((counts) => counts.reduce((sum, count) => sum + count, 0));
      await Promise.race([waiting(2), lapses]);
      return { going };
    });
    expect((await submitted.going).state).toBe('SUBMITTED');
    await lapses;
    expect((await dueList('registry', 'BLOCKED')).map(({ kind }) => kind)).toEqual(['EXPIRY']);
    await registrationAct('registry', 'decideAcceptance', early, { decision: 'ACCEPTED' });
    const { publicityUntil } = await registrationAct('reviewer', 'reviewRegistration', early, {
      decision: 'PUBLICIZED',
    });
    const until = publicityUntil ?? '';
    while ((await assetOf('provider-5')).state === 'REGISTERED') await delay(50);
    expect((await assetOf('provider-5')).state).toBe('LAPSED');
    expect((await assetOf('provider-4')).state).toBe('REGISTERED');
    const { rows } = await exchange.owner.query<{ times: string }>(
      `SELECT count(*) AS times FROM (
         SELECT subject_id FROM audit_outbox WHERE action = 'LAPSE_REGISTRATION'
         UNION ALL SELECT subject_id FROM audit_entry WHERE action = 'LAPSE_REGISTRATION') AS lapsed
       WHERE subject_id = $1`,
      [lapsing.id],
    );
    expect(rows).toEqual([{ times: '1' }]);
    expect(await refusalOf(registrationAct(await chiefLogin('provider-5'), 'submitRegistration', late))).toBe(
      'ASSET_NOT_IN_REGISTER assetId',
    );

    await advanceTo(startOfLegalDay(addDays(until, 1)));
    await registrationAct('registry', 'codeRegistration', early);
    const renewed = await assetOf('provider-4');
    expect(renewed.certificates).toMatchObject([
      { validUntil: addDays(last, 1), end: null },
      { validFrom: addDays(last, 1), validUntil: expect.any(String), end: null },
    ]);
    expect(await dueList('registry', 'BLOCKED')).toEqual([]);
  });
});
