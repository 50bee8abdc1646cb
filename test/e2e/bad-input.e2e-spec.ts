import { createHmac } from 'node:crypto';

import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { SignJWT } from 'jose';

import { KeyRing } from '#libs/keys';

import { refusalOf, startExchange, type TestExchange } from '../support/start-exchange.ts';

const TABLES = ['dataset', 'dataset_version', 'dataset_column', 'party', 'access_request', 'usage_record'];

describe('bad input', () => {
  let exchange: TestExchange;
  let before: string;
  const counts = async () => {
    const { rows } = await exchange.owner.query<Record<string, string>>(
      `SELECT ${TABLES.map((table) => `(SELECT count(*) FROM ${table}) AS ${table}`).join(', ')},
              (SELECT count(*) FROM pg_tables WHERE schemaname = 'dataset_row') AS row_tables`,
    );
    return JSON.stringify(rows[0]);
  };
  beforeAll(async () => {
    exchange = await startExchange();
    before = await counts();
  });
  afterAll(() => exchange.stop());
  // Whatever was refused: nothing is written, and the server is alive.
  afterEach(async () => {
    expect(await counts()).toBe(before);
    expect(await (await fetch(`${exchange.url}/ready`)).json()).toEqual({ status: 'ready' });
  });

  const gb18030 = (text: string) => {
    // "姓名" and friends, by hand: what an old spreadsheet writes.
    const bytes: Record<string, number[]> = { 姓: [0xd0, 0xd5], 名: [0xc3, 0xfb] };
    return Array.from(text).flatMap((character) => bytes[character] ?? [...Buffer.from(character)]);
  };
  const registering = async (content: string | number[], more: object = {}) => {
    const bytes = typeof content === 'string' ? new TextEncoder().encode(content) : Uint8Array.from(content);
    const upload = await (await exchange.as('provider')).upload('坏.csv', bytes);
    return refusalOf(
      exchange.load(
        'provider',
        'registerDataset',
        { name: `坏 ${Math.random()}`, description: '', uploadId: upload.id, ...more },
        'dataset { id }',
      ),
    );
  };

  it.each([
    ['a row with a cell too many', 'a,b\n1,2\n1,2,3\n', 'BROKEN_ROW line 3'],
    ['a quote that is never closed', 'a,b\n1,"2\n', 'BROKEN_ROW'],
    ['a byte of zero', 'a,b\n1,2\0\n', 'BROKEN_ROW line 2'],
    ['a header twice', 'a,b,a\n1,2,3\n', 'WRONG_HEADER columns[2].name'],
    ['a column without a name', 'a,,c\n1,2,3\n', 'WRONG_HEADER columns[1].name'],
    ['a header and no rows', 'a,b\n', 'NO_ROWS file'],
    ['a formula', 'a,b\n1,=1+1\n', 'FORMULA_CELL line 2, column b'],
    ['a formula behind a minus', 'a,b\n1,-SUM(A1)\n', 'FORMULA_CELL line 2, column b'],
    ['a line of five million cells', `a,b\n${','.repeat(5_000_000)}\n`, 'BROKEN_ROW line 2'],
    [
      'a header of a thousand and one columns',
      `${Array.from({ length: 1001 }, (_, i) => `c${i}`).join()}\n`,
      'TOO_MANY_COLUMNS columns',
    ],
  ])('refuses a file with %s', async (_, content, refusal) => {
    expect(await registering(content)).toMatch(new RegExp(`^${refusal.replace(/[[\]]/g, '\\$&')}`));
  });

  it('refuses bytes that are neither UTF-8 nor GB18030, and reads GB18030', async () => {
    expect(await registering([0x61, 0x0a, 0xff, 0xfe, 0x81])).toBe('WRONG_ENCODING file');
    // Its header is read, or the refusal would be another one.
    expect(await registering(gb18030('姓名\n'), { subjectColumn: '姓名' })).toBe('NO_ROWS file');
  });

  it('refuses a subject that is missing, there twice, or a column that is not there', async () => {
    expect(await registering('a,b\n,1\n', { subjectColumn: 'a' })).toBe('SUBJECT_MISSING line 2');
    expect(await registering('a,b\n1,1\n1,2\n', { subjectColumn: 'a' })).toBe('SUBJECT_TWICE subjectColumn');
    expect(await registering('a,b\n1,1\n', { subjectColumn: 'z' })).toBe('COLUMN_UNKNOWN subjectColumn');
    expect(await registering('a,b\n1,1\n', { name: ' \u3000' })).toBe('INVALID_INPUT name');
    for (const column of ['', ' ', 'b'.repeat(101)])
      expect(await registering('a,b\n1,1\n', { personalColumns: ['a', column] })).toBe(
        'INVALID_INPUT personalColumns[1]',
      );
    expect(await registering('a,b\n1,1\n', { personalColumns: ['z'] })).toBe(
      'COLUMN_UNKNOWN personalColumns',
    );
  });

  it('refuses an empty upload, one without a name, and one from somebody who may not', async () => {
    const send = async (login: string, fileName: string, text: string) =>
      refusalOf((await exchange.as(login)).upload(fileName, new TextEncoder().encode(text)));
    expect(await send('provider', '空.csv', '')).toBe('UPLOAD_EMPTY file');
    expect(await send('provider', '', 'a')).toBe('INVALID_INPUT fileName');
    expect(await send('registry', 'a.csv', 'a')).toBe('FORBIDDEN');
    expect(await refusalOf(exchange.anonymous.upload('a.csv', new TextEncoder().encode('a')))).toBe(
      'UNAUTHENTICATED',
    );
  });

  it('refuses a unified social credit code with a wrong check digit', async () => {
    const register = (uscc: string) =>
      refusalOf(
        exchange.act(
          'operator',
          'registerParty',
          { kind: 'PROVIDER', name: '某单位', uscc, isSample: true },
          'Party { id }',
        ),
      );
    expect(await register('91370200MA0000000X')).toBe('INVALID_INPUT uscc');
    expect(await register('91370200')).toBe('INVALID_INPUT uscc');
  });

  it('answers a check of an input as the mutation’s own refusal, with the item and the rule', async () => {
    const confirm = (input: object) =>
      exchange.as('provider').then((provider) =>
        provider.query(
          `mutation ($input: ConfirmColumnsInput!) {
             confirmColumns(input: $input) { __typename ... on UserError { code path rule } } }`,
          { input: { clientId: 'c', datasetVersionId: '00000000-0000-7000-8000-000000000000', ...input } },
        ),
      );
    const refused = (path: string, rule: string) => ({
      confirmColumns: { __typename: 'InvalidInput', code: 'INVALID_INPUT', path, rule },
    });
    expect(await confirm({ columns: [{ name: 'a' }, { name: 'b' }, { name: '' }] })).toEqual(
      refused('columns[2].name', 'must be 1 to 100 characters'),
    );
    expect(await confirm({ columns: [{ name: 'a' }, { name: 'a' }] })).toEqual(
      refused('columns', 'must not name a column twice'),
    );
    expect(await confirm({ clientId: '' })).toEqual(refused('clientId', 'must be 1 to 64 characters'));
    // What is no value of its type does not reach the mutation; it says where it is all the same.
    expect(await refusalOf(confirm({ datasetVersionId: 'x' }))).toBe('BAD_USER_INPUT datasetVersionId');
    expect(await refusalOf(confirm({ columns: [{ name: 'a', type: 'x' }] }))).toBe(
      'BAD_USER_INPUT columns[0].type',
    );
  });

  it('refuses a client id that was used with other content, or is none', async () => {
    const { products } = await (
      await exchange.as('bank')
    ).query<{ products: { edges: { node: { listing: { id: string } } }[] } }>(
      '{ products(first: 1) { edges { node { listing { id } } } } }',
    );
    const listingId = products.edges[0]?.node.listing.id;
    const ask = async (clientId: string, quota: string) =>
      (await exchange.as('bank')).mutate<{ id: string }>(
        'requestAccess',
        {
          clientId,
          listingId,
          purpose: 'LOAN_ORIGINATION',
          justification: '测试',
          quota,
          validUntil: '2036-01-01T00:00:00Z',
        },
        'AccessRequest { id }',
      );
    const first = await ask('same', '5');
    expect(await ask('same', '5')).toEqual(first);
    expect(await refusalOf(ask('same', '6'))).toBe('CLIENT_ID_REUSED clientId');
    expect(await refusalOf(ask('bad id', '5'))).toBe('INVALID_INPUT clientId');
    expect(await refusalOf(ask('zero', '0'))).toBe('INVALID_INPUT quota');
    expect(await refusalOf(ask('minus', '-1'))).toBe('INVALID_INPUT quota');
    before = await counts();
  });

  it('refuses the cursor of another list, everywhere', async () => {
    const operator = await exchange.as('operator');
    const cursor = Buffer.from(JSON.stringify(['no id'])).toString('base64url');
    const lists = [
      'parties',
      'apiKeys',
      'datasets',
      'assets',
      'registrations',
      'publicityNotices',
      'valuationEngagements',
      'valuationReports',
      'appraisalQualifications',
    ];
    lists.push(
      'products',
      'accessRequests',
      'usageGrants',
      'usageRecords',
      'statements',
      'journalEntries',
      'auditEntries',
    );
    for (const list of lists)
      expect([
        list,
        await refusalOf(operator.query(`{ ${list}(after: "${cursor}") { edges { cursor } } }`)),
      ]).toEqual([list, 'INVALID_INPUT after']);
    for (const first of [0, 101])
      expect(await refusalOf(operator.query(`{ parties(first: ${first}) { edges { cursor } } }`))).toBe(
        'INVALID_INPUT first',
      );
  });

  it('refuses white space alone where a text is asked for', async () => {
    const id = '00000000-0000-7000-8000-000000000000';
    const blank = ' \u3000';
    const refused = (login: string, field: string, input: object, success: string) =>
      refusalOf(exchange.act(login, field, input, `${success} { __typename }`));
    const party = { kind: 'PROVIDER', uscc: 'x', isSample: true, name: blank };
    expect(await refused('operator', 'registerParty', party, 'Party')).toBe('INVALID_INPUT name');
    const commission = { assetId: id, firmId: id, kind: 'APPRAISAL', purpose: 'OTHER', useScope: blank };
    expect(
      await refused(
        'provider-chief',
        'commissionValuation',
        { ...commission, baseDate: '2026-06-30' },
        'ValuationEngagement',
      ),
    ).toBe('INVALID_INPUT useScope');
    const draft = { engagementId: id, methods: [{ method: 'cost', inputs: '{}', weight: '1' }] };
    const prepare = (more: object) =>
      refused(
        'appraiser',
        'prepareValuation',
        { ...draft, assumptions: '无', validUntil: '2026-12-31', ...more },
        'ValuationEngagement',
      );
    expect(await prepare({ singleMethodReason: blank })).toBe('INVALID_INPUT singleMethodReason');
    expect(await prepare({ assumptions: blank })).toBe('INVALID_INPUT assumptions');
    const interest = { partyId: id, nature: blank };
    expect(await refused('appraiser', 'declareInterest', interest, 'AppraiserInterest')).toBe(
      'INVALID_INPUT nature',
    );
    const codes = { kind: 'CODE_LIST', columns: ['a'], codes: ['1', blank] };
    expect(
      await refused(
        'provider',
        'declareQualityRules',
        { datasetId: id, rules: [codes] },
        'DeclaredQualityRules',
      ),
    ).toBe('INVALID_INPUT rules[0].codes[1]');
    // A pattern may ask for a space.
    const spaced = { kind: 'FORMAT', columns: ['a'], pattern: [{ literal: ' ' }] };
    expect(
      await refused(
        'provider',
        'declareQualityRules',
        { datasetId: id, rules: [spaced] },
        'DeclaredQualityRules',
      ),
    ).toBe('DATASET_NOT_FOUND datasetId');
  });

  it('refuses text that cannot be kept, wherever it stands', async () => {
    const register = (name: string) =>
      refusalOf(
        exchange.act(
          'operator',
          'registerParty',
          { kind: 'PROVIDER', name, uscc: 'x', isSample: true },
          'Party { id }',
        ),
      );
    expect(await register('a\0b')).toBe('INVALID_INPUT name');
    expect(await register('a\ud800')).toBe('INVALID_INPUT name');
    expect(
      await refusalOf(exchange.anonymous.query('{ certificate(queryCode: "\\u0000") { document } }')),
    ).toBe('INVALID_INPUT queryCode');
    expect(
      await refusalOf((await exchange.as('provider')).upload('a\0.csv', new TextEncoder().encode('a'))),
    ).toBe('INVALID_INPUT fileName');
    const json = await fetch(`${exchange.url}/uploads?fileName=a.json`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{}',
    });
    expect(json.status).toBe(401);
  });

  it('refuses a token that is unsigned, expired, for another audience, of another type or broken', async () => {
    const keys = new KeyRing(`${exchange.filesDir}/keys`).signing('TOKEN');
    const now = Math.floor(Date.now() / 1000);
    const token = (change: { aud?: string; exp?: number; typ?: string } = {}) =>
      new SignJWT({ party: '00000000-0000-7000-8000-000000000000', roles: ['OPERATOR'] })
        .setProtectedHeader({ alg: 'EdDSA', typ: change.typ ?? 'at+jwt' })
        .setIssuer('public-data-exchange')
        .setAudience(change.aud ?? 'public-data-exchange/api')
        .setSubject('00000000-0000-7000-8000-000000000001')
        .setIssuedAt(now)
        .setExpirationTime(change.exp ?? now + 60)
        .sign(keys.privateKey);
    const encode = (part: object) => Buffer.from(JSON.stringify(part)).toString('base64url');
    const [header = '', body = '', signature = ''] = (await token()).split('.');
    const hmac = (key: string) =>
      createHmac('sha256', key)
        .update(`${encode({ alg: 'HS256', typ: 'at+jwt' })}.${body}`)
        .digest('base64url');
    const pem = keys.publicKey.export({ type: 'spki', format: 'pem' }).toString();
    const ask = (credential: string) =>
      refusalOf(exchange.anonymous.withToken(credential).query('{ parties { edges { node { id } } } }'));
    expect(await ask(await token())).toMatch(/^not refused/);
    for (const bad of [
      `${encode({ alg: 'none', typ: 'at+jwt' })}.${body}.`,
      `${encode({ alg: 'HS256', typ: 'at+jwt' })}.${body}.${hmac(pem)}`,
      await token({ exp: now - 1 }),
      await token({ aud: 'elsewhere' }),
      await token({ typ: 'JWT' }),
      `${header}.${body}.${signature.slice(0, -4)}AAAA`,
      'pdx_000000000000_0000000000000000000000000000000000000000000',
      'nonsense',
    ])
      expect(await ask(bad)).toBe('UNAUTHENTICATED');
  });

  it('refuses a document that is too deep, too wide, aliased a thousand times, or a megabyte long', async () => {
    const anonymous = exchange.anonymous;
    const deep = `{ ${'products { edges { node { provider '.repeat(4)} { id } ${'} } }'.repeat(4)} }`;
    expect(await refusalOf(anonymous.query(deep))).toMatch(/^(QUERY_TOO_DEEP|GRAPHQL_VALIDATION_FAILED)/);
    const aliases = Array.from({ length: 1000 }, (_, i) => `a${i}: exchangeTime`).join(' ');
    expect(await refusalOf(anonymous.query(`{ ${aliases} }`))).toMatch(/^(TOO_MANY_ALIASES|QUERY_TOO_LARGE)/);
    expect(
      await refusalOf(
        anonymous.query(`{ ${Array.from({ length: 20 }, (_, i) => `a${i}: exchangeTime`).join(' ')} }`),
      ),
    ).toBe('TOO_MANY_ALIASES');
    const long = await fetch(`${exchange.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query: `{ exchangeTime # ${'x'.repeat(1_000_000)}\n}` }),
    });
    expect(long.status).toBe(413);
  });
});
