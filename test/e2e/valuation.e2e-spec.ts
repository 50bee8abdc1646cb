import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { compactOf, keyIdOf, signingInputOf } from '#libs/credential';
import { constraintOf, TransactionRunner } from '#libs/database';
import {
  addDays,
  addMonths,
  canonicalJson,
  Clock,
  type JsonObject,
  legalDayOf,
  startOfLegalDay,
} from '#libs/foundation';
import type { Role } from '#libs/graphql';
import { KeyRing } from '#libs/keys';
import {
  calculateReport,
  REPORT_TYPE,
  type ReportContent,
  ValuationKind,
  verifyReport,
} from '#libs/valuation';

import { verifyValuationReport } from '../../apps/pdx/src/valuation-check.ts';
import { usccOf } from '../../apps/pdx/src/sample/identifiers.ts';
import { SAMPLE_PASSWORD } from '../../apps/pdx/src/sample/sample-parties.ts';
import { atPropertyRights } from '../support/given-property-right.ts';
import { refusalOf, startExchange, type TestExchange } from '../support/start-exchange.ts';
import { whileHeld } from '../support/while-held.ts';

const MAIN = 'dist/apps/pdx/src/main.js';
const ENGAGEMENT = `ValuationEngagement { id kind state assetId firmId endReason
  appraisers { personId name recusedAt signedDraft } drafts { number isApproved reviewNote calculation }
  report { engagementId value score standing document sha256 validUntil keptUntil filing { number }
    methods { method approach weight value comparables } } }`;
const REPORT = `ValuationReport { engagementId standing filing { number } disclosures { partyId } }`;

interface Engagement {
  id: string;
  state: string;
  endReason: string | null;
  appraisers: { personId: string; name: string; recusedAt: string | null; signedDraft: number | null }[];
  drafts: { number: number; isApproved: boolean | null; calculation: string }[];
  report: {
    value: string | null;
    score: string | null;
    standing: string;
    document: string;
    validUntil: string;
    keptUntil: string;
    methods: object[];
  } | null;
}

const INCOME = {
  method: 'income-value',
  weight: '3/5',
  inputs: JSON.stringify({ cashFlows: ['110', '121'], discountRate: '0.1', terminal: { cashFlow: '12.1' } }),
};
const COST = {
  method: 'replacement-cost',
  weight: '2/5',
  inputs: JSON.stringify({
    historicalCost: '400',
    priceChanges: ['0.05', '0.06', '0.08', '0.09'],
    usedYears: '4',
    remainingYears: '6',
  }),
};
/** Another method of the same approach, over the same flows. */
const DIRECT = {
  method: 'income-direct',
  weight: '2/5',
  inputs: JSON.stringify({ incomes: ['110', '121'], discountRate: '0.1', terminal: { cashFlow: '12.1' } }),
};
const MARKET = {
  method: 'market-value',
  weight: '2/5',
  inputs: JSON.stringify({
    comparables: [
      {
        price: '280',
        coefficients: { quality: '1.1', supplyDemand: '1', date: '1', volume: '1', other: '1' },
      },
    ],
  }),
};
const EQUAL = Array.from({ length: 5 }, () => Array.from({ length: 5 }, () => '1'));
const SCORE = {
  method: 'indicator-score',
  weight: '0',
  inputs: JSON.stringify({
    scores: {
      usageAndIncome: '0.5',
      application: '0.6',
      monetisedAmount: '0.4',
      incomeSharing: '0.6',
    },
    weighting: { ahp: { matrix: EQUAL } },
  }),
};

