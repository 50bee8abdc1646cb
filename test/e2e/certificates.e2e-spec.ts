import { spawnSync } from 'node:child_process';
import { generateKeyPairSync, sign } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { encodeQR } from 'qr';

import { compactOf, keyIdOf, signingInputOf } from '#libs/credential';
import { addDays, Clock, legalDayOf, newId, startOfLegalDay } from '#libs/foundation';
import { KeyRing, type SigningKey } from '#libs/keys';

import { showCertificate } from '../../apps/pdx/src/certificate-show.ts';
import { start } from '../../apps/pdx/src/start.ts';
import { startExchange, type TestExchange } from '../support/start-exchange.ts';

interface AssetNode {
  id: string;
  providerId: string;
  certificates: { queryCode: string; credential: string; document: string }[];
}
const MAIN = join(import.meta.dirname, '../../dist/apps/pdx/src/main.js');
const MATERIALS = {
  ...{ subject: '主体', lawfulSource: '来源', resource: '资源', evidence: '存证' },
  ...{ productsAndServices: '产品', scenarios: '场景', riskAssessment: '评估' },
};
const EVIL = `<script>alert("1")</script>`;

/** The clock only goes forward, so the tests are in the order of time. */
describe('certificates, for anybody', () => {
  let exchange: TestExchange;
  let key: SigningKey;
  const own: Record<string, string> = {};
  beforeAll(async () => {
    exchange = await startExchange();
    key = new KeyRing(`${exchange.filesDir}/keys`).signing('CERTIFICATE');
    for (const login of ['provider', 'provider-2', 'provider-3', 'provider-4']) {
      const client = await exchange.as(login);
      const { me, assets } = await client.query<{
        me: { partyId: string };
        assets: { edges: { node: AssetNode }[] };
      }>('{ me { partyId } assets(first: 100) { edges { node { id providerId } } } }');
      own[login] = assets.edges.find(({ node }) => node.providerId === me.partyId)?.node.id ?? '';
    }
  });
  afterAll(() => exchange.stop());

  const now = () => exchange.service.app.get(Clock).now();
  const advanceTo = (instant: Date) =>
    exchange.act('operator', 'advanceClock', { to: instant.toISOString() }, 'ExchangeTime { time }');
  const certificatesOf = async (login: string) => {
    const { asset } = await (
      await exchange.as(login)
    ).query<{ asset: AssetNode }>(
      `{ asset(id: "${own[login]}") { certificates { queryCode credential document } } }`,
    );
    return asset.certificates;
  };
  const certificateOf = async (login: string, n = -1) => {
    const certificate = (await certificatesOf(login)).at(n);
    if (!certificate) throw new RangeError('It is certified');
    return certificate;
  };
  const get = (path: string, accept = 'text/html,application/xhtml+xml,*/*;q=0.8') =>
    fetch(`${exchange.url}${path}`, { headers: { accept } });
  const page = async (path: string) => (await get(path)).text();
  const json = async (path: string) =>
    (await (await get(path, 'application/json')).json()) as Record<string, unknown>;
  const post = (body: string, type = 'application/vc+jwt') =>
    fetch(`${exchange.url}/verify`, { method: 'POST', body, headers: { 'content-type': type } });
  const verdictOn = async (credential: string, type?: string) =>
    (await (await post(credential, type)).json()) as Record<string, unknown>;
  const signed = (document: string, by: Pick<SigningKey, 'publicKey' | 'sign'> = key) => {
    const keyId = keyIdOf(by.publicKey);
    return compactOf(document, keyId, by.sign(signingInputOf(document, keyId)));
  };
  const registrationAct = <T>(login: string, field: string, registrationId: string, more: object = {}) =>
    exchange.act<T>(login, field, { registrationId, ...more }, 'Registration { id state publicityUntil }');
  const chiefOf = async (login: string) => {
    const { rows } = await exchange.owner.query<{ login: string }>(
      `SELECT chief.login FROM person JOIN person chief USING (party_id)
       WHERE person.login = $1 AND 'CHIEF_DATA_REPRESENTATIVE' = ANY (chief.roles)`,
      [login],
    );
    return rows[0]?.login ?? '';
  };
  const submitted = async (login: string, type: string, more: object) => {
    const { id } = await exchange.act<{ id: string }>(
      login,
      'prepareFollowUpRegistration',
      { assetId: own[login], type, materials: MATERIALS, ...more },
      'Registration { id }',
    );
    await registrationAct(await chiefOf(login), 'submitRegistration', id);
    await registrationAct('registry', 'decideAcceptance', id, { decision: 'ACCEPTED' });
    return id;
  };

  it('shows one as a page to be printed, with a code that leads to its verification', async () => {
    const { queryCode, document } = await certificateOf('provider');
    const response = await get(`/certificates/${queryCode}`);
    const text = await response.text();
    const facts = JSON.parse(document) as { credentialSubject: { name: string; holderName: string } };

    expect(response.status).toBe(200);
    expect(text).toContain('公共数据资源登记凭证');
    for (const fact of [queryCode, facts.credentialSubject.name, facts.credentialSubject.holderName])
      expect(text).toContain(fact);
    const leadsTo = `https://sample.exchange.invalid/audit/verify/${queryCode}`;
    expect(text).toContain(encodeQR(leadsTo, 'svg', { ecc: 'medium', border: 1 }));
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy': expect.stringMatching(/^default-src 'none'; style-src 'sha256-[^']+'; /),
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      'cache-control': 'no-cache',
      etag: expect.stringMatching(/^"[\w-]{43}"$/),
    });
    expect(await page(`/certificates/${queryCode.toLowerCase()}`)).toContain(queryCode);
  });

  it('hands out the signed file, and tells who has it already', async () => {
    const { queryCode, credential } = await certificateOf('provider');
    const response = await get(`/certificates/${queryCode}.jwt`);

    expect(await response.text()).toBe(credential);
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'content-type': 'application/vc+jwt',
      'content-disposition': `attachment; filename="${queryCode}.jwt"`,
      'x-content-type-options': 'nosniff',
    });
    const etag = response.headers.get('etag') ?? '';
    const again = await fetch(`${exchange.url}/certificates/${queryCode}.jwt`, {
      headers: { 'if-none-match': `"other", W/${etag}` },
    });
    expect([again.status, await again.text()]).toEqual([304, '']);
  });

  it('says that a valid one is valid, to people and programs', async () => {
    const { queryCode, credential } = await certificateOf('provider');
    const valid = { code: queryCode, status: 'VALID', track: 'A', newerCode: null, endedAt: null };

    expect(await page(`/verify/${queryCode}`)).toContain('<h1>有效</h1>');
    const response = await get(`/verify/${queryCode}`, 'application/json');
    expect(response.headers.get('cache-control')).toBe('no-store');
    expect(response.headers.get('content-type')).toBe('application/json; charset=utf-8');
    expect(await response.json()).toMatchObject(valid);
    expect((await get(`/verify/${queryCode}`, '*/*')).headers.get('content-type')).toMatch(/^text\/html/);
    expect(await verdictOn(credential)).toMatchObject({ verdict: 'VALID', ...valid });
    expect(await verdictOn(` ${credential}\n`, 'text/plain; charset=utf-8')).toMatchObject({
      verdict: 'VALID',
    });
  });

  it('knows of no other', async () => {
    const absent = ['PDX-A-209901-000001', 'SJ3712026110001', EVIL, '..%2f..', '%E4%B8%AD'];
    for (const code of absent.map((text) => (text.includes('%') ? text : encodeURIComponent(text)))) {
      const [shown, verified, told] = [
        await get(`/certificates/${code}`),
        await get(`/verify/${code}`),
        await get(`/verify/${code}`, 'application/json'),
      ];
      expect([code, shown.status, verified.status, told.status]).toEqual([code, 404, 404, 404]);
      for (const text of [await shown.text(), await verified.text()]) {
        expect(text).toContain('<h1>查无此凭证</h1>');
        expect(text).not.toContain('<script');
      }
      expect(await told.json()).toMatchObject({ status: 'NOT_FOUND', checkedAt: expect.any(String) });
    }
    expect((await get('/certificates/PDX-A-209901-000001.jwt')).status).toBe(404);
    expect((await get(`/verify/${'9'.repeat(5000)}`)).status).toBe(414);
    for (const path of ['verify/a%00b', 'certificates/a%00b', 'status-lists/a%00b', 'verify/%E4%B8'])
      expect([path, (await get(`/${path}`)).status]).toEqual([path, 400]);
  });

  it('tells forged, foreign and senseless ones apart', async () => {
    const { credential, document } = await certificateOf('provider');
    const [header = '', payload = '', signature = ''] = credential.split('.');
    const bytes = Buffer.from(payload, 'base64url');
    const at = bytes.indexOf('"name"') + 10;
    bytes[at] = (bytes[at] ?? 0) ^ 1;
    const pair = generateKeyPairSync('ed25519');
    const foreign = {
      publicKey: pair.publicKey,
      sign: (text: Uint8Array) => sign(null, text, pair.privateKey),
    };
    const another = signed(document.replace('FIRST', 'CHANGE'), foreign).split('.');
    const unknown = document.replaceAll(/PDX-A-\d{6}-\d{6}/g, 'PDX-A-209901-000009');
    const list = await (await fetch(`${exchange.url}/status-lists/0`)).text();
    const cases: [string, string][] = [
      ['FORGED', `${header}.${bytes.toString('base64url')}.${signature}`],
      ['FORGED', `${credential.slice(0, -3)}${credential.at(-3) === 'A' ? 'B' : 'A'}${credential.slice(-2)}`],
      ['FORGED', [header, another[1], another[2]].join('.')],
      ['WRONG_KEY', signed(document, foreign)],
      ['NOT_FOUND', signed(unknown)],
      [
        'NOT_FOUND',
        signed(document.replace(/"id":"urn:uuid:[^"]+","issuer"/, `"id":"urn:uuid:${newId()}","issuer"`)),
      ],
      ['MALFORMED', ''],
      ['MALFORMED', 'nothing'],
      ['MALFORMED', document],
      ['MALFORMED', `${header}.${payload}.`],
      ['MALFORMED', `${Buffer.from('{"alg":"none"}').toString('base64url')}.${payload}.${signature}`],
      ['MALFORMED', list],
      ['MALFORMED', signed('{"validFrom":"x","validUntil":"y","type":{}}')],
      [
        'MALFORMED',
        signed(document.replace('"DataRegistrationCertificate"', '"DataPropertyRightCertificate"')),
      ],
    ];
    for (const [verdict, text] of cases) {
      const answer = await verdictOn(text);
      expect([verdict, answer['verdict'], Object.keys(answer)]).toEqual([
        verdict,
        verdict,
        ['verdict', 'reason', 'checkedAt'],
      ]);
    }
    const reasons = await Promise.all(
      [cases[0], cases[3], cases[4], cases[7]].map(
        async (one) => (await verdictOn(one?.[1] ?? ''))['reason'],
      ),
    );
    expect(new Set(reasons).size).toBe(4);
  });

  it('reads certificates only, and no large ones', async () => {
    const { credential } = await certificateOf('provider');
    expect((await post(credential.padEnd(64 * 1024))).status).toBe(200);
    expect((await post(credential.padEnd(64 * 1024 + 1))).status).toBe(413);
    expect((await post(credential.padEnd(64 * 1024 + 1), 'text/plain')).status).toBe(413);
    for (const type of ['application/json', 'text/csv', 'application/octet-stream', 'text/html', 'x'])
      expect([type, (await post('{}', type)).status]).toEqual([type, 415]);
    const empty = await fetch(`${exchange.url}/verify`, { method: 'POST' });
    expect(empty.status).toBe(415);
  });

  it('leads from one that was changed to its successor, and runs nothing that is written in it', async () => {
    const before = await certificateOf('provider');
    const id = await submitted('provider', 'CHANGE', { name: EVIL, ground: 'RESOURCE' });
    const { publicityUntil } = await registrationAct<{ publicityUntil: string }>(
      'reviewer',
      'reviewRegistration',
      id,
      { decision: 'PUBLICIZED' },
    );
    await advanceTo(startOfLegalDay(addDays(publicityUntil, 1)));
    await registrationAct('registry', 'codeRegistration', id);
    const after = await certificateOf('provider');

    const superseded = { status: 'SUPERSEDED', newerCode: after.queryCode };
    expect(await json(`/verify/${before.queryCode}`)).toMatchObject(superseded);
    expect(await verdictOn(before.credential)).toMatchObject({
      verdict: 'REVOKED',
      ...superseded,
      reason: expect.stringContaining('被更新的登记凭证取代'),
    });
    const old = await page(`/certificates/${before.queryCode}`);
    expect(old).toContain(`href="${after.queryCode}"`);
    expect(old).toContain('<div class="void"');
    for (const text of [
      await page(`/certificates/${after.queryCode}`),
      await page(`/verify/${after.queryCode}`),
    ]) {
      expect(text).toContain('&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt;');
      expect(text).not.toContain('<script');
    }
    expect(await json(`/verify/${after.queryCode}`)).toMatchObject({ status: 'VALID', name: EVIL });
  });

  it('tells one that was cancelled from one that was revoked, and why', async () => {
    const cancelled = await certificateOf('provider-3');
    const id = await submitted('provider-3', 'CANCELLATION', { ground: 'RIGHT_WAIVED_OR_EXPIRED' });
    await registrationAct('reviewer', 'reviewRegistration', id, { decision: 'CANCELLED' });
    const revoked = await certificateOf('provider-2');
    await exchange.act(
      'reviewer',
      'revokeRegistration',
      { assetId: own['provider-2'], reason: '材料虚假 <b>' },
      'Asset { state }',
    );

    for (const [{ queryCode, credential }, status, word, reason] of [
      [cancelled, 'CANCELLED', '已注销', /^登记已于.*注销/],
      [revoked, 'REVOKED', '已撤销', /^登记已于.*被撤销.*材料虚假 <b>$/],
    ] as const) {
      expect(await json(`/verify/${queryCode}`)).toMatchObject({ status, newerCode: null });
      expect(await verdictOn(credential)).toMatchObject({
        verdict: 'REVOKED',
        status,
        reason: expect.stringMatching(reason),
        endedAt: expect.any(String),
      });
      const text = await page(`/verify/${queryCode}`);
      expect(text).toContain(`<h1>${word}</h1>`);
      expect(text).not.toContain('<b>');
      expect(await page(`/certificates/${queryCode}`)).toContain(`<span>${word}</span>`);
    }
  });

  it('shows those of track B, and that one does not count yet', async () => {
    const { rows } = await exchange.owner.query<{ id: string; asset_id: string; holder_id: string }>(
      'SELECT id, asset_id, holder_id FROM certificate LIMIT 1',
    );
    const base = rows[0];
    const [id, code] = [newId(), 'SJ3712026120001'];
    const from = addDays(legalDayOf(now()), 1);
    const share = { holderId: base?.holder_id, holderName: `甲${EVIL}`, holderUscc: null };
    const document = JSON.stringify({
      type: ['VerifiableCredential', 'DataPropertyRightCertificate'],
      id: `urn:uuid:${id}`,
      issuer: { name: '某登记机构' },
      validFrom: `${from}T00:00:00+08:00`,
      validUntil: `${addDays(from, 364)}T23:59:59+08:00`,
      credentialSubject: {
        ...{
          id: `urn:uuid:${base?.asset_id}`,
          rule: '国数综政策〔2026〕35号',
          code,
          registrationId: newId(),
        },
        ...{ registrationType: 'INITIAL', name: '海洋数据', overview: '水温', dataSha256: 'ab'.repeat(32) },
        ...{ industry: 'M74', regionScope: 'NATIONAL', regionCode: null, limits: '无', remarks: null },
        ...{ periodFrom: '2026-01-01', periodTo: '2026-06-30', depositedAt: now(), issuedAt: now() },
        rights: [{ ...share, kinds: ['HOLD', 'USE'], until: null, limits: '不得转售' }],
      },
    });
    const keyId = keyIdOf(key.publicKey);
    // How it came about is the business of track B's own tests.
    await exchange.owner.query(`SET session_replication_role = replica`);
    await exchange.owner.query(
      `INSERT INTO certificate (id, track, registration_id, asset_id, holder_id, query_code, valid_from, valid_until,
                                document, signature, key_id, issued_at, status_index)
       VALUES ($1, 'B', $1, $2, $3, $4, $5, $6, $7, $8, $9, now(), nextval('certificate_status_index'))`,
      [
        ...[id, base?.asset_id, base?.holder_id, code, from, addDays(from, 365), document],
        ...[key.sign(signingInputOf(document, keyId)), keyId],
      ],
    );
    await exchange.owner.query(`SET session_replication_role = origin`);

    const text = await page(`/certificates/${code}`);
    expect(text).toContain('数据产权登记证书');
    expect(text).toContain('不得转售');
    expect(text).toContain('>尚未生效</span>');
    expect(text).not.toContain('<script');
    expect(await json(`/verify/${code}`)).toMatchObject({ status: 'NOT_YET_VALID', track: 'B' });
    expect(await verdictOn(signed(document))).toMatchObject({
      verdict: 'NOT_YET_VALID',
      status: 'NOT_YET_VALID',
    });
    await advanceTo(startOfLegalDay(from));
    expect(await json(`/verify/${code}`)).toMatchObject({ status: 'VALID' });
  });

  it('is made into a page on the command line too, offline and of genuine ones only', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'pdx-certificate-'));
    const fileOf = (name: string, content: string) => {
      writeFileSync(join(folder, name), content);
      return join(folder, name);
    };
    const pem = key.publicKey.export({ type: 'spki', format: 'pem' }).toString();
    const trust = fileOf('trust.json', JSON.stringify({ certificate: pem }));
    const list = fileOf('list.jwt', await (await fetch(`${exchange.url}/status-lists/0`)).text());
    const show = (credential: string, statusList: string | null = list) => {
      const options = { trust, at: now().toISOString(), ...(statusList !== null && { statusList }) };
      const shown = showCertificate(fileOf('c.jwt', credential), options);
      return 'page' in shown ? shown.page : shown.result;
    };
    const onCommandLine = (credential: string, ...more: string[]) => {
      const words = ['certificate', 'show', fileOf('c.jwt', credential), '--trust', trust];
      const at = ['--at', now().toISOString()];
      return spawnSync(process.execPath, [MAIN, ...words, ...at, ...more], { encoding: 'utf8' });
    };
    try {
      const { credential, queryCode } = await certificateOf('provider-4');
      const html = join(folder, 'c.html');
      const made = onCommandLine(credential, '--status-list', list, '--html', html);
      expect(made).toMatchObject({ status: 0, stdout: '', stderr: '' });
      const text = readFileSync(html, 'utf8');
      expect(text).toContain('<span class="mark good">有效</span>');
      const leadsTo = `https://sample.exchange.invalid/audit/verify/${queryCode}`;
      expect(text).toContain(encodeQR(leadsTo, 'svg', { ecc: 'medium', border: 1 }));
      expect(show(credential, null)).toContain('<span class="mark wait">状态未核查</span>');
      expect(show((await certificateOf('provider-2')).credential)).toContain('<span>已失效</span>');
      expect(show(credential, fileOf('other.jwt', credential))).toMatchObject({
        reason: 'WRONG_STATUS_LIST',
      });
      const forged = credential.replace(/\.[^.]*$/, '.AAAA');
      expect(show(forged)).toMatchObject({ reason: 'FORGED' });
      expect(onCommandLine(forged)).toMatchObject({
        status: 1,
        stdout: expect.stringContaining('"reason":"FORGED"'),
      });
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('says of a certificate whose days are over what else had ended it', async () => {
    const { queryCode, credential, document } = await certificateOf('provider-4');
    const revoked = await certificateOf('provider-2');
    const { validUntil } = JSON.parse(document) as { validUntil: string };
    await advanceTo(new Date(Date.parse(validUntil) + 1000));

    expect(await json(`/verify/${queryCode}`)).toMatchObject({ status: 'EXPIRED' });
    expect(await page(`/certificates/${queryCode}`)).toContain('<span>已过期</span>');
    expect(await verdictOn(credential)).toMatchObject({ verdict: 'EXPIRED', status: 'EXPIRED' });
    expect(await json(`/verify/${revoked.queryCode}`)).toMatchObject({ status: 'REVOKED' });
    expect(await verdictOn(revoked.credential)).toMatchObject({
      verdict: 'EXPIRED',
      status: 'REVOKED',
      reason: expect.stringMatching(/届满.*被撤销/),
    });
  });

  it('is below the address that was configured, behind the proxies that were', async () => {
    const { url } = await exchange.startAnother(['api'], {
      publicUrl: 'https://data.example/registry',
      trustedProxies: '127.0.0.1,::1',
    });
    const { queryCode } = await certificateOf('provider-4');
    const via = (client: string) =>
      fetch(`${url}/certificates/${queryCode}`, { headers: { 'x-forwarded-for': client } });
    const text = await (await via('192.0.2.1')).text();
    expect(text).toContain(`https://data.example/registry/verify/${queryCode}`);
    const remaining = async (client: string) => (await via(client)).headers.get('x-ratelimit-remaining');
    expect(await remaining('192.0.2.1')).toBe('58');
    expect(await remaining('192.0.2.2')).toBe('59');
    // An address of IPv6 is one of many that its holder has.
    expect(await remaining('2001:db8::1')).toBe('59');
    expect(await remaining('2001:db8::2')).toBe('58');
  });

  it.each([
    ['PUBLIC_URL', 'ftp://data.example'],
    ['PUBLIC_URL', 'https://data.example/?a'],
    ['PUBLIC_URL', 'https://somebody@data.example'],
    ['PUBLIC_URL', 'data.example'],
    ['TRUSTED_PROXIES', '10.0.0.0/33'],
    ['TRUSTED_PROXIES', 'everybody'],
    ['TRUSTED_PROXIES', '10.0.0.1,'],
  ])('is not begun with %s=%s', async (path, value) => {
    const beginning = start({ DATA_DIR: '/nonexistent', [path]: value }, () => undefined);
    await expect(beginning).rejects.toMatchObject({ code: 'INVALID_INPUT', path });
  });

  it('is looked up sixty times a minute by one address, whatever it says its address is', async () => {
    const { queryCode } = await certificateOf('provider-4');
    const ask = (path: string, accept = 'application/json', init: RequestInit = {}) =>
      fetch(`${exchange.url}${path}`, {
        ...init,
        headers: { accept, 'x-forwarded-for': `192.0.2.${++asked % 250}` },
      });
    let asked = 0;
    const exhaust = async (path: string, init?: RequestInit) => {
      for (let n = 0; n < 61; n++) {
        const response = await ask(path, undefined, init);
        const body = await response.text();
        if (response.status === 429) return { response, body };
      }
      throw new RangeError(`${path} was never refused`);
    };
    for (const [path, init] of [
      [`/certificates/${queryCode}`, {}],
      [`/verify/${queryCode}`, {}],
      ['/verify', { method: 'POST' }],
      ['/status-lists/0', {}],
    ] as const) {
      const { response, body } = await exhaust(path, init);
      expect(Number(response.headers.get('retry-after'))).toBeGreaterThan(0);
      expect(Number(response.headers.get('retry-after'))).toBeLessThanOrEqual(60);
      expect(JSON.parse(body)).toMatchObject({
        error: {
          code: 'TOO_MANY_LOOKUPS',
          message: expect.stringMatching(/^查询过于频繁，请在\d+秒后再试。$/),
        },
      });
    }
    const refused = await ask('/verify/SJ0', 'text/html');
    expect(refused.status).toBe(429);
    expect(refused.headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(refused.headers.get('content-security-policy')).toContain(`default-src 'none'`);
    expect(await refused.text()).toContain('<h1>请稍后再试</h1>');
    // Nothing else is limited.
    const others = await Promise.all(
      Array.from({ length: 70 }, async () => {
        await exchange.anonymous.query(`{ certificate(queryCode: "${queryCode}") { queryCode } }`);
        return (await ask('/health')).status;
      }),
    );
    expect(new Set(others)).toEqual(new Set([200]));
  });
});
