import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { migrate, openAppLogin, startEmbeddedServer } from '#libs/database';
import { addDays, addMonths, DomainError, invariant, legalDayOf, startOfLegalDay } from '#libs/foundation';

import { exportBundle } from '../audit-bundle.ts';
import { ExchangeClient, Refused } from '../exchange-client.ts';
import { exportKeys } from '../keys-export.ts';
import { makeSampleExchange } from '../sample/make-sample-exchange.ts';
import { SAMPLE_PASSWORD } from '../sample/sample-parties.ts';
import { serve } from '../serve.ts';
import { type DemoFile, demoData } from './demo-data.ts';

type Log = (line: string) => void;

/** Something that had to be equal was not. */
export class DemoFailed extends DomainError {
  readonly code = 'DEMO_FAILED';
}

const PDX = fileURLToPath(new URL('../main.js', import.meta.url));
const comparable = (price: string, quality: string) => ({
  price,
  coefficients: { quality, supplyDemand: '1', date: '1', volume: '1', other: '1' },
});
/** Made up, but for the quality, which is measured. */
const SCORES = { usageAndIncome: '0.5', application: '0.6', monetisedAmount: '0.4', incomeSharing: '0.6' };
const EQUAL_JUDGEMENT = Array.from({ length: 5 }, () => Array<string>(5).fill('1'));
const CALLS_AT_ONCE = 16;
const BANK_PRICE = '0.35';
const INSURER_PRICE = '2.505';

/**
 * The whole chain, unattended, on an exchange of its own: from two files to a closed month and a verified log.
 *
 * @param dataDir where the two data sets lie; null: made-up data
 * @throws DemoFailed
 */
