import { createHash, verify } from 'node:crypto';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { compactVerify } from 'jose';

import { addDays, legalDayOf, startOfLegalDay, workingDaysAfter } from '#libs/foundation';
import { KeyRing } from '#libs/keys';
import { verifyReport } from '#libs/valuation';

import { calendarOf } from '../support/given-calendar.ts';
import { classify } from '../support/given-classification.ts';
import { appraise } from '../support/given-appraisal.ts';
import { refusalOf, startExchange, type TestExchange } from '../support/start-exchange.ts';

const CSV =
  '身份证号,姓名,住院次数,体检日期\n370202199001010011,王芳,0,2025-03-01\n370202198502020022,李伟,3,2025-04-01\n';
const MATERIALS = {
  subject: '主体',
  lawfulSource: '来源',
  resource: '资源',
  evidence: '存证',
  productsAndServices: '产品',
  scenarios: '场景',
  riskAssessment: '评估',
};

describe('the chain from certificate to cent', () => {
  let exchange: TestExchange;
  const ids: Record<string, string> = {};
  const id = (name: string) => ids[name] ?? '';
  const now = async () => {
    const { exchangeTime } = await exchange.anonymous.query<{ exchangeTime: string }>('{ exchangeTime }');
    return new Date(exchangeTime);
  };
  const advanceTo = (day: string) =>
    exchange.act(
      'operator',
      'advanceClock',
      { to: startOfLegalDay(day).toISOString() },
      'ExchangeTime { time }',
    );
  const call = async (clientId: string, subject: string, more: object = {}) =>
    (await exchange.as('insurer')).mutate<{
      answer: string;
      remaining: string;
      isReplay: boolean;
      receipt: string;
      receiptSignature: string;
    }>(
      'invoke',
      { clientId, usageGrantId: id('grant'), subject, purpose: 'UNDERWRITING', ...more },
      'Delivery { answer remaining isReplay receipt receiptSignature }',
    );

  beforeAll(async () => {
    exchange = await startExchange();
  });
  afterAll(() => exchange.stop());

  it('registers a file: types inferred and changed, rows typed, columns profiled', async () => {
    const client = await exchange.as('provider');
    const upload = await client.upload('体检.csv', new TextEncoder().encode(CSV));
    expect(upload.sha256).toBe(createHash('sha256').update(CSV).digest('hex'));
    ids['upload'] = upload.id;
    const { version } = await exchange.load<{
      version: { id: string; encoding: string; columns: object[] };
    }>(
      'provider',
      'registerDataset',
      {
        name: '体检摘要',
        description: '两行',
        uploadId: upload.id,
        subjectColumn: '身份证号',
        personalColumns: ['身份证号', '姓名'],
      },
      'version { id encoding columns { name type isPersonal nulls distinctValues minimum maximum } }',
    );
    expect(version).toMatchObject({
      encoding: 'UTF-8',
      columns: [
        {
          name: '身份证号',
          type: 'TEXT',
          isPersonal: true,
          distinctValues: '2',
          minimum: null,
          maximum: null,
        },
        { name: '姓名', type: 'TEXT', isPersonal: true, nulls: '0', minimum: null },
        { name: '住院次数', type: 'INTEGER', isPersonal: false, minimum: '0', maximum: '3' },
        { name: '体检日期', type: 'DATE', minimum: '2025-03-01', maximum: '2025-04-01' },
      ],
    });
    ids['version'] = version.id;
    const { load } = await exchange.act<{ load: { id: string } }>(
      'provider',
      'confirmColumns',
      { datasetVersionId: id('version'), columns: [{ name: '住院次数', type: 'DECIMAL' }] },
      'DatasetVersion { load { id } }',
    );
    const { version: confirmed } = await client.loaded<{ version: { state: string; columns: object[] } }>(
      load.id,
      'version { state columns { name type } }',
    );
    expect(confirmed.state).toBe('CONFIRMED');
    expect(confirmed.columns[2]).toEqual({ name: '住院次数', type: 'DECIMAL' });
    const { rows } = await exchange.owner.query<{ stored: string }>(
      `SELECT t::text AS stored FROM dataset_row.v_${id('version').replaceAll('-', '')} AS t`,
    );
    expect(rows.map(({ stored }) => stored).join()).not.toMatch(/王芳|370202199001010011/);
  });

  it('takes the registration through its legal acts, each by somebody else and none too early', async () => {
    const { parties } = await (
      await exchange.as('provider')
    ).query<{ parties: { edges: { node: { id: string } }[] } }>(
      '{ parties(kind: REGISTRY) { edges { node { id } } } }',
    );
    const deposit = await exchange.act<{ id: string; sha256: string }>(
      'provider',
      'depositEvidence',
      { uploadId: id('upload'), title: '体检摘要' },
      'EvidenceDeposit { id sha256 }',
    );
    const registration = await exchange.act<{ id: string; assetId: string }>(
      'provider',
      'prepareRegistration',
      {
        datasetVersionId: id('version'),
        registryId: parties.edges[0]?.node.id,
        name: '体检摘要',
        overview: '两行',
        materials: MATERIALS,
        evidence: [{ depositId: deposit.id, subject: 'DATA' }],
      },
      'Registration { id assetId }',
    );
    ids['asset'] = registration.assetId;
    const registrationId = registration.id;
    const act = (login: string, field: string, more: object = {}) =>
      exchange.act<{ publicityUntil: string }>(
        login,
        field,
        { registrationId, ...more },
        'Registration { state deadlines { kind due closedAt } publicityFrom publicityUntil }',
      );
    expect(await refusalOf(act('registry', 'decideAcceptance', { decision: 'ACCEPTED' }))).toMatch(
      'REGISTRATION_NOT_',
    );
    const today = legalDayOf(await now());
    const calendar = await calendarOf(exchange);
    expect(await act('provider-chief', 'submitRegistration')).toMatchObject({
      state: 'SUBMITTED',
      deadlines: [{ kind: 'ACCEPTANCE', due: workingDaysAfter(today, 3, calendar).due, closedAt: null }],
    });
    expect(await refusalOf(act('registry', 'decideAcceptance', { decision: 'RETURNED' }))).toBe(
      'INVALID_INPUT reason',
    );
    await act('registry', 'decideAcceptance', { decision: 'RETURNED', reason: '缺少存证' });
    await act('provider-chief', 'submitRegistration');
    expect(await act('registry', 'decideAcceptance', { decision: 'ACCEPTED' })).toMatchObject({
      deadlines: [
        { kind: 'ACCEPTANCE', closedAt: expect.any(String) },
        // The period begins anew with every submission (Art. 10).
        { kind: 'ACCEPTANCE', closedAt: expect.any(String) },
        { kind: 'REVIEW', due: workingDaysAfter(today, 20, calendar).due, closedAt: null },
      ],
    });
    const { publicityUntil } = await act('reviewer', 'reviewRegistration', { decision: 'PUBLICIZED' });
    expect(publicityUntil).toBe(workingDaysAfter(today, 10, calendar).due);
    const { publicityNotices } = await exchange.anonymous.query<{ publicityNotices: { edges: object[] } }>(
      '{ publicityNotices { edges { node { applicantName registrationType dataName dataOverview } } } }',
    );
    expect(publicityNotices.edges).toEqual([
      {
        node: expect.objectContaining({
          registrationType: 'FIRST',
          dataName: '体检摘要',
          dataOverview: '两行',
        }),
      },
    ]);
    expect(await refusalOf(act('registry', 'codeRegistration'))).toBe('PUBLICITY_NOT_OVER registrationId');
    await advanceTo(publicityUntil);
    expect(await refusalOf(act('registry', 'codeRegistration'))).toBe('PUBLICITY_NOT_OVER registrationId');
    await advanceTo(addDays(publicityUntil, 1));
    expect(await act('registry', 'codeRegistration')).toMatchObject({ state: 'CODED' });
  });

  it('gives a certificate that anyone can look up and check', async () => {
    const { asset } = await (
      await exchange.as('bank')
    ).query<{ asset: { certificate: { queryCode: string } } }>(
      'query ($id: Uuid!) { asset(id: $id) { certificate { queryCode } } }',
      { id: id('asset') },
    );
    const { certificate } = await exchange.anonymous.query<{
      certificate: { document: string; credential: string };
    }>('query ($code: String!) { certificate(queryCode: $code) { document credential } }', {
      code: asset.certificate.queryCode,
    });
    // By another implementation than ours.
    const { publicKey } = new KeyRing(`${exchange.filesDir}/keys`).signing('CERTIFICATE');
    const { payload, protectedHeader } = await compactVerify(certificate.credential, publicKey);
    expect(protectedHeader).toMatchObject({ alg: 'EdDSA', typ: 'vc+jwt' });
    expect(Buffer.from(payload).toString()).toBe(certificate.document);
    expect(JSON.parse(certificate.document)).toMatchObject({
      type: ['VerifiableCredential', 'DataRegistrationCertificate'],
      credentialSubject: {
        id: `urn:uuid:${id('asset')}`,
        dataSha256: createHash('sha256').update(CSV).digest('hex'),
      },
    });
  });

  it('values it by somebody independent', async () => {
    const { value, document } = await appraise(exchange, id('asset'));
    expect(value).toBe('276.00');
    const { publicKey } = new KeyRing(`${exchange.filesDir}/keys`).signing('VALUATION');
    const trusted = publicKey.export({ type: 'spki', format: 'pem' }).toString();
    expect(verifyReport(document, trusted, await now(), null)).toMatchObject({
      valid: true,
      report: { asset: { id: id('asset'), fileSha256: createHash('sha256').update(CSV).digest('hex') } },
    });
  });

  it('lists one declared conclusion, never a personal column', async () => {
    const declare = (more: object) =>
      exchange.act<{ id: string }>(
        'provider',
        'declareProduct',
        {
          assetId: id('asset'),
          zoneCode: 'MEDICINE',
          name: '核保结论',
          description: '',
          demandsConsent: true,
          ...more,
        },
        'Product { id }',
      );
    await classify(exchange, 'provider', id('version'));
    expect(await refusalOf(declare({ fields: ['姓名'] }))).toBe('FIELD_NOT_OFFERABLE fields');
    const rule = { when: [{ column: '住院次数', operator: 'LE', value: '1' }], conclude: '标准承保' };
    const badRule = { when: [{ column: '住院次数', operator: 'LE', value: '一' }], conclude: '标准承保' };
    expect(await refusalOf(declare({ conclusion: { rules: [badRule], otherwise: '人工' } }))).toBe(
      'INVALID_INPUT conclusion',
    );
    const product = await declare({ conclusion: { rules: [rule], otherwise: '人工' } });
    ids['product'] = product.id;
    const { listing } = await exchange.act<{ listing: { id: string } }>(
      'operator',
      'listProduct',
      {
        productId: product.id,
        pricePerCall: '0.335',
        providerWeight: 7,
        operatorWeight: 2,
        platformWeight: 1,
      },
      'Product { listing { id } }',
    );
    ids['listing'] = listing.id;
    const { products } = await (
      await exchange.as('insurer')
    ).query<{ products: { edges: { node: object }[] } }>(
      '{ products(first: 100, zoneCode: "MEDICINE") { edges { node { id name provider { name } listing { pricePerCall } } } } }',
    );
    expect(products.edges.at(-1)?.node).toMatchObject({
      id: product.id,
      provider: { name: '样例市市场监管信息中心' },
      listing: { pricePerCall: '0.3350000000' },
    });
  });

  it('grants a bounded use to who asks, decided by somebody else', async () => {
    const validUntil = new Date((await now()).getTime() + 30 * 86_400_000).toISOString();
    const ask = (quota: string, until = validUntil) =>
      exchange.act<{ id: string; consumerId: string }>(
        'insurer',
        'requestAccess',
        {
          listingId: id('listing'),
          purpose: 'UNDERWRITING',
          justification: '核保',
          quota,
          validUntil: until,
        },
        'AccessRequest { id consumerId }',
      );
    expect(await refusalOf(ask('0'))).toBe('INVALID_INPUT quota');
    expect(await refusalOf(ask('-1'))).toBe('INVALID_INPUT quota');
    const request = await ask('5');
    ids['insurer'] = request.consumerId;
    const review = (login: string) =>
      exchange.act<{ usageGrant: { id: string; quota: string } }>(
        login,
        'reviewAccessRequest',
        { accessRequestId: request.id, isApproved: true },
        'AccessRequest { usageGrant { id quota } }',
      );
    expect(await refusalOf(review('insurer'))).toBe('FORBIDDEN');
    expect(await refusalOf(review('provider-2-chief'))).toBe('ACCESS_REQUEST_NOT_FOUND accessRequestId');
    const { usageGrant } = await review('provider-chief');
    expect(usageGrant.quota).toBe('5');
    const long = await ask('1', '2099-01-01T00:00:00Z');
    const cut = await exchange.act<{ usageGrant: { expiresAt: string } }>(
      'operator',
      'reviewAccessRequest',
      { accessRequestId: long.id, isApproved: true },
      'AccessRequest { usageGrant { expiresAt } }',
    );
    const today = legalDayOf(await now());
    const lastDay = addDays(`${Number(today.slice(0, 4)) + 3}${today.slice(4)}`, 0);
    expect(cut.usageGrant.expiresAt).toBe(startOfLegalDay(lastDay).toISOString());
    ids['grant'] = usageGrant.id;
    expect(await refusalOf(review('operator'))).toBe('ACCESS_REQUEST_DECIDED accessRequestId');
  });

  it('answers only with a live consent, once for each client id, and signs what it answered', async () => {
    expect(await refusalOf(call('c-1', '370202199001010011'))).toBe('CONSENT_MISSING subject');
    const consent = await exchange.act<{ id: string }>(
      'operator',
      'recordConsent',
      {
        productId: id('product'),
        recipientId: id('insurer'),
        purpose: 'UNDERWRITING',
        subject: '370202199001010011',
        evidenceSha256: 'a'.repeat(64),
      },
      'Consent { id }',
    );
    const first = await call('c-1', '370202199001010011');
    expect(first).toMatchObject({ remaining: '4', isReplay: false });
    expect(JSON.parse(first.answer)).toEqual({ conclusion: '标准承保' });
    const { publicKey } = new KeyRing(`${exchange.filesDir}/keys`).signing('RECEIPT');
    expect(
      verify(null, Buffer.from(first.receipt), publicKey, Buffer.from(first.receiptSignature, 'base64')),
    ).toBe(true);
    expect(JSON.parse(first.receipt)).toMatchObject({
      answerDigest: createHash('sha256').update(first.answer).digest('hex'),
    });
    expect(await call('c-1', '370202199001010011')).toEqual({ ...first, isReplay: true });
    expect(await refusalOf(call('c-1', '370202198502020022'))).toBe('CLIENT_ID_REUSED clientId');
    expect(await refusalOf(call('c-2', '370202199001010011', { fields: ['住院次数'] }))).toBe(
      'FIELD_NOT_GRANTED fields',
    );
    expect(await refusalOf(call('c-2', '370202199001010011', { purpose: 'CLAIMS' }))).toBe(
      'PURPOSE_NOT_GRANTED purpose',
    );
    await exchange.act(
      'regulator',
      'freezeUsageGrant',
      { usageGrantId: id('grant'), isFrozen: true },
      'UsageGrant { isFrozen }',
    );
    expect(await refusalOf(call('c-3', '370202199001010011'))).toBe('USAGE_GRANT_FROZEN usageGrantId');
    await exchange.act(
      'regulator',
      'freezeUsageGrant',
      { usageGrantId: id('grant'), isFrozen: false },
      'UsageGrant { isFrozen }',
    );
    const results = await Promise.all(
      Array.from({ length: 20 }, (_, i) => refusalOf(call(`p-${i}`, '370202199001010011'))),
    );
    expect(results.filter((result) => result.startsWith('not refused'))).toHaveLength(4);
    expect(results.filter((result) => result === 'USAGE_QUOTA_EXCEEDED usageGrantId')).toHaveLength(16);
    await exchange.act('operator', 'withdrawConsent', { consentId: consent.id }, 'Consent { withdrawnAt }');
    expect(await refusalOf(call('c-4', '370202199001010011'))).toBe('CONSENT_MISSING subject');
  });

  it('closes the month: what is owed, who gets it and the journal agree to the fen', async () => {
    const month = legalDayOf(await now()).slice(0, 7);
    const close = () =>
      exchange.act<{ month: string }>('operator', 'closeMonth', { month }, 'SettlementMonth { month }');
    expect(await refusalOf(close())).toBe('MONTH_NOT_OVER month');
    await advanceTo(`${addDays(`${month}-28`, 5).slice(0, 7)}-01`);
    expect(await close()).toEqual({ month });
    expect(await refusalOf(close())).toBe('MONTH_CLOSED month');
    const { statements } = await (
      await exchange.as('insurer')
    ).query<{ statements: { edges: { node: object }[] } }>(
      '{ statements { edges { node { month units amount lines { units pricePerCall amount } } } } }',
    );
    // 5 × 0.335 = 1.675, half up.
    expect(statements.edges.map(({ node }) => node)).toEqual([
      {
        month,
        units: '5',
        amount: '1.68',
        lines: [{ units: '5', pricePerCall: '0.3350000000', amount: '1.68' }],
      },
    ]);
    const { earnings } = await (
      await exchange.as('provider')
    ).query<{ earnings: object[] }>(
      'query ($month: String!) { earnings(month: $month) { capacity units amount } }',
      { month },
    );
    // 1.68 in 7 : 2 : 1 is 1.176, 0.336, 0.168: the two fen left over go to the largest remainders.
    expect(earnings).toEqual([{ capacity: 'PROVIDER', units: '5', amount: '1.17' }]);
    const { journalEntries } = await (
      await exchange.as('operator')
    ).query<{
      journalEntries: { edges: { node: { postings: { accountKind: string; amount: string }[] } }[] };
    }>('{ journalEntries { edges { node { postings { accountKind amount } } } } }');
    expect(journalEntries.edges.map(({ node }) => node.postings.map(({ amount }) => amount).sort())).toEqual([
      ['-0.17', '-0.34', '-1.17', '1.68'],
    ]);
  });

  it('shows no party the money of another', async () => {
    const { statements, earnings } = await (
      await exchange.as('bank')
    ).query<{
      statements: { edges: object[] };
      earnings: object[];
    }>('{ statements { edges { node { id } } } earnings(month: "2026-12") { amount } }');
    expect({ statements: statements.edges, earnings }).toEqual({ statements: [], earnings: [] });
  });
});