/** 评价 and 评估 through GraphQL. The clock only goes forward, so the tests are in the order of time. */
describe('valuations', () => {
  let exchange: TestExchange;
  let desk: ReturnType<typeof atPropertyRights>;
  let assetIds: string[];
  const ids: Record<string, { partyId: string; id: string }> = {};

  beforeAll(async () => {
    exchange = await startExchange();
    desk = atPropertyRights(exchange);
    const logins = [
      'provider',
      'provider-chief',
      'provider-2',
      'appraiser',
      'appraiser-2',
      'appraiser-3',
      'registry',
      'evaluator',
    ];
    for (const login of [...logins, 'evaluator-2', 'evaluator-3', 'bank', 'regulator', 'operator']) {
      const client = await exchange.as(login);
      const { me } = await client.query<{ me: { partyId: string; id: string } }>('{ me { partyId id } }');
      ids[login] = me;
    }
    await employ('appraiser-4');
    await qualify('appraiser-4', '登记 4');
    const client = await exchange.as('provider');
    const { assets } = await client.query<{ assets: { edges: { node: { id: string } }[] } }>(
      '{ assets(first: 10) { edges { node { id } } } }',
    );
    assetIds = assets.edges.map(({ node }) => node.id);
  });
  afterAll(() => exchange.stop());

  const of = (login: string) => ids[login] ?? { partyId: '', id: '' };
  const now = () => exchange.service.app.get(Clock).now();
  const today = () => legalDayOf(now());
  const employ = async (login: string) => {
    const { partyId } = of('appraiser');
    const person = { displayName: `评估师${login}`, roles: ['APPRAISER'], password: SAMPLE_PASSWORD };
    const { id } = await exchange.act<{ id: string }>(
      'operator',
      'registerPerson',
      { login, partyId, ...person },
      'Person { id }',
    );
    ids[login] = { id, partyId };
  };
  const qualify = (login: string | null, number: string, more: object = {}, by = 'registry') =>
    exchange.act<{ id: string }>(
      by,
      'recordQualification',
      {
        kind: login === null ? 'FIRM_FILING' : 'ASSET_APPRAISER',
        ...{ firmId: of('appraiser').partyId, personId: login && of(login).id, number },
        ...{ validFrom: '2024-01-01', ...more },
      },
      'AppraisalQualification { id }',
    );
  const disqualify = (qualificationId: string, by = 'registry') =>
    exchange.act<{ endReason: string }>(
      by,
      'endQualification',
      { qualificationId, reason: '停止从业' },
      'AppraisalQualification { endReason }',
    );
  /** What the application's own role may do in the database: how many rows it sees, or the constraint that it meets. */
  const sqlAs =
    (login: string, roles: readonly `${Role}`[]) =>
    async (sql: string, parameters: readonly unknown[]): Promise<number | string | null> => {
      const runner = exchange.service.app.get(TransactionRunner);
      try {
        const rows = await runner.run({ partyId: of(login).partyId, roles }, (tx) =>
          tx.query<unknown[]>(sql, [...parameters]),
        );
        return rows.length;
      } catch (error) {
        return constraintOf(error);
      }
    };
  const commission = (more: object = {}, login = 'provider-chief') =>
    exchange.act<Engagement>(
      login,
      'commissionValuation',
      {
        kind: 'APPRAISAL',
        assetId: assetIds[0],
        firmId: of('appraiser').partyId,
        purpose: 'PLEDGE',
        useScope: '向样例银行质押融资',
        baseDate: today(),
        ...more,
      },
      ENGAGEMENT,
    );
  const act = (login: string, field: string, engagementId: string, more: object = {}) =>
    exchange.act<Engagement>(login, field, { engagementId, ...more }, ENGAGEMENT);
  const accept = (id: string, logins = ['appraiser', 'appraiser-2']) =>
    act(logins[0] ?? '', 'acceptValuation', id, { personIds: logins.map((login) => of(login).id) });
  const prepare = (id: string, more: object = {}, login = 'appraiser') =>
    act(login, 'prepareValuation', id, {
      methods: [INCOME, COST],
      assumptions: '持续经营；收益法与成本法按六四加权',
      validUntil: addMonths(today(), 6),
      ...more,
    });
  const review = (id: string, draftNumber: number, more: object = {}, login = 'appraiser-3') =>
    act(login, 'reviewValuation', id, { draftNumber, isApproved: true, ...more });
  const sign = (login: string, id: string, draftNumber = 1) =>
    act(login, 'signValuation', id, { draftNumber });
  const deliver = (id: string) => act('appraiser', 'deliverValuation', id);
  const reviewed = async (more: object = {}) => {
    const { id } = await commission(more);
    await accept(id);
    await prepare(id);
    await review(id, 1);
    return id;
  };
  const delivered = async (more: object = {}) => {
    const id = await reviewed(more);
    await sign('appraiser', id);
    await sign('appraiser-2', id);
    return deliver(id);
  };
  const trusted = () =>
    new KeyRing(`${exchange.filesDir}/keys`)
      .signing('VALUATION')
      .publicKey.export({ type: 'spki', format: 'pem' })
      .toString();
  const reports = async (login: string) => {
    const client = await exchange.as(login);
    const { valuationReports } = await client.query<{
      valuationReports: { edges: { node: { engagementId: string; standing: string } }[] };
    }>('{ valuationReports(first: 50) { edges { node { engagementId standing } } } }');
    return valuationReports.edges.map(({ node }) => node);
  };

  let sealed: Engagement;
  /** The report that was sealed first, in a shape of before, by the exchange's own key. */
  const signedAs = (shape: (report: JsonObject) => JsonObject) => {
    const [, payload = ''] = (sealed.report?.document ?? '').split('.');
    const report = JSON.parse(Buffer.from(payload, 'base64url').toString()) as JsonObject;
    const key = new KeyRing(`${exchange.filesDir}/keys`).signing('VALUATION');
    const keyId = keyIdOf(key.publicKey);
    const document = canonicalJson(shape(report));
    return compactOf(document, keyId, key.sign(signingInputOf(document, keyId, REPORT_TYPE)), REPORT_TYPE);
  };

  it('lead from a commission to a sealed report by two methods, reviewed and signed by two', async () => {
    const { id, state } = await commission();
    expect(state).toBe('COMMISSIONED');
    expect((await accept(id)).appraisers.map(({ personId }) => personId).sort()).toEqual(
      [of('appraiser').id, of('appraiser-2').id].sort(),
    );
    const { drafts } = await prepare(id);
    const { conclusion, methods } = JSON.parse(drafts[0]?.calculation ?? '') as {
      conclusion: Record<string, string>;
      methods: { value: string; sensitivity: { path: string }[] }[];
    };
    // 300 × 3/5 + 314.453664 × 2/5, the amounts of the worked examples.
    expect(methods.map(({ value }) => value)).toEqual(['300.00', '314.45']);
    expect(conclusion).toMatchObject({ value: '305.78', currency: 'CNY', rounding: 'HALF_UP' });
    expect(Number(conclusion['low'])).toBeLessThan(305.78);
    expect(Number(conclusion['high'])).toBeGreaterThan(305.78);
    await review(id, 1);
    await sign('appraiser', id);
    expect(await refusalOf(deliver(id))).toBe('TOO_FEW_APPRAISERS personIds');
    await sign('appraiser-2', id);
    sealed = await deliver(id);
    expect(sealed).toMatchObject({ state: 'DELIVERED', report: { value: '305.78', standing: 'VALID' } });
    expect(sealed.report?.keptUntil).toBe(addMonths(today(), 180));
    expect(sealed.report?.methods).toEqual([
      { method: 'income-value', approach: 'INCOME', weight: '3/5', value: '300.00', comparables: null },
      { method: 'replacement-cost', approach: 'COST', weight: '2/5', value: '314.45', comparables: null },
    ]);
  });

  it('keep drafts inside the firm, and a report from whom it was not shown to', async () => {
    const client = await exchange.as('provider');
    const { valuationEngagement } = await client.query<{ valuationEngagement: Engagement }>(
      `query ($id: Uuid!) { valuationEngagement(id: $id) ${ENGAGEMENT.slice(ENGAGEMENT.indexOf('{'))} }`,
      { id: sealed.id },
    );
    expect(valuationEngagement).toMatchObject({ drafts: [], report: { value: '305.78' } });
    expect(await reports('bank')).toEqual([]);
    expect(await reports('provider-2')).toEqual([]);
    await exchange.act(
      'provider-chief',
      'discloseValuationReport',
      { engagementId: sealed.id, partyId: of('bank').partyId },
      REPORT,
    );
    expect(await reports('bank')).toEqual([{ engagementId: sealed.id, standing: 'VALID' }]);
    const show = { engagementId: sealed.id, partyId: of('regulator').partyId };
    expect(await refusalOf(exchange.act('provider-2-chief', 'discloseValuationReport', show, REPORT))).toBe(
      'REPORT_NOT_FOUND engagementId',
    );
  });

  it('seal what anybody recomputes with the network off, and what no one-character change survives', () => {
    const document = sealed.report?.document ?? '';
    const verdict = verifyReport(document, trusted(), now(), null);
    expect(verdict).toMatchObject({
      valid: true,
      report: { calculation: { conclusion: { value: '305.78' } } },
    });
    expect(verifyReport(document, trusted(), startOfLegalDay(addMonths(today(), 12)), null)).toMatchObject({
      reason: 'EXPIRED',
    });
    const deliveredAt = new Date((verdict.report as { deliveredAt: string } | null)?.deliveredAt ?? '');
    expect(verifyReport(document, trusted(), deliveredAt, null)).toMatchObject({ valid: true });
    const before = new Date(deliveredAt.getTime() - 1);
    expect(verifyReport(document, trusted(), before, null)).toMatchObject({
      ...{ valid: false, reason: 'NOT_YET_VALID', revocation: 'NOT_CHECKED' },
    });
    for (let i = 0; i < 1000; i++) {
      const at = Math.floor((i * document.length) / 1000);
      const other = document[at] === 'A' ? 'B' : 'A';
      const altered = `${document.slice(0, at)}${other}${document.slice(at + 1)}`;
      expect(verifyReport(altered, trusted(), now(), null).valid).toBe(false);
    }
  });

  it('tell the figure that was altered', () => {
    const [header = '', payload = '', signature = ''] = (sealed.report?.document ?? '').split('.');
    const text = Buffer.from(payload, 'base64url').toString();
    const altered = (from: string, to: string) => {
      expect(text).toContain(from);
      const other = Buffer.from(text.replace(from, to)).toString('base64url');
      return verifyReport([header, other, signature].join('.'), trusted(), now(), null);
    };
    expect(altered('"netCost":"314.453664"', '"netCost":"314.453665"')).toMatchObject({
      reason: 'FORGED',
      difference: {
        path: 'calculation.methods[1].result.netCost',
        stated: '314.453665',
        recomputed: '314.453664',
      },
    });
    expect(altered('"value":"305.78"', '"value":"905.78"')).toMatchObject({
      difference: { path: 'calculation.conclusion.value', recomputed: '305.78' },
    });
    expect(altered('"usedYears":"4"', '"usedYears":"0"').difference?.path).toMatch(
      /^calculation\.methods\[1\]/,
    );
  });

  it('are verified and shown on the command line, with nothing but the keys', () => {
    const dir = mkdtempSync(join(tmpdir(), 'pdx-valuation-'));
    const [report, altered, trust, page] = ['report', 'altered', 'trust', 'page'].map((name) =>
      join(dir, name),
    );
    const document = sealed.report?.document ?? '';
    writeFileSync(report ?? '', document);
    const [header = '', payload = '', signature = ''] = document.split('.');
    const text = Buffer.from(payload, 'base64url').toString().replace('"value":"314.45"', '"value":"374.45"');
    writeFileSync(altered ?? '', [header, Buffer.from(text).toString('base64url'), signature].join('.'));
    writeFileSync(trust ?? '', JSON.stringify({ valuation: trusted() }));
    const pdx = (...words: string[]) => {
      const options = ['--trust', trust ?? ''];
      const done = spawnSync(process.execPath, [MAIN, 'valuation', ...words, ...options], {
        encoding: 'utf8',
      });
      return { status: done.status, said: done.stdout };
    };
    try {
      const verified = pdx('verify', report ?? '');
      expect(verified.status).toBe(0);
      expect(JSON.parse(verified.said)).toMatchObject({
        valid: true,
        revocation: 'NOT_CHECKED',
        conclusion: { value: '305.78' },
      });
      // The sample exchange lives ahead, so that asking of no instant asks of one that is to come.
      expect(pdx('verify', report ?? '', '--at', new Date().toISOString())).toMatchObject({
        status: 1,
        said: expect.stringContaining('NOT_YET_VALID'),
      });
      const refused = pdx('verify', altered ?? '');
      expect(refused.status).toBe(1);
      expect(JSON.parse(refused.said)).toEqual({
        valid: false,
        reason: 'FORGED',
        revocation: 'NOT_CHECKED',
        difference: { path: 'calculation.methods[1].value', stated: '374.45', recomputed: '314.45' },
      });
      expect(pdx('show', report ?? '', '--html', page ?? '').status).toBe(0);
      const shown = readFileSync(page ?? '', 'utf8');
      for (const part of [
        '数据资产评估报告',
        '人民币 305.78 元',
        '质押融资',
        '龙卷风图',
        '价值构成',
        '所依规则',
        '可访问性未测',
        '第1年收益',
        '资产评估师 样例登记 1',
        '样例备案 1',
        '样例评估复核员',
      ])
        expect(shown).toContain(part);
      expect(shown).not.toMatch(/<script|https?:\/\/(?!www\.w3\.org)/);
      expect(pdx('show', altered ?? '').status).toBe(1);
      expect(pdx('verify', join(dir, 'nothing')).status).toBe(2);
    } finally {
      rmSync(dir, { recursive: true });
    }
  });

  it('refuse a seal by another exchange', () => {
    const foreign = new KeyRing(`${exchange.filesDir}/other-keys`)
      .signing('VALUATION')
      .publicKey.export({ type: 'spki', format: 'pem' })
      .toString();
    expect(verifyReport(sealed.report?.document ?? '', foreign, now(), null)).toMatchObject({
      reason: 'WRONG_KEY',
    });
  });

  it('are commissioned for a registered asset of one’s own, with a firm of the right kind', async () => {
    expect(await refusalOf(commission({}, 'provider-2-chief'))).toBe('ASSET_NOT_VALUABLE assetId');
    expect(await refusalOf(commission({ firmId: of('registry').partyId }))).toBe('FIRM_UNFIT firmId');
    expect(await refusalOf(commission({ kind: 'EVALUATION' }))).toBe('FIRM_UNFIT firmId');
    expect(await refusalOf(commission({ baseDate: addDays(today(), 1) }))).toBe('INVALID_INPUT baseDate');
    const centre = { kind: 'EVALUATION', firmId: of('registry').partyId };
    expect(await refusalOf(commission({ ...centre, isStatutory: true }))).toBe('INVALID_INPUT isStatutory');
    expect(await refusalOf(commission({}, 'provider'))).toBe('FORBIDDEN');
  });

  it('are in the charge of two of the firm at least', async () => {
    const { id } = await commission();
    expect(await refusalOf(accept(id, ['appraiser']))).toBe('TOO_FEW_APPRAISERS personIds');
    expect(await refusalOf(accept(id, ['appraiser', 'evaluator']))).toBe('APPRAISER_UNFIT personIds[1]');
    expect(await refusalOf(accept(id, ['evaluator', 'evaluator-2']))).toBe(
      'ENGAGEMENT_NOT_FOUND engagementId',
    );
    await accept(id);
    expect(await refusalOf(prepare(id, {}, 'appraiser-4'))).toBe('APPRAISER_UNFIT engagementId');
    await act('provider-chief', 'withdrawValuation', id, { reason: '不再融资' });
    expect(await refusalOf(prepare(id))).toBe('ENGAGEMENT_NOT_IN_STATE engagementId');
  });

  it('are not done by who has an interest in a party concerned', async () => {
    const interest = { partyId: of('provider').partyId, nature: '配偶任职' };
    const declare = (personId: string | null) =>
      exchange.act<{ id: string }>(
        'appraiser',
        'declareInterest',
        { personId, ...interest },
        'AppraiserInterest { id }',
      );
    const end = (login: string, interestId: string) =>
      exchange.act(login, 'endInterest', { interestId }, 'AppraiserInterest { endedAt }');
    const { id } = await commission();
    const { id: interestId } = await declare(of('appraiser-2').id);
    expect(await refusalOf(accept(id))).toBe('APPRAISER_HAS_INTEREST personIds[1]');
    await accept(id, ['appraiser', 'appraiser-4']);
    await prepare(id);
    expect(await refusalOf(review(id, 1, {}, 'appraiser-2'))).toBe('APPRAISER_HAS_INTEREST engagementId');
    expect(await refusalOf(end('appraiser-2', interestId))).toBe('SAME_PERSON interestId');
    await end('appraiser', interestId);
    expect(await refusalOf(end('appraiser', interestId))).toBe('INTEREST_NOT_FOUND interestId');
    const { id: ofFirm } = await declare(null);
    expect(await refusalOf(review(id, 1))).toBe('APPRAISER_HAS_INTEREST engagementId');
    await end('appraiser-2', ofFirm);
    // Of one in charge, who has prepared the draft: it goes no further than back, and he prepares no other.
    const { id: late } = await declare(of('appraiser').id);
    expect(await refusalOf(declare(of('appraiser').id))).toBe('INTEREST_EXISTS nature');
    expect(await refusalOf(prepare(id))).toBe('APPRAISER_HAS_INTEREST engagementId');
    expect(await refusalOf(review(id, 1))).toBe('APPRAISER_HAS_INTEREST engagementId');
    await review(id, 1, { isApproved: false, note: '回避后重做' });
    await prepare(id, {}, 'appraiser-4');
    await review(id, 2);
    await end('appraiser-2', late);
    // Two who declare the same at once make one of it, and it is declared anew when it has ended.
    const firm = `interests of ${of('appraiser').partyId}`;
    const twice = await whileHeld(
      exchange.owner,
      'SELECT pg_advisory_xact_lock(hashtextextended($1, 0))',
      [firm],
      async (waiting) => {
        const both = Promise.allSettled([declare(of('appraiser').id), declare(of('appraiser').id)]);
        await waiting(2);
        return { both };
      },
    );
    const made = (await twice.both).flatMap((one) => (one.status === 'fulfilled' ? [one.value.id] : []));
    expect(made).toHaveLength(1);
    await end('appraiser-2', made[0] ?? '');
    // The holder has it done again by somebody else.
    const recused = await act('provider-chief', 'recuseAppraiser', id, {
      personId: of('appraiser').id,
      reason: '与委托人有业务往来',
    });
    expect(recused.state).toBe('ACCEPTED');
    expect(await refusalOf(prepare(id))).toBe('APPRAISER_UNFIT engagementId');
    const again = { personId: of('appraiser').id };
    expect(await refusalOf(act('appraiser', 'assignAppraiser', id, again))).toBe('APPRAISER_UNFIT personId');
    await act('appraiser', 'assignAppraiser', id, { personId: of('appraiser-2').id });
    await prepare(id, {}, 'appraiser-2');
    await act('appraiser', 'declineValuation', id, { reason: '委托人未提供资料' });
  });

  it('are delivered by the names of those who may still sign, and as the work of nobody with an interest', async () => {
    const { id } = await commission({ purpose: 'OTHER' });
    await accept(id);
    await act('appraiser', 'assignAppraiser', id, { personId: of('appraiser-4').id });
    await prepare(id);
    await review(id, 1);
    await sign('appraiser-2', id);
    await sign('appraiser-4', id);
    const isActive = (is: boolean) =>
      exchange.owner.query('UPDATE person SET is_active = $2 WHERE id = $1', [of('appraiser-4').id, is]);
    await isActive(false);
    expect(await refusalOf(deliver(id))).toBe('APPRAISER_UNFIT engagementId');
    await isActive(true);
    const declared = (personId: string) =>
      exchange.act<{ id: string }>(
        'appraiser-4',
        'declareInterest',
        { personId, partyId: of('provider').partyId, nature: '持股' },
        'AppraiserInterest { id }',
      );
    // Who has prepared the draft has not signed it.
    const { id: interestId } = await declared(of('appraiser').id);
    expect(await refusalOf(deliver(id))).toBe('APPRAISER_HAS_INTEREST engagementId');
    await exchange.act('appraiser-4', 'endInterest', { interestId }, 'AppraiserInterest { endedAt }');
    expect((await deliver(id)).state).toBe('DELIVERED');
  });

  it('are reviewed by nobody who is in charge, or has been, and signed by nobody who has reviewed', async () => {
    const { id } = await commission();
    await accept(id, ['appraiser', 'appraiser-2', 'appraiser-4']);
    await act('provider-chief', 'recuseAppraiser', id, {
      personId: of('appraiser-4').id,
      reason: '亲属任职',
    });
    await prepare(id);
    for (const login of ['appraiser', 'appraiser-2', 'appraiser-4'])
      expect(await refusalOf(review(id, 1, {}, login))).toBe('SAME_PERSON engagementId');
    const asFirm = sqlAs('appraiser', ['APPRAISER']);
    const reviewed = `UPDATE valuation_draft SET reviewed_by = $2, reviewed_at = now(), is_approved = true
                      WHERE engagement_id = $1`;
    expect(await asFirm(reviewed, [id, of('appraiser-4').id])).toBe(
      'valuation_draft_reviewer_is_not_in_charge',
    );
    await employ('appraiser-6');
    await qualify('appraiser-6', '登记 6');
    await review(id, 1, {}, 'appraiser-6');
    await act('appraiser', 'assignAppraiser', id, { personId: of('appraiser-6').id });
    expect(await refusalOf(sign('appraiser-6', id))).toBe('SAME_PERSON engagementId');
    const signed = `UPDATE valuation_appraiser SET signed_draft = 1, signed_at = now()
                    WHERE engagement_id = $1 AND person_id = $2`;
    expect(await asFirm(signed, [id, of('appraiser-6').id])).toBe('valuation_appraiser_is_not_reviewer');
    // Another draft, which somebody else reviews.
    await prepare(id);
    await review(id, 2);
    await sign('appraiser-6', id, 2);
    await act('provider-chief', 'withdrawValuation', id, { reason: '改日再评' });
  });

  it('are appraised by whom a registry has on record, on that day', async () => {
    await employ('appraiser-5');
    const five = ['appraiser', 'appraiser-5'];
    const { id } = await commission({ purpose: 'OTHER' });
    const asFirm = sqlAs('appraiser', ['APPRAISER']);
    const assigned = `INSERT INTO valuation_appraiser (engagement_id, person_id, name, assigned_by, assigned_at)
                      VALUES ($1, $2, '甲', $2, $3)`;
    const at = startOfLegalDay(today());
    expect(await refusalOf(accept(id, five))).toBe('NOT_QUALIFIED personIds[1]');
    expect(await asFirm(assigned, [id, of('appraiser-5').id, at])).toBe('valuation_appraiser_is_qualified');
    const practitioner = { kind: 'PRACTITIONER' };
    await qualify('appraiser-5', '从业 5a', { ...practitioner, validUntil: addDays(today(), -1) });
    await qualify('appraiser-5', '从业 5b', { ...practitioner, validFrom: addDays(today(), 1) });
    expect(await refusalOf(accept(id, five))).toBe('NOT_QUALIFIED personIds[1]');
    expect(await asFirm(assigned, [id, of('appraiser-5').id, at])).toBe('valuation_appraiser_is_qualified');
    const { id: held } = await qualify('appraiser-5', '从业 5c', { ...practitioner, validUntil: today() });
    // A statutory appraisal needs 资产评估师.
    const statutory = await commission({ isStatutory: true, purpose: 'OTHER' });
    expect(await refusalOf(accept(statutory.id, five))).toBe('NOT_QUALIFIED personIds[1]');
    expect(await asFirm(assigned, [statutory.id, of('appraiser-5').id, at])).toBe(
      'valuation_appraiser_is_qualified',
    );
    await accept(id, five);
    await prepare(id);
    await review(id, 1);
    await sign('appraiser', id);
    expect((await disqualify(held)).endReason).toBe('停止从业');
    expect(await refusalOf(disqualify(held))).toBe('QUALIFICATION_NOT_FOUND qualificationId');
    expect(await refusalOf(sign('appraiser-5', id))).toBe('NOT_QUALIFIED engagementId');
    const signed = `UPDATE valuation_appraiser SET signed_draft = 1, signed_at = $3
                    WHERE engagement_id = $1 AND person_id = $2`;
    expect(await asFirm(signed, [id, of('appraiser-5').id, at])).toBe('valuation_appraiser_is_qualified');
    await qualify('appraiser-5', '从业 5c', practitioner);
    await sign('appraiser-5', id);
    // The firm itself is on file.
    const client = await exchange.as('bank');
    const { appraisalQualifications: listed } = await client.query<{
      appraisalQualifications: { edges: { node: { id: string; kind: string; number: string } }[] };
    }>('{ appraisalQualifications(first: 50) { edges { node { id kind number } } } }');
    const filing = listed.edges.find(({ node }) => node.kind === 'FIRM_FILING')?.node;
    await disqualify(filing?.id ?? '');
    expect(await refusalOf(deliver(id))).toBe('NOT_QUALIFIED engagementId');
    expect(await refusalOf(commission())).toBe('NOT_QUALIFIED firmId');
    await qualify(null, filing?.number ?? '');
    const { report } = await deliver(id);
    const [, payload = ''] = (report?.document ?? '').split('.');
    expect(JSON.parse(Buffer.from(payload, 'base64url').toString())).toMatchObject({
      firm: { filingNumber: filing?.number },
      draft: { reviewer: '样例评估复核员' },
      signatures: [
        { qualification: { kind: 'ASSET_APPRAISER' } },
        { qualification: { kind: 'PRACTITIONER', number: '从业 5c' } },
      ],
    });
    await act('appraiser', 'declineValuation', statutory.id, { reason: '人手不足' });
  });

  it('are appraised by qualifications that a registry alone records, of a firm and its own people', async () => {
    for (const login of ['appraiser', 'operator', 'regulator', 'reviewer'])
      expect(await refusalOf(qualify('appraiser-2', '登记 9', {}, login))).toBe('FORBIDDEN');
    expect(await refusalOf(disqualify(of('appraiser').id, 'appraiser'))).toBe('FORBIDDEN');
    expect(await refusalOf(qualify('appraiser-2', '登记 4'))).toBe('QUALIFICATION_NUMBER_TAKEN number');
    expect(await refusalOf(qualify('evaluator', '登记 9'))).toBe('INVALID_INPUT personId');
    expect(await refusalOf(qualify(null, '备案 9', { kind: 'PRACTITIONER' }))).toBe('INVALID_INPUT personId');
    expect(await refusalOf(qualify('appraiser', '备案 9', { kind: 'FIRM_FILING' }))).toBe(
      'INVALID_INPUT personId',
    );
    expect(await refusalOf(qualify(null, '备案 9', { firmId: of('bank').partyId }))).toBe(
      'INVALID_INPUT firmId',
    );
    expect(await refusalOf(qualify('appraiser', '登记 9', { validUntil: '2023-12-31' }))).toBe(
      'INVALID_INPUT validUntil',
    );
  });

  it('are delivered before a qualification that they rest on ends, or not at all', async () => {
    const { id: held } = await qualify('appraiser', '登记 1a');
    const client = await exchange.as('registry');
    const { appraisalQualifications: listed } = await client.query<{
      appraisalQualifications: { edges: { node: { id: string; personId: string | null; number: string } }[] };
    }>('{ appraisalQualifications(first: 50) { edges { node { id personId number } } } }');
    const other = listed.edges.find(({ node }) => node.number === '样例登记 1')?.node;
    await disqualify(other?.id ?? '');
    const id = await reviewed({ purpose: 'TRANSFER' });
    await sign('appraiser', id);
    await sign('appraiser-2', id);
    const { delivering, ending } = await whileHeld(
      exchange.owner,
      'LOCK TABLE valuation_report IN SHARE MODE',
      [],
      async (waiting) => {
        const delivered = deliver(id);
        await waiting(1);
        const ended = disqualify(held);
        await waiting(2);
        return { delivering: delivered, ending: ended };
      },
    );
    expect((await delivering).state).toBe('DELIVERED');
    await ending;
    await qualify('appraiser', '样例登记 1');
  });

  it('are known to the database as to whom they concern, and to nobody else', async () => {
    const { id } = await commission({ purpose: 'OTHER' });
    const [assetId] = assetIds;
    const asked = {
      standing: [`SELECT FROM valuation_report_standing(ARRAY[$1::uuid], $2)`, [sealed.id, today()]],
      interested: ['SELECT FROM asset_interested_parties($1)', [assetId]],
      register: ['SELECT FROM asset_in_register($1)', [assetId]],
      holder: ['SELECT WHERE holds_valuation_report($1)', [sealed.id]],
    } as const;
    const known = async (login: string, roles: readonly `${Role}`[]) => {
      const ask = sqlAs(login, roles);
      const found = [];
      for (const [name, [sql, parameters]] of Object.entries(asked))
        if ((await ask(sql, parameters)) !== 0) found.push(name);
      return found.join(' ');
    };
    expect(await known('provider', ['CHIEF_DATA_REPRESENTATIVE'])).toBe('standing register holder');
    expect(await known('appraiser', ['APPRAISER'])).toBe('standing interested register');
    expect(await known('bank', ['INSTITUTION_USER'])).toBe('standing');
    expect(await known('regulator', ['REGULATOR'])).toBe('standing');
    for (const login of ['provider-2', 'evaluator', 'operator'])
      expect(await known(login, ['APPRAISER', 'OPERATOR', 'DATA_SPECIALIST'])).toBe('');
    await act('appraiser', 'declineValuation', id, { reason: '人手不足' });
    expect(await known('appraiser', ['APPRAISER'])).toBe('standing');
  });

  it('are reviewed by another than who prepared, and what was seen is what is approved and signed', async () => {
    const { id } = await commission();
    await accept(id);
    await prepare(id);
    expect(await refusalOf(review(id, 1, {}, 'appraiser'))).toBe('SAME_PERSON engagementId');
    expect(await refusalOf(review(id, 1, { isApproved: false }))).toBe('INVALID_INPUT note');
    const back = await review(id, 1, { isApproved: false, note: '折现率依据不足' });
    expect(back).toMatchObject({ state: 'ACCEPTED', drafts: [{ isApproved: false }] });
    await prepare(id);
    expect(await refusalOf(review(id, 1))).toBe('DRAFT_NOT_CURRENT draftNumber');
    await review(id, 2);
    expect(await refusalOf(sign('appraiser', id, 1))).toBe('DRAFT_NOT_CURRENT draftNumber');
    await sign('appraiser', id, 2);
    // A new draft takes the signatures with it.
    await prepare(id);
    await review(id, 3);
    await sign('appraiser-2', id, 3);
    expect(await refusalOf(deliver(id))).toBe('TOO_FEW_APPRAISERS personIds');
    expect(await refusalOf(sign('appraiser-4', id, 3))).toBe('APPRAISER_UNFIT engagementId');
    await act('provider-chief', 'withdrawValuation', id, { reason: '改日再评' });
  });

  it('come to an amount by two approaches that weigh something, unless only one is possible', async () => {
    const { id } = await commission({ purpose: 'OTHER' });
    await accept(id);
    const refused = (methods: object[], more: object = {}) => refusalOf(prepare(id, { methods, ...more }));
    const why = { singleMethodReason: '无可比案例，成本不可考' };
    expect(await refused([INCOME, DIRECT])).toBe('METHODS_TOO_FEW methods');
    const supported = [
      { ...INCOME, weight: '1' },
      { ...COST, weight: '0' },
    ];
    expect(await refused(supported)).toBe('METHODS_TOO_FEW methods');
    expect(await refused([INCOME, COST], why)).toBe('INVALID_INPUT singleMethodReason');
    await prepare(id, { methods: supported, ...why });
    await prepare(id, { methods: [INCOME, DIRECT], ...why });
    // A draft of before this was asked for is not signed any more.
    await review(id, 2);
    const reason = (to: string) =>
      exchange.owner.query(
        `SET session_replication_role = replica;
         UPDATE valuation_draft SET content = jsonb_set(content, '{singleMethodReason}', '${to}')
         WHERE engagement_id = '${id}' AND number = 2; SET session_replication_role = DEFAULT`,
      );
    await reason('null');
    expect(await refusalOf(sign('appraiser', id, 2))).toBe('METHODS_TOO_FEW methods');
    await reason('"无可比案例"');
    await sign('appraiser', id, 2);
    // One comparable is a comparison of sorts: it is said how many there were.
    await prepare(id, { methods: [INCOME, MARKET] });
    await review(id, 3);
    for (const login of ['appraiser', 'appraiser-2']) await sign(login, id, 3);
    const { report } = await deliver(id);
    expect(report?.methods[1]).toMatchObject({ approach: 'MARKET', comparables: 1 });
  });

  it('of before two approaches were asked for are recomputed as they are', () => {
    const compact = signedAs((report) => {
      const { methods, ...rest } = report['content'] as unknown as ReportContent;
      const { method, weight, inputs } = DIRECT;
      const direct = { method, weight, inputs: JSON.parse(inputs) as JsonObject };
      const content = { ...rest, methods: methods.map((one, i) => (i === 0 ? one : { ...one, ...direct })) };
      const calculation = calculateReport(ValuationKind.APPRAISAL, content);
      return JSON.parse(JSON.stringify({ ...report, content, calculation })) as JsonObject;
    });
    expect(verifyReport(compact, trusted(), now(), null)).toMatchObject({
      valid: true,
      report: {
        calculation: { methods: [{ value: '300.00' }, { method: 'income-direct', value: '300.00' }] },
      },
    });
  });

  it('come to an amount by two methods, unless only one is possible', async () => {
    const { id } = await commission();
    await accept(id);
    const one = { ...INCOME, weight: '1' };
    expect(await refusalOf(prepare(id, { methods: [one] }))).toBe('METHODS_TOO_FEW methods');
    expect(await refusalOf(prepare(id, { methods: [one, SCORE] }))).toBe('METHODS_TOO_FEW methods');
    expect((await prepare(id, { methods: [one], singleMethodReason: '无可比案例，成本不可考' })).state).toBe(
      'PREPARED',
    );
    const refused = (methods: object[], more: object = {}) => refusalOf(prepare(id, { methods, ...more }));
    expect(await refused([INCOME, COST], { singleMethodReason: '无' })).toBe(
      'INVALID_INPUT singleMethodReason',
    );
    expect(await refused([INCOME, INCOME])).toBe('INVALID_INPUT methods[1].method');
    expect(await refused([INCOME, { ...COST, weight: '1/5' }])).toBe('INVALID_INPUT methods');
    expect(await refused([INCOME, COST, { ...SCORE, weight: '0.1' }])).toBe(
      'INVALID_INPUT methods[2].weight',
    );
    // Weights that contradict themselves: `pdx calc` tells so, and an appraisal rests on none.
    const circle = { method: 'ahp', weight: '0', inputs: '{"matrix":[[1,9,"1/9"],["1/9",1,9],[9,"1/9",1]]}' };
    expect(await refused([INCOME, COST, circle])).toBe('INVALID_INPUT methods[2].inputs.matrix');
    expect(await refused([INCOME, { ...COST, method: 'guess' }])).toBe('INVALID_INPUT methods[1].method');
    expect(await refused([INCOME, { ...COST, inputs: '[]' }])).toBe('INVALID_INPUT methods[1].inputs');
    expect(await refused([INCOME, { ...COST, inputs: '{' }])).toBe('INVALID_INPUT methods[1].inputs');
    const noLife = JSON.stringify({
      historicalCost: '1',
      priceChanges: ['0'],
      usedYears: '0',
      remainingYears: '0',
    });
    expect(await refused([INCOME, { ...COST, inputs: noLife }])).toMatch(
      /^INVALID_INPUT methods\[1\]\.inputs\.(usedYears|remainingYears)$/,
    );
    const deep = '['.repeat(40_000) + ']'.repeat(40_000);
    expect(await refused([{ ...INCOME, inputs: `{"cashFlows":${deep}}` }, COST])).toBe(
      'INVALID_INPUT methods[0].inputs',
    );
    const drawn = { seed: 1, draws: 1000, distributions: '['.repeat(9000) + ']'.repeat(9000) };
    expect(await refused([{ ...INCOME, simulation: drawn }, COST])).toBe(
      'INVALID_INPUT methods[0].simulation.distributions',
    );
    const belowZero = JSON.stringify({ cashFlows: ['-1'], discountRate: '0.1' });
    expect(await refused([{ ...INCOME, inputs: belowZero }, COST])).toBe('INVALID_INPUT methods[0].inputs');
    expect(await refused([INCOME, COST], { validUntil: addMonths(today(), 12) })).toBe(
      'INVALID_INPUT validUntil',
    );
    const simulation = { seed: 1, draws: 1000, distributions: '[{"input":"cashFlows[9]"}]' };
    expect(await refused([{ ...INCOME, simulation }, COST])).toMatch(
      /^INVALID_INPUT methods\[0\]\.simulation/,
    );
  });

  it('draw an amount at random, with the same seed the same', async () => {
    const { id } = await commission();
    await accept(id);
    const simulation = {
      seed: 20261125,
      draws: 5000,
      distributions: JSON.stringify([
        { input: 'cashFlows[0]', distribution: { triangular: { min: '90', mode: '110', max: '130' } } },
      ]),
    };
    const drawn = async () => {
      const { drafts } = await prepare(id, { methods: [{ ...INCOME, simulation }, COST] });
      const { methods } = JSON.parse(drafts.at(-1)?.calculation ?? '') as {
        methods: { simulation: { mean: string; p5: string; p95: string } }[];
      };
      return methods[0]?.simulation;
    };
    const first = await drawn();
    expect(Number(first?.mean)).toBeCloseTo(300, 0);
    expect(Number(first?.p5)).toBeLessThan(300);
    expect(await drawn()).toEqual(first);
  });

  it('score by the centre, which need not say an amount', async () => {
    const { id } = await commission({
      kind: 'EVALUATION',
      firmId: of('registry').partyId,
      purpose: 'PRICING',
    });
    const people = ['evaluator', 'evaluator-2'];
    await accept(id, people);
    expect(await refusalOf(prepare(id, {}, 'evaluator'))).toBe('INVALID_INPUT methods');
    // The quality that was measured goes in, and nothing else.
    const { rows } = await exchange.owner.query<{ score: string }>(
      `SELECT score::text AS score FROM quality_report JOIN asset USING (dataset_version_id) WHERE asset.id = $1`,
      [assetIds[0]],
    );
    const quality = rows[0]?.score ?? '';
    const typed = JSON.parse(SCORE.inputs) as { scores: object; weighting: object };
    const better = JSON.stringify({ ...typed, scores: { ...typed.scores, quality: '0.99' } });
    expect(await refusalOf(prepare(id, { methods: [{ ...SCORE, inputs: better }] }, 'evaluator'))).toBe(
      'INVALID_INPUT methods[0].inputs.scores.quality',
    );
    // Nor does anything go in where nothing could be measured.
    const score = (value: string | null) =>
      exchange.owner.query(
        `SET session_replication_role = replica; UPDATE quality_report SET score = ${value ?? 'NULL'} FROM asset
         WHERE quality_report.dataset_version_id = asset.dataset_version_id AND asset.id = '${assetIds[0] ?? ''}';
         SET session_replication_role = DEFAULT`,
      );
    await score(null);
    expect(await refusalOf(prepare(id, { methods: [{ ...SCORE, inputs: better }] }, 'evaluator'))).toBe(
      'INVALID_INPUT methods[0].inputs.scores.quality',
    );
    await score(quality);
    // The same number in other digits is no other; what is signed are the digits that were measured.
    const padded = JSON.stringify({ ...typed, scores: { ...typed.scores, quality: `${quality}00` } });
    await prepare(id, { methods: [{ ...SCORE, inputs: padded }] }, 'evaluator');
    await review(id, 1, {}, 'evaluator-3');
    for (const login of people) await sign(login, id);
    const { report } = await act('evaluator', 'deliverValuation', id);
    expect(report).toMatchObject({ value: null, standing: 'VALID' });
    expect(Number(report?.score)).toBeCloseTo((2.1 + Number(quality)) / 5, 9);
    expect(verifyReport(report?.document ?? '', trusted(), now(), null)).toMatchObject({
      valid: true,
      report: {
        content: { quality: { score: quality, measuredRules: { ACCESSIBILITY: 0 } } },
        calculation: { methods: [{ inputs: { scores: { quality } } }] },
      },
    });
  });

  it('of what the state owns are filed by the authority, once', async () => {
    const { id } = await delivered({
      isStateOwned: true,
      isStatutory: true,
      purpose: 'CAPITAL_CONTRIBUTION',
    });
    const file = (engagementId: string, number: string) =>
      exchange.act('regulator', 'fileValuationReport', { engagementId, number }, REPORT);
    expect(await refusalOf(file(sealed.id, '备2026-1'))).toBe('REPORT_NOT_TO_BE_FILED engagementId');
    expect(await file(id, '备2026-1')).toMatchObject({ filing: { number: '备2026-1' } });
    expect(await refusalOf(file(id, '备2026-2'))).toBe('REPORT_NOT_TO_BE_FILED engagementId');
    const other = await delivered({ isStateOwned: true, purpose: 'TRANSFER' });
    expect(await refusalOf(file(other.id, '备2026-1'))).toBe('FILING_NUMBER_TAKEN number');
    await delivered({ isStateOwned: true, purpose: 'TRANSFER' });
    expect(await refusalOf(file(other.id, '备2026-3'))).toBe('REPORT_NOT_TO_BE_FILED engagementId');
    const { rows } = await exchange.owner.query<{ kept: string }>(
      'SELECT kept_until::text AS kept FROM valuation_report WHERE engagement_id = $1',
      [id],
    );
    expect(rows[0]?.kept).toBe(addMonths(today(), 360));
  });

  it('are superseded by a newer one for the same purpose, which those who were shown the old one are told', async () => {
    await delivered();
    expect(await reports('bank')).toEqual([{ engagementId: sealed.id, standing: 'SUPERSEDED' }]);
  });

  it('say offline that they are superseded, by a signed list that anybody may fetch', async () => {
    const listAt = async (n: string) => fetch(`${exchange.url}/status-lists/valuation-reports/${n}`);
    const response = await listAt('0');
    expect(response.headers.get('content-type')).toMatch('application/vc+jwt');
    const list = await response.text();
    for (const n of ['1', 'x', '-1', '99999', '123456']) expect((await listAt(n)).status).toBe(404);
    const { report: newer } = await delivered({ purpose: 'ACCOUNTING' });
    const folder = mkdtempSync(join(tmpdir(), 'pdx-status-'));
    const fileOf = (name: string, content: string) => {
      writeFileSync(join(folder, name), content);
      return join(folder, name);
    };
    const trust = fileOf('trust.json', JSON.stringify({ valuation: trusted() }));
    const verify = (document: string, statusList: string | null, at = now()) => {
      const list = statusList !== null && { statusList: fileOf('list.jwt', statusList) };
      const options = { trust, at: at.toISOString(), ...list };
      const answer = verifyValuationReport(fileOf('report.jwt', document), options);
      const { valid, reason, revocation, statusListFrom } = answer.result as Record<string, unknown>;
      return { status: answer.isSo ? 0 : 1, valid, reason, revocation, statusListFrom };
    };
    const pdx = (document: string, statusList: string) => {
      const options = ['--trust', trust, '--status-list', fileOf('list.jwt', statusList)];
      const words = ['valuation', 'verify', fileOf('report.jwt', document), '--at', now().toISOString()];
      const { status, stdout } = spawnSync(process.execPath, [MAIN, ...words, ...options], {
        encoding: 'utf8',
      });
      return { status, answer: JSON.parse(stdout) as unknown };
    };
    try {
      const old = sealed.report?.document ?? '';
      const fresh = newer?.document ?? '';
      const statusListFrom = expect.stringMatching(/^\d{4}-.*Z$/) as unknown;
      const checked = { revocation: 'CHECKED', statusListFrom };
      expect(verify(old, null)).toEqual({ status: 0, valid: true, revocation: 'NOT_CHECKED' });
      expect(verify(old, list)).toEqual({ status: 1, valid: false, reason: 'SUPERSEDED', ...checked });
      const listNow = await (await listAt('0')).text();
      expect(verify(fresh, listNow)).toEqual({ status: 0, valid: true, ...checked });
      expect(pdx(fresh, listNow)).toMatchObject({ status: 0, answer: { valid: true, ...checked } });
      expect(pdx(old, listNow)).toMatchObject({
        ...{ status: 1, answer: { valid: false, reason: 'SUPERSEDED', ...checked } },
      });
      const refused = (reason: string) => ({ status: 1, valid: false, reason, revocation: 'NOT_CHECKED' });
      // Altered, for certificates, another's.
      const altered = `${list.slice(0, 900)}${list[900] === 'A' ? 'B' : 'A'}${list.slice(901)}`;
      expect(verify(fresh, altered)).toEqual(refused('WRONG_STATUS_LIST'));
      const ofCertificates = await (await fetch(`${exchange.url}/status-lists/0`)).text();
      expect(verify(fresh, ofCertificates)).toEqual(refused('WRONG_STATUS_LIST'));
      const [header = '', payload = ''] = listNow.split('.');
      const foreign = new KeyRing(join(folder, 'keys')).signing('VALUATION');
      const byForeign = (kid: string) => {
        const head = Buffer.from(JSON.stringify({ alg: 'EdDSA', kid, typ: 'vc+jwt' })).toString('base64url');
        const input = `${head}.${payload}`;
        return `${input}.${foreign.sign(Buffer.from(input)).toString('base64url')}`;
      };
      const { kid } = JSON.parse(Buffer.from(header, 'base64url').toString()) as { kid: string };
      for (const by of [kid, keyIdOf(foreign.publicKey)])
        expect(verify(fresh, byForeign(by))).toEqual(refused('WRONG_STATUS_LIST'));
      // A list lives for a week.
      expect(verify(fresh, listNow, new Date(now().getTime() + 8 * 86_400_000))).toEqual(
        refused('STALE_STATUS_LIST'),
      );
      // And knows nothing of what was delivered after it.
      expect(verify(fresh, list)).toEqual(refused('STALE_STATUS_LIST'));
      expect(verify(fresh, 'no list')).toEqual(refused('WRONG_STATUS_LIST'));
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('of before there were lists are in none, which is said, and are verified as they were', () => {
    const compact = signedAs((report) => {
      const { credentialStatus, ...before } = report;
      expect(credentialStatus).toBeDefined();
      return before;
    });
    const told = (list: string | null) => {
      const { valid, revocation } = verifyReport(compact, trusted(), now(), list);
      return [valid, revocation];
    };
    expect(told(null)).toEqual([true, 'NOT_CHECKED']);
    expect(told('any list')).toEqual([true, 'NOT_LISTED']);
    expect(verifyReport(sealed.report?.document ?? '', trusted(), now(), 'any list')).toMatchObject({
      ...{ valid: false, reason: 'WRONG_STATUS_LIST' },
    });
  });

  it('carry what a title is pledged for or contributed at, for their purpose and their day', async () => {
    const draft = await desk.prepare('provider');
    await desk.certify('provider-chief', draft.id);
    const { assetId } = draft;
    const appraised = (purpose: string, more: object = {}) => delivered({ assetId, purpose, ...more });
    const propose = (kind: string, more: object = {}) =>
      exchange.act<{ id: string; valuationReportId: string | null }>(
        'provider-chief',
        'proposeEncumbrance',
        { assetId, kind, beneficiaryId: of('bank').partyId, terms: '合同', ...more },
        'Encumbrance { id valuationReportId }',
      );
    const answer = (encumbranceId: string) =>
      exchange.act('bank', 'answerEncumbrance', { encumbranceId, isAccepted: true }, 'Encumbrance { state }');
    const contribution = 'CAPITAL_CONTRIBUTION';
    expect(await refusalOf(propose(contribution))).toBe('INVALID_INPUT valuationReportId');
    const pledged = await appraised('PLEDGE');
    const put = await appraised(contribution, { isStateOwned: true });
    const isUnusable = 'REPORT_NOT_USABLE valuationReportId';
    // Made for something else, of something else, and not filed.
    expect(await refusalOf(propose(contribution, { valuationReportId: pledged.id }))).toBe(isUnusable);
    expect(await refusalOf(propose('PLEDGE', { valuationReportId: sealed.id }))).toBe(isUnusable);
    expect(await refusalOf(propose(contribution, { valuationReportId: put.id }))).toBe(isUnusable);
    const filing = { engagementId: put.id, number: '备2026-9' };
    await exchange.act('regulator', 'fileValuationReport', filing, REPORT);
    const contributed = { valuationReportId: put.id };
    expect(await refusalOf(propose(contribution, contributed))).toBe('INVALID_INPUT amount');
    expect(await refusalOf(propose(contribution, { ...contributed, amount: '305.79' }))).toBe(
      'INVALID_INPUT amount',
    );
    await propose(contribution, { ...contributed, amount: '305.78' });
    const pledge = await propose('PLEDGE', { valuationReportId: pledged.id, amount: '1000' });
    expect(pledge.valuationReportId).toBe(pledged.id);
    // The bank reads what it lends on; by the time it agrees, there is a newer appraisal.
    expect((await reports('bank')).map(({ engagementId }) => engagementId)).toContain(pledged.id);
    const newer = await appraised('PLEDGE');
    expect(await refusalOf(answer(pledge.id))).toBe(isUnusable);
    const { id } = await propose('PLEDGE', { valuationReportId: newer.id });
    expect(await answer(id)).toEqual({ state: 'IN_FORCE' });
    // A title that has ended takes its reports with it, and what it is of cannot be valued any more.
    await exchange.owner.query('BEGIN');
    await exchange.owner.query(`SELECT set_config('session_replication_role', 'replica', true)`);
    await exchange.owner.query(`UPDATE title SET state = 'LAPSED', ended_at = now() WHERE asset_id = $1`, [
      assetId,
    ]);
    await exchange.owner.query('COMMIT');
    const after = await reports('bank');
    expect(after.find(({ engagementId }) => engagementId === newer.id)?.standing).toBe('ASSET_ENDED');
    const list = await (await fetch(`${exchange.url}/status-lists/valuation-reports/0`)).text();
    for (const { report } of [newer, pledged])
      expect(verifyReport(report?.document ?? '', trusted(), now(), list)).toMatchObject({
        ...{ valid: false, reason: 'ASSET_ENDED', revocation: 'CHECKED' },
      });
    expect(await refusalOf(commission({ assetId }))).toBe('ASSET_NOT_VALUABLE assetId');
  });

  it('do not deliver while the last of two signatures is taken back', async () => {
    const id = await reviewed();
    await sign('appraiser', id);
    await sign('appraiser-2', id);
    const { recusing, delivering } = await whileHeld(
      exchange.owner,
      'LOCK TABLE valuation_appraiser IN SHARE MODE',
      [],
      async (waiting) => {
        const recused = act('provider-chief', 'recuseAppraiser', id, {
          personId: of('appraiser-2').id,
          reason: '利害关系',
        });
        await waiting(1);
        const refused = refusalOf(deliver(id));
        await waiting(2);
        return { recusing: recused, delivering: refused };
      },
    );
    expect((await recusing).state).toBe('ACCEPTED');
    expect(await delivering).toBe('ENGAGEMENT_NOT_IN_STATE engagementId');
  });

  it('do not say how an asset is accounted for: its holder answers a test, and the answers are kept', async () => {
    const answers = {
      isOwnedOrControlled: true,
      areBenefitsExpected: true,
      isInflowProbable: true,
      isCostReliable: true,
      businessMode: 'OUTSIDE_SERVICE',
    };
    const record = (more: object = {}, login = 'provider-chief') =>
      exchange.act(
        login,
        'recordAccounting',
        { assetId: assetIds[0], answers, grounds: '董事会决议', effectiveOn: today(), ...more },
        'AccountingRecord { accountingClass answers { businessMode } }',
      );
    expect(await record()).toEqual({
      accountingClass: 'INTANGIBLE',
      answers: { businessMode: 'OUTSIDE_SERVICE' },
    });
    expect(await record({ answers: { ...answers, isCostReliable: false } })).toMatchObject({
      accountingClass: 'UNRECOGNISED',
    });
    const notOwned = { answers: { ...answers, isOwnedOrControlled: false } };
    expect(await refusalOf(record(notOwned))).toBe('INVALID_INPUT answers.isOwnedOrControlled');
    expect(await refusalOf(record({ effectiveOn: addDays(today(), 1) }))).toBe('INVALID_INPUT effectiveOn');
    expect(await refusalOf(record({}, 'provider-2-chief'))).toBe('ASSET_NOT_VALUABLE assetId');
    const seen = async (login: string) => {
      const client = await exchange.as(login);
      const { accountingRecords } = await client.query<{
        accountingRecords: { edges: { node: { accountingClass: string } }[] };
      }>('{ accountingRecords(first: 10) { edges { node { accountingClass } } } }');
      return accountingRecords.edges.map(({ node }) => node.accountingClass);
    };
    expect(await seen('provider')).toEqual(['INTANGIBLE', 'UNRECOGNISED']);
    expect(await seen('regulator')).toHaveLength(2);
    expect(await seen('provider-2')).toEqual([]);
  });

  it('are commissioned and accounted for by each of those who hold the title now', async () => {
    const [provider, bank] = [of('provider').partyId, of('bank').partyId];
    const shared = [
      { holderId: provider, kinds: ['HOLD', 'OPERATE'] },
      { holderId: bank, kinds: ['USE'] },
    ] as const;
    const draft = await desk.prepare('provider', { rights: shared });
    const { assetId } = draft;
    await desk.act('bank', 'joinPropertyRight', draft.id, { filingSha256: draft.filingSha256 });
    await desk.certify('provider-chief', draft.id);
    const answers = {
      ...{ isOwnedOrControlled: true, areBenefitsExpected: true, isInflowProbable: true },
      ...{ isCostReliable: true, businessMode: 'OWN_USE' },
    };
    const record = (login: string) =>
      exchange.act(
        login,
        'recordAccounting',
        { assetId, answers, grounds: '决议', effectiveOn: today() },
        'AccountingRecord { accountingClass }',
      );
    const isNot = 'ASSET_NOT_VALUABLE assetId';
    expect(await record('provider-chief')).toEqual({ accountingClass: 'INTANGIBLE' });
    // Who may only use it controls nothing; it may have it valued.
    expect(await refusalOf(record('bank'))).toBe(isNot);
    for (const login of ['provider-chief', 'bank']) {
      const { id } = await commission({ assetId, purpose: 'OTHER' }, login);
      await act(login, 'withdrawValuation', id, { reason: '改日再评' });
    }
    expect(await refusalOf(commission({ assetId }, 'provider-2-chief'))).toBe(isNot);
    // The bank takes over: it accounts for it from then on, and has it valued alone.
    const { evidence } = await desk.deposit('provider', '转让合同', ['RIGHTS']);
    const rights = [{ holderId: bank, kinds: ['HOLD', 'USE', 'OPERATE'] }];
    const transfer = await desk.followUp('provider', assetId, 'TRANSFER', { rights, evidence });
    await desk.act('bank', 'joinPropertyRight', transfer.id, { filingSha256: transfer.filingSha256 });
    await desk.certify('provider-chief', transfer.id);
    expect(await record('bank')).toEqual({ accountingClass: 'INTANGIBLE' });
    expect(await refusalOf(record('provider-chief'))).toBe(isNot);
    expect(await refusalOf(commission({ assetId }))).toBe(isNot);
    // The database does not take the application's word for it.
    const made = `INSERT INTO accounting_record (id, asset_id, holder_id, accounting_class, answers, grounds, effective_on,
                                                 recorded_by, recorded_at)
                  VALUES (gen_random_uuid(), $1, app_party(), 'INTANGIBLE', '{}', '甲', $2, $3, now()) RETURNING id`;
    const by = (login: string) =>
      sqlAs(login, ['CHIEF_DATA_REPRESENTATIVE'])(made, [assetId, today(), of(login).id]);
    // Refused by no constraint, which has no name, but by the policy.
    expect(await by('provider')).toBeNull();
    expect(await by('bank')).toBe(1);
  });

  it('expire, and the clock says so', async () => {
    const { id: last, report } = await delivered({ purpose: 'OTHER' });
    const before = report?.validUntil ?? '';
    await exchange.act(
      'operator',
      'advanceClock',
      { to: startOfLegalDay(addDays(before, 1)).toISOString() },
      'ExchangeTime { time }',
    );
    expect((await reports('provider')).find(({ engagementId }) => engagementId === last)?.standing).toBe(
      'EXPIRED',
    );
  });

  it('take their income from what this exchange has settled, month by month', async () => {
    const client = await exchange.as('bank');
    const { products } = await client.query<{
      products: { edges: { node: { listing: { id: string }; provider: { id: string } } }[] };
    }>('{ products(first: 50) { edges { node { listing { id } provider { id } } } } }');
    const mine = products.edges.find(({ node }) => node.provider.id === of('provider').partyId);
    const validUntil = new Date(exchange.service.app.get(Clock).now().getTime() + 40 * 86_400_000);
    const { id: accessRequestId } = await exchange.act<{ id: string }>(
      'bank',
      'requestAccess',
      {
        listingId: mine?.node.listing.id,
        purpose: 'LOAN_ORIGINATION',
        justification: '贷前审查',
        quota: '10',
        validUntil: validUntil.toISOString(),
      },
      'AccessRequest { id }',
    );
    const { usageGrant } = await exchange.act<{ usageGrant: { id: string } }>(
      'provider-chief',
      'reviewAccessRequest',
      { accessRequestId, isApproved: true },
      'AccessRequest { usageGrant { id } }',
    );
    for (const subject of [usccOf('9', 1000), usccOf('9', 1001), usccOf('9', 1002)])
      await exchange.act(
        'bank',
        'invoke',
        { usageGrantId: usageGrant.id, subject, purpose: 'LOAN_ORIGINATION' },
        'Delivery { answer }',
      );
    const first = today().slice(0, 7);
    for (let month = first, i = 0; i < 12; i++) {
      const next = addMonths(`${month}-01`, 1);
      await exchange.act(
        'operator',
        'advanceClock',
        { to: startOfLegalDay(next).toISOString() },
        'ExchangeTime { time }',
      );
      await exchange.act('operator', 'closeMonth', { month }, 'SettlementMonth { month }');
      month = next.slice(0, 7);
    }
    const { rows } = await exchange.owner.query<{ paid: string }>(
      `SELECT sum(amount_minor)::text AS paid FROM allocation WHERE capacity = 'PROVIDER' AND party_id = $1`,
      [of('provider').partyId],
    );
    const paid = Number(rows[0]?.paid) / 100;
    expect(paid).toBeGreaterThan(0);

    const { id } = await commission();
    const settledBy = async (login: string, months = 12) => {
      const reader = await exchange.as(login);
      const { settledIncome } = await reader.query<{ settledIncome: { month: string; amount: string }[] }>(
        'query ($id: Uuid!, $months: Int!) { settledIncome(engagementId: $id, months: $months) { month amount } }',
        { id, months },
      );
      return settledIncome;
    };
    const settled = await settledBy('appraiser');
    expect(settled).toHaveLength(12);
    expect(settled[0]).toEqual({ month: first, amount: paid.toFixed(2) });
    expect(await settledBy('provider', 3)).toEqual(settled.slice(-3));
    expect(await settledBy('bank')).toEqual([]);
    expect(await settledBy('evaluator')).toEqual([]);
    await accept(id);
    const income = (more: object = {}) => ({
      ...INCOME,
      inputs: JSON.stringify({ discountRate: '0' }),
      settled: { pastYears: 1, years: 2, yearlyGrowth: '0', ...more },
    });
    const refused = (method: object) => refusalOf(prepare(id, { methods: [method, COST] }));
    expect(await refused(income({ pastYears: 2 }))).toBe('INVALID_INPUT methods[0].settled.pastYears');
    expect(await refused(income({ yearlyGrowth: '-1' }))).toBe(
      'INVALID_INPUT methods[0].settled.yearlyGrowth',
    );
    expect(await refused({ ...income(), inputs: INCOME.inputs })).toBe(
      'INVALID_INPUT methods[0].inputs.cashFlows',
    );
    const { drafts } = await prepare(id, { methods: [income(), COST] });
    const { methods } = JSON.parse(drafts[0]?.calculation ?? '') as { methods: { value: string }[] };
    expect(methods[0]?.value).toBe((2 * paid).toFixed(2));
  });

  it('are about the data that were commissioned, whatever comes to be behind the asset meanwhile', async () => {
    const [assetId = ''] = assetIds;
    const id = await reviewed();
    await sign('appraiser', id);
    await sign('appraiser-2', id);
    const { rows } = await exchange.owner.query<{ own: string }>(
      `SELECT encode(file_sha256, 'hex') AS own FROM asset JOIN dataset_version version ON version.id = dataset_version_id
       WHERE asset.id = $1`,
      [assetId],
    );
    const { id: uploadId } = await (
      await exchange.as('provider')
    ).upload('other.csv', new TextEncoder().encode('a\n1\n'));
    const { version } = await exchange.load<{ version: { id: string } }>(
      'provider',
      'registerDataset',
      { name: '另一批数据', description: '', uploadId },
      'version { id }',
    );
    const delivering = await whileHeld(
      exchange.owner,
      'LOCK TABLE valuation_appraiser IN ACCESS EXCLUSIVE MODE',
      [],
      async (waiting) => {
        const done = deliver(id);
        await waiting(1);
        await exchange.owner.query('UPDATE asset SET dataset_version_id = $2 WHERE id = $1', [
          ...[assetId, version.id],
        ]);
        return { done };
      },
    );
    const { report } = await delivering.done;
    const [, payload = ''] = (report?.document ?? '').split('.');
    expect(JSON.parse(Buffer.from(payload, 'base64url').toString())).toMatchObject({
      asset: { fileSha256: rows[0]?.own },
    });
    expect(report?.standing).toBe('ASSET_ENDED');
  });
});