export async function demo(dataDir: string | null, log: Log): Promise<void> {
  const data = demoData(dataDir);
  const folder = mkdtempSync(join(tmpdir(), 'pdx-demo-'));
  chmodSync(folder, 0o711);
  const server = await startEmbeddedServer({ dataDir: join(folder, 'data'), log, volatile: true });
  try {
    await migrate(server.ownerUrl);
    const service = await serve({
      database: { appUrl: await openAppLogin(server.ownerUrl), applicationName: 'pdx demo' },
      filesDir: join(folder, 'data', 'files'),
      apps: ['api', 'gateway', 'worker'],
      host: '127.0.0.1',
      port: 0,
      logLevel: 'warn',
    });
    try {
      await makeSampleExchange(service.app, () => undefined);
      await new Demo(service.url, folder, log).run(data);
    } finally {
      await service.stop();
    }
  } finally {
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

interface Offer {
  readonly grantId: string;
  readonly productId: string;
  readonly consumerId: string;
}

interface Tally {
  answered: number;
  readonly refused: Map<string, number>;
}

class Demo {
  private readonly clients = new Map<string, Promise<ExchangeClient>>();
  private checks = 0;
  private step = 0;

  constructor(
    private readonly url: string,
    private readonly folder: string,
    private readonly log: Log,
  ) {}

  async run({ credit, heart }: { credit: DemoFile; heart: DemoFile }): Promise<void> {
    const loan = await this.register('provider', credit, '信用卡客户还款信息', 'ID');
    const health = await this.register('provider-8', heart, '心脏检查摘要', null);
    await this.pastPublicity();
    await this.certify([
      { ...loan, provider: 'provider' },
      { ...health, provider: 'provider-8' },
    ]);
    const bank = await this.grantTo('bank', 'provider', {
      assetId: loan.assetId,
      zoneCode: 'FINANCE',
      name: '还款情况查询',
      fields: ['X1', 'X5', 'Y'],
      demandsConsent: false,
      price: BANK_PRICE,
      purpose: 'LOAN_ORIGINATION',
      quota: '600',
    });
    const insurer = await this.grantTo('insurer', 'provider-8', {
      assetId: health.assetId,
      zoneCode: 'MEDICINE',
      name: '心脏健康核保结论',
      conclusion: {
        rules: [{ when: [{ column: 'target', operator: 'EQ', value: '0' }], conclude: '标准承保' }],
        otherwise: '转人工核保',
      },
      demandsConsent: true,
      price: INSURER_PRICE,
      purpose: 'UNDERWRITING',
      quota: '1000',
    });
    await this.consents(insurer);
    const month = await this.inOneMonth();
    const began = Date.now();
    const bankTally = await this.callBank(bank, loan.rows);
    const insurerTally = await this.callInsurer(insurer);
    const seconds = (Date.now() - began) / 1000;
    await this.closeMonth(month);
    await this.checkMoney(month, [
      { login: 'bank', offer: bank, tally: bankTally, price: BANK_PRICE },
      { login: 'insurer', offer: insurer, tally: insurerTally, price: INSURER_PRICE },
    ]);
    const entries = await this.checkLog([
      { offer: bank, tally: bankTally },
      { offer: insurer, tally: insurerTally },
    ]);
    const refusals = ({ refused }: Tally) =>
      [...refused].map(([code, n]) => `${code} ${n}`).join(', ') || 'none';
    this.log('');
    this.log(`data         ${loan.rows} and ${health.rows} rows registered, certified, valued, listed`);
    this.log(`bank         ${bankTally.answered} answered; refused: ${refusals(bankTally)}`);
    this.log(`insurer      ${insurerTally.answered} answered; refused: ${refusals(insurerTally)}`);
    this.log(`calls        1000 in ${seconds.toFixed(1)} s`);
    this.log(`month        ${month} closed: statements, journal and split agree to the fen`);
    this.log(`audit log    ${entries} entries exported, every inclusion proof verified offline`);
    this.log(`checks       ${this.checks} equalities hold`);
  }

  private as(login: string): Promise<ExchangeClient> {
    let client = this.clients.get(login);
    if (!client) {
      client = ExchangeClient.signIn(this.url, login, SAMPLE_PASSWORD);
      this.clients.set(login, client);
    }
    return client;
  }

  private async act<T>(login: string, field: string, input: object, success: string): Promise<T> {
    const clientId = `demo-${++this.step}`;
    return (await this.as(login)).mutate<T>(field, { clientId, ...input }, success);
  }

  private equal(what: string, found: unknown, expected: unknown): void {
    this.checks += 1;
    if (found !== expected)
      throw new DemoFailed(`${what}: found ${String(found)}, expected ${String(expected)}`);
  }

  private async register(provider: string, file: DemoFile, name: string, subjectColumn: string | null) {
    const client = await this.as(provider);
    const upload = await client.upload(file.fileName, file.bytes);
    this.equal('SHA-256 of the upload', upload.sha256, createHash('sha256').update(file.bytes).digest('hex'));
    const { id: loadId } = await this.act<{ id: string }>(
      provider,
      'registerDataset',
      { name, description: `来自 ${file.fileName}`, uploadId: upload.id, subjectColumn, personalColumns: [] },
      'DatasetLoad { id }',
    );
    const { dataset, version } = await client.loaded<{
      dataset: { id: string };
      version: { id: string; rowCount: string; columns: { isPersonal: boolean }[] };
    }>(loadId, 'dataset { id } version { id rowCount columns { isPersonal } }');
    const lines = new TextDecoder().decode(file.bytes).trimEnd().split('\n').length;
    this.equal(`rows of ${file.fileName}`, Number(version.rowCount), lines - 1);
    const personal = version.columns.filter(({ isPersonal }) => isPersonal).length;
    this.log(
      `${name}: profiled, ${version.rowCount} rows of ${version.columns.length} columns, ${personal} of them personal`,
    );
    await this.act(provider, 'confirmColumns', { datasetVersionId: version.id }, 'DatasetVersion { id }');
    await this.measure(provider, dataset.id, version.id);
    const proposed = await this.act<{ id: string; level: string }>(
      provider,
      'proposeClassification',
      { datasetVersionId: version.id },
      'Classification { id level }',
    );
    const confirmed = await this.act<{ level: string; state: string }>(
      `${provider}-chief`,
      'decideClassification',
      { classificationId: proposed.id, isConfirmed: true },
      'Classification { level state }',
    );
    this.equal(
      `the classification of ${name}`,
      `${confirmed.level} ${confirmed.state}`,
      `${proposed.level} CONFIRMED`,
    );
    this.log(`classified and confirmed as ${confirmed.level}`);
    const { parties } = await client.query<{ parties: { edges: { node: { id: string } }[] } }>(
      '{ parties(kind: REGISTRY) { edges { node { id } } } }',
    );
    const materials = Object.fromEntries(
      [
        'subject',
        'lawfulSource',
        'resource',
        'evidence',
        'productsAndServices',
        'scenarios',
        'riskAssessment',
      ].map((group) => [group, `${name}：${upload.sha256}`]),
    );
    const deposit = await this.act<{ id: string }>(
      provider,
      'depositEvidence',
      { uploadId: upload.id, title: file.fileName },
      'EvidenceDeposit { id }',
    );
    const evidence = [{ depositId: deposit.id, subject: 'DATA' }];
    const registration = await this.act<{ id: string; assetId: string }>(
      provider,
      'prepareRegistration',
      {
        datasetVersionId: version.id,
        registryId: parties.edges[0]?.node.id,
        name,
        overview: `共 ${version.rowCount} 行`,
        materials,
        evidence,
      },
      'Registration { id assetId }',
    );
    const registrationId = registration.id;
    await this.act(`${provider}-chief`, 'submitRegistration', { registrationId }, 'Registration { id }');
    await this.act(
      'registry',
      'decideAcceptance',
      { registrationId, decision: 'ACCEPTED' },
      'Registration { id }',
    );
    await this.act(
      'reviewer',
      'reviewRegistration',
      { registrationId, decision: 'PUBLICIZED' },
      'Registration { id }',
    );
    this.log(`${name}: ${version.rowCount} rows, on public notice`);
    return { registrationId, assetId: registration.assetId, rows: lines - 1 };
  }

  /** The rules that the profile suggests, declared and measured; the report verifies with the command-line tool alone. */
  private async measure(provider: string, datasetId: string, datasetVersionId: string): Promise<void> {
    const client = await this.as(provider);
    const rule = 'kind columns codes comparison format group maximum minimum missing period';
    const { proposedQualityRules: rules } = await client.query<{ proposedQualityRules: object[] }>(
      `query ($id: Uuid!) { proposedQualityRules(datasetVersionId: $id) { ${rule} } }`,
      { id: datasetVersionId },
    );
    const declared = { datasetId, rules };
    await this.act(provider, 'declareQualityRules', declared, 'DeclaredQualityRules { rules { id } }');
    const { signed, score, groups } = await this.act<{
      signed: string;
      score: string;
      groups: { name: string; score: string }[];
    }>(
      provider,
      'measureQuality',
      { datasetVersionId },
      'QualityReport { signed score groups { name score } }',
    );
    this.equal('the verdict about the quality report', this.verified('quality', signed), true);
    const shown = groups.map(({ name, score: of }) => `${name} ${of}`).join(' ');
    this.log(`${rules.length} rules measured: ${score} (${shown}); the report verified offline`);
  }

  /** By `pdx … verify`, which knows the public keys and nothing else. */
  private verified(what: 'quality' | 'valuation', document: string): boolean {
    const file = join(this.folder, 'document.jwt');
    const trust = join(this.folder, 'trust.json');
    writeFileSync(file, document);
    writeFileSync(trust, JSON.stringify(exportKeys(join(this.folder, 'data'), 'demo')));
    const said = execFileSync(process.execPath, [PDX, what, 'verify', file, '--trust', trust], {
      encoding: 'utf8',
    });
    return (JSON.parse(said) as { valid: boolean }).valid;
  }

  private async advanceTo(to: Date): Promise<void> {
    await this.act('operator', 'advanceClock', { to: to.toISOString() }, 'ExchangeTime { time }');
  }

  private async today(): Promise<string> {
    const { exchangeTime } = await (
      await this.as('operator')
    ).query<{ exchangeTime: string }>('{ exchangeTime }');
    return legalDayOf(new Date(exchangeTime));
  }

  private async pastPublicity(): Promise<void> {
    const { registrations } = await (
      await this.as('registry')
    ).query<{
      registrations: { edges: { node: { publicityUntil: string } }[] };
    }>('{ registrations(state: PUBLICIZED) { edges { node { publicityUntil } } } }');
    const last = registrations.edges
      .map(({ node }) => node.publicityUntil)
      .sort()
      .at(-1);
    invariant(last, 'The registrations are on public notice');
    await this.advanceTo(startOfLegalDay(addDays(last, 1)));
  }

  private async certify(filed: readonly { registrationId: string; assetId: string; provider: string }[]) {
    for (const { registrationId, assetId, provider } of filed) {
      await this.act('registry', 'codeRegistration', { registrationId }, 'Registration { id }');
      const by = this.valued(assetId, provider);
      const { value } = await by(
        'APPRAISAL',
        ['appraiser', 'appraiser-2', 'appraiser-3'],
        [
          // 110, 121 and 12.1 for ever at 10 %: 300.
          [
            'income-value',
            { cashFlows: ['110', '121'], discountRate: '0.1', terminal: { cashFlow: '12.1' } },
          ],
          // The published example: 314.453664.
          [
            'replacement-cost',
            {
              historicalCost: '400',
              priceChanges: ['0.05', '0.06', '0.08', '0.09'],
              usedYears: '4',
              remainingYears: '6',
            },
          ],
          // 280 × 1.1 and 330 × 0.9: 302.5.
          ['market-value', { comparables: [comparable('280', '1.1'), comparable('330', '0.9')] }],
        ],
      );
      this.equal('a third of each of three methods, to the fen', value, '305.65');
      const { score } = await by(
        'EVALUATION',
        ['evaluator', 'evaluator-2', 'evaluator-3'],
        [['indicator-score', { scores: SCORES, weighting: { ahp: { matrix: EQUAL_JUDGEMENT } } }]],
      );
      this.log(
        `certified; appraised by three methods at ${value} yuan, evaluated at ${score ?? ''}; both reports verified offline`,
      );
    }
  }

  /** From the commission to a report that `pdx` recomputes by itself. */
  private valued(assetId: string, provider: string) {
    return async (
      kind: 'APPRAISAL' | 'EVALUATION',
      [maker, second, reviewer]: readonly [string, string, string],
      methods: readonly (readonly [string, object])[],
    ) => {
      const people = [maker, second];
      const known = await Promise.all(
        people.map(async (login) => {
          const client = await this.as(login);
          return (await client.query<{ me: { id: string; partyId: string } }>('{ me { id partyId } }')).me;
        }),
      );
      const today = await this.today();
      const { id: engagementId } = await this.act<{ id: string }>(
        `${provider}-chief`,
        'commissionValuation',
        {
          ...{ kind, assetId, firmId: known[0]?.partyId, purpose: 'PRICING', useScope: '数据产品定价' },
          baseDate: today,
        },
        'ValuationEngagement { id }',
      );
      const act = (login: string, field: string, more: object = {}) =>
        this.act<{ report: { value: string | null; score: string | null; document: string } | null }>(
          login,
          field,
          { engagementId, ...more },
          'ValuationEngagement { report { value score document } }',
        );
      await act(maker, 'acceptValuation', { personIds: known.map(({ id }) => id) });
      await act(maker, 'prepareValuation', {
        methods: methods.map(([method, inputs]) => ({
          method,
          weight: kind === 'APPRAISAL' ? `1/${methods.length}` : '0',
          inputs: JSON.stringify(inputs),
        })),
        assumptions: '演示数据，金额均为虚构',
        validUntil: addDays(addMonths(today, 12), -1),
      });
      await act(reviewer, 'reviewValuation', { draftNumber: 1, isApproved: true });
      for (const login of people) await act(login, 'signValuation', { draftNumber: 1 });
      const { report } = await act(maker, 'deliverValuation');
      invariant(report, 'What is delivered is a report');
      const isVerified = this.verified('valuation', report.document);
      this.equal('the verdict about the valuation report', isVerified, true);
      return report;
    };
  }

  private async grantTo(
    consumer: string,
    provider: string,
    {
      price,
      purpose,
      quota,
      ...declaration
    }: Record<'price' | 'purpose' | 'quota', string> & Record<string, unknown>,
  ): Promise<Offer> {
    const product = await this.act<{ id: string }>(
      provider,
      'declareProduct',
      { ...declaration, description: '演示产品' },
      'Product { id }',
    );
    const { listing } = await this.act<{ listing: { id: string } }>(
      'operator',
      'listProduct',
      { productId: product.id, pricePerCall: price, providerWeight: 7, operatorWeight: 2, platformWeight: 1 },
      'Product { listing { id } }',
    );
    const validUntil = startOfLegalDay(addDays(await this.today(), 180)).toISOString();
    const request = await this.act<{ id: string; consumerId: string }>(
      consumer,
      'requestAccess',
      { listingId: listing.id, purpose, justification: '演示', quota, validUntil },
      'AccessRequest { id consumerId }',
    );
    const { usageGrant } = await this.act<{ usageGrant: { id: string } }>(
      `${provider}-chief`,
      'reviewAccessRequest',
      { accessRequestId: request.id, isApproved: true },
      'AccessRequest { usageGrant { id } }',
    );
    return { grantId: usageGrant.id, productId: product.id, consumerId: request.consumerId };
  }

  /** The persons 1 to 200 consent at the operator's desk; 191 to 200 withdraw. */
  private async consents({ productId, consumerId }: Offer): Promise<void> {
    await inParallel(200, async (i) => {
      const consent = await this.act<{ id: string }>(
        'operator',
        'recordConsent',
        {
          productId,
          recipientId: consumerId,
          purpose: 'UNDERWRITING',
          subject: String(i + 1),
          evidenceSha256: createHash('sha256')
            .update(`form ${i + 1}`)
            .digest('hex'),
        },
        'Consent { id }',
      );
      if (i >= 190)
        await this.act('operator', 'withdrawConsent', { consentId: consent.id }, 'Consent { id }');
    });
    this.log('200 consents recorded, 10 of them withdrawn');
  }

  /** Calls and month must not straddle midnight of a month's end. */
  private async inOneMonth(): Promise<string> {
    const today = await this.today();
    const tomorrow = addDays(today, 1);
    if (tomorrow.slice(0, 7) !== today.slice(0, 7)) await this.advanceTo(startOfLegalDay(tomorrow));
    return (await this.today()).slice(0, 7);
  }

  /** 700 calls: persons that exist, that do not, a purpose and a field that were not granted, more than the quota. */
  private async callBank({ grantId }: Offer, rows: number): Promise<Tally> {
    const client = await this.as('bank');
    const tally = await this.call(client, 700, (i) => {
      const subject = i % 10 === 9 ? String(rows + 1 + i) : String(1 + ((i * 37) % rows));
      const purpose = i % 50 === 8 ? 'LOAN_MONITORING' : 'LOAN_ORIGINATION';
      const fields = i % 50 === 7 ? ['X1', 'X2'] : ['X1', 'Y'];
      return { clientId: `bank-${i}`, usageGrantId: grantId, subject, purpose, fields };
    });
    this.equal('calls of the bank accounted for', sumOf(tally), 700);
    this.equal('calls for persons that do not exist', tally.refused.get('SUBJECT_NOT_FOUND'), 70);
    this.equal('calls for another purpose', tally.refused.get('PURPOSE_NOT_GRANTED'), 14);
    this.equal('calls for a field that is not granted', tally.refused.get('FIELD_NOT_GRANTED'), 14);
    this.equal('answers within the quota', tally.answered, 600);
    return tally;
  }

  /** 300 calls: person i consented, withdrew, or was never asked. */
  private async callInsurer({ grantId }: Offer): Promise<Tally> {
    const client = await this.as('insurer');
    const tally = await this.call(
      client,
      300,
      (i) => ({
        clientId: `insurer-${i}`,
        usageGrantId: grantId,
        subject: String(i + 1),
        purpose: 'UNDERWRITING',
      }),
      (answer) => {
        const { conclusion, ...more } = JSON.parse(answer) as Record<string, unknown>;
        return ['标准承保', '转人工核保'].includes(String(conclusion)) && Object.keys(more).length === 0;
      },
    );
    this.equal('calls of the insurer accounted for', sumOf(tally), 300);
    this.equal('answers about persons with a consent', tally.answered, 190);
    this.equal('refusals for lack of a consent', tally.refused.get('CONSENT_MISSING'), 110);
    return tally;
  }

  private async call(
    client: ExchangeClient,
    count: number,
    inputOf: (i: number) => object,
    isRight: (answer: string) => boolean = () => true,
  ): Promise<Tally> {
    const tally: Tally = { answered: 0, refused: new Map() };
    await inParallel(count, async (i) => {
      try {
        const { answer } = await client.mutate<{ answer: string }>(
          'invoke',
          inputOf(i),
          'Delivery { answer receipt }',
        );
        if (!isRight(answer)) throw new DemoFailed(`An answer holds more than it may: ${answer}`);
        tally.answered += 1;
      } catch (error) {
        if (!(error instanceof Refused)) throw error;
        tally.refused.set(error.code, (tally.refused.get(error.code) ?? 0) + 1);
      }
    });
    return tally;
  }

  private async closeMonth(month: string): Promise<void> {
    const [year = 0, number = 0] = month.split('-').map(Number);
    const next = number === 12 ? `${year + 1}-01` : `${year}-${String(number + 1).padStart(2, '0')}`;
    await this.advanceTo(startOfLegalDay(`${next}-01`));
    await this.act('operator', 'closeMonth', { month }, 'SettlementMonth { month }');
  }

  private async checkMoney(
    month: string,
    uses: readonly { login: string; offer: Offer; tally: Tally; price: string }[],
  ): Promise<void> {
    let total = 0n;
    for (const { login, offer, tally, price } of uses) {
      const client = await this.as(login);
      const { statements, usageGrant } = await client.query<{
        statements: { edges: { node: Bill }[] };
        usageGrant: { quota: string; remaining: string };
      }>(
        `query ($month: String, $grant: Uuid!) {
           usageGrant(id: $grant) { quota remaining }
           statements(month: $month) { edges { node { id units amount
             lines { usageGrantId units amount allocations { amount } } } } } }`,
        { month, grant: offer.grantId },
      );
      this.equal(`statements of ${login}`, statements.edges.length, 1);
      const bill = statements.edges[0]?.node;
      invariant(bill, 'There is one');
      this.equal(`units on the statement of ${login}`, Number(bill.units), tally.answered);
      this.equal(`what ${login} owes`, fen(bill.amount), roundedPrice(tally.answered, price));
      this.equal(
        `quota used by ${login}`,
        Number(usageGrant.quota) - Number(usageGrant.remaining),
        tally.answered,
      );
      this.equal(`usage records of ${login}`, await this.countUsage(client, offer.grantId), tally.answered);
      total += fen(bill.amount);
    }
    const operator = await this.as('operator');
    const { statements, journalEntries } = await operator.query<{
      statements: { edges: { node: Bill }[] };
      journalEntries: {
        edges: { node: { referenceId: string; postings: { amount: string; accountKind: string }[] } }[];
      };
    }>(
      `query ($month: String) {
         statements(month: $month) { edges { node { id units amount lines { usageGrantId units amount allocations { amount } } } } }
         journalEntries { edges { node { referenceId postings { amount accountKind } } } } }`,
      { month },
    );
    for (const { node } of statements.edges)
      for (const line of node.lines)
        this.equal(
          'the split of a line',
          line.allocations.reduce((sum, { amount }) => sum + fen(amount), 0n),
          fen(line.amount),
        );
    for (const { node } of journalEntries.edges)
      this.equal(
        'the balance of a journal entry',
        node.postings.reduce((sum, { amount }) => sum + fen(amount), 0n),
        0n,
      );
    const receivable = journalEntries.edges
      .flatMap(({ node }) => node.postings)
      .filter(({ accountKind }) => accountKind === 'RECEIVABLE')
      .reduce((sum, { amount }) => sum + fen(amount), 0n);
    this.equal('what the journal says is owed', receivable, total);
  }

  private async countUsage(client: ExchangeClient, usageGrantId: string): Promise<number> {
    let count = 0;
    for (let after: string | null = null; ;) {
      const page: {
        usageRecords: { edges: unknown[]; pageInfo: { hasNextPage: boolean; endCursor: string } };
      } = await client.query(
        `query ($grant: Uuid, $after: String) { usageRecords(first: 100, usageGrantId: $grant, after: $after) {
             edges { node { clientId } } pageInfo { hasNextPage endCursor } } }`,
        { grant: usageGrantId, after },
      );
      count += page.usageRecords.edges.length;
      if (!page.usageRecords.pageInfo.hasNextPage) return count;
      after = page.usageRecords.pageInfo.endCursor;
    }
  }

  /** The log agrees with what was answered and refused, and verifies with the command-line tool alone. */
  private async checkLog(uses: readonly { offer: Offer; tally: Tally }[]): Promise<number> {
    const regulator = await this.as('regulator');
    await this.logIsUpToDate(regulator);
    const bundle = join(this.folder, 'evidence');
    mkdirSync(bundle);
    const { entries } = await exportBundle(regulator, bundle);
    const { exchange } = await regulator.query<{ exchange: { logOrigin: string } }>(
      '{ exchange { logOrigin } }',
    );
    const trust = join(this.folder, 'trust.json');
    writeFileSync(trust, JSON.stringify(exportKeys(join(this.folder, 'data'), exchange.logOrigin)));
    const said = execFileSync(process.execPath, [PDX, 'audit', 'verify', bundle, '--trust', trust], {
      encoding: 'utf8',
    });
    const verified = JSON.parse(said) as { valid: boolean; entries: number; isWholeLog: boolean };
    this.equal('the verdict about the exported log', verified.valid && verified.isWholeLog, true);
    this.equal('entries verified', verified.entries, entries);
    const logged = this.callsInLog(bundle);
    for (const { offer, tally } of uses) {
      this.equal('answered calls in the log', logged.get(`${offer.grantId} DONE`) ?? 0, tally.answered);
      for (const [code, count] of tally.refused)
        this.equal(`refusals ${code} in the log`, logged.get(`${offer.grantId} ${code}`), count);
    }
    return entries;
  }

  private async logIsUpToDate(regulator: ExchangeClient): Promise<void> {
    let before = '';
    // Two checkpoints alike, a second apart: nothing waits any more.
    for (;;) {
      const { checkpoint } = await regulator.query<{ checkpoint: { size: string } | null }>(
        '{ checkpoint { size } }',
      );
      if (checkpoint && checkpoint.size === before) return;
      before = checkpoint?.size ?? '';
      await new Promise((resolve) => setTimeout(resolve, 1500));
    }
  }

  private callsInLog(bundle: string): Map<string, number> {
    const counts = new Map<string, number>();
    for (const line of readFileSync(join(bundle, 'entries.jsonl'), 'utf8').trimEnd().split('\n')) {
      const { leaf } = JSON.parse(line) as { leaf: string };
      const { action, outcome, code, subject } = JSON.parse(leaf) as Record<string, string | null>;
      if (action !== 'INVOKE') continue;
      const key = `${subject ?? ''} ${code ?? outcome ?? ''}`;
      counts.set(key, (counts.get(key) ?? 0) + 1);
    }
    return counts;
  }
}

interface Bill {
  readonly id: string;
  readonly units: string;
  readonly amount: string;
  readonly lines: readonly {
    readonly amount: string;
    readonly allocations: readonly { readonly amount: string }[];
  }[];
}

const sumOf = ({ answered, refused }: Tally) => [...refused.values()].reduce((sum, n) => sum + n, answered);
const fen = (amount: string) => BigInt(amount.replace('.', ''));

/** Worked out by hand, not with the exchange's own function: units × price in thousandths, half up to the fen. */
function roundedPrice(units: number, price: string): bigint {
  const thousandths = BigInt(Math.round(Number(price) * 1000)) * BigInt(units);
  return (thousandths + 5n) / 10n;
}

async function inParallel(count: number, work: (i: number) => Promise<void>): Promise<void> {
  let next = 0;
  const worker = async () => {
    while (next < count) await work(next++);
  };
  await Promise.all(Array.from({ length: CALLS_AT_ONCE }, worker));
}
