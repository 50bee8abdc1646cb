import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';

import type { INestApplicationContext } from '@nestjs/common';

import { AssetService, EvidenceService, EvidenceSubject, RegistrationService } from '#libs/asset';
import { CatalogueService } from '#libs/catalogue';
import {
  DatasetLoadService,
  DatasetLoadState,
  DatasetService,
  type DatasetVersion,
  LoadQueue,
  UploadService,
} from '#libs/dataset';
import { addDays, addMonths, invariant, type JsonObject, startOfLegalDay } from '#libs/foundation';
import { type Actor, Role } from '#libs/graphql';
import { PersonService } from '#libs/identity';
import { ExchangeService, PartyKind, PartyService } from '#libs/party';
import { PropertyRightIssuer } from '#libs/property-right';
import { ClassificationService, QualityReportService, QualityRuleService } from '#libs/quality';
import {
  EngagementService,
  QualificationKind,
  QualificationService,
  ValuationKind,
  ValuationPurpose,
} from '#libs/valuation';

import { makeCalendarKnown } from './sample-calendar.ts';
import {
  APPRAISAL_FIRM,
  INSTITUTIONS,
  OPERATOR,
  PLATFORM,
  PROVIDERS,
  REGISTRY,
  REGULATOR,
  SAMPLE_AGENCY,
  SAMPLE_PASSWORD,
  ZONES,
} from './sample-parties.ts';
import { csvOf, SAMPLE_PRODUCTS, type SampleProduct } from './sample-products.ts';

const SEED = 20_231_207;
const WEIGHTS = { providerWeight: 7, operatorWeight: 2, platformWeight: 1 };

interface Body {
  readonly login: string;
  readonly name: string;
  readonly uscc: string;
}

/**
 * Fills an empty database with the sample exchange, through the services that users call. Legal periods are lived
 * through on the exchange's clock, which runs ahead afterwards. Goes on where an interrupted run has ended: every step
 * has its own client id, so what is done is not done twice.
 */
export async function makeSampleExchange(
  app: INestApplicationContext,
  log: (line: string) => void,
): Promise<void> {
  const catalogue = app.get(CatalogueService);
  const exchange = await app.get(ExchangeService).find();
  if (exchange && !exchange.isSample) return;
  if (!exchange || (await catalogue.countListings()) < SAMPLE_PRODUCTS.length) {
    const began = Date.now();
    log('making the sample exchange (parties, data and legal periods are made up)');
    await new SampleMaker(app, log).make();
    log(`the sample exchange is made, in ${((Date.now() - began) / 1000).toFixed(1)} s`);
  }
  await makeCalendarKnown(app, log);
  const logins = [
    ...['operator', 'provider', 'provider-chief', 'bank', 'insurer', 'registry', 'reviewer'],
    ...['appraiser', 'appraiser-2', 'appraiser-3', 'evaluator', 'evaluator-2', 'evaluator-3', 'regulator'],
  ];
  log(`sign in as ${logins.join(', ')} with the password ${SAMPLE_PASSWORD}`);
}

/** 登记评价中心's people who value; its officers do not. */
const EVALUATORS = [
  ['evaluator', '评价员甲'],
  ['evaluator-2', '评价员乙'],
  ['evaluator-3', '评价复核员'],
] as const;
/** Two who sign, and one who reviews; names are made up. */
const APPRAISERS = [
  ['appraiser', '样例评估师甲'],
  ['appraiser-2', '样例评估师乙'],
  ['appraiser-3', '样例评估复核员'],
] as const;

class SampleMaker {
  private readonly parties: PartyService;
  private readonly people: PersonService;

  constructor(
    private readonly app: INestApplicationContext,
    private readonly log: (line: string) => void,
  ) {
    this.parties = app.get(PartyService);
    this.people = app.get(PersonService);
  }

  async make(): Promise<void> {
    const operator = await this.operator();
    const of = (kind: PartyKind, who: Body, roles: Role[]) => this.party(operator, kind, who, roles);
    const registry = await of(PartyKind.REGISTRY, REGISTRY, [Role.REGISTRY_OFFICER]);
    const reviewer = await this.person(operator, registry.partyId, 'reviewer', '复核员', [Role.REVIEWER]);
    const agency = { registryId: registry.partyId, ...SAMPLE_AGENCY };
    await this.app.get(PropertyRightIssuer).assignAgency(operator, 'sample-agency', agency);
    await makeCalendarKnown(this.app, this.log);
    const appraisers = await this.appraisalFirm(operator, registry);
    for (const [login, name] of EVALUATORS)
      await this.person(operator, registry.partyId, login, name, [Role.APPRAISER]);
    await of(PartyKind.REGULATOR, REGULATOR, [Role.REGULATOR]);
    for (const institution of INSTITUTIONS)
      await of(PartyKind.INSTITUTION, institution, [Role.INSTITUTION_USER]);
    const suppliers = [];
    for (const provider of PROVIDERS) {
      const specialist = await of(PartyKind.PROVIDER, provider, [Role.DATA_SPECIALIST]);
      const chief = await this.person(
        operator,
        specialist.partyId,
        `${provider.login}-chief`,
        '首席数据代表',
        [Role.CHIEF_DATA_REPRESENTATIVE],
      );
      suppliers.push({ specialist, chief });
    }
    this.log(`${PROVIDERS.length + INSTITUTIONS.length + 5} parties registered`);

    const filed = [];
    for (const [i, product] of SAMPLE_PRODUCTS.entries()) {
      const supplier = suppliers[product.provider];
      invariant(supplier, 'Every sample product has its provider');
      filed.push({
        product,
        ...supplier,
        ...(await this.file(product, i, { ...supplier, registry, reviewer })),
      });
    }
    this.log(`${filed.length} datasets filed for registration and on public notice`);

    // The notices run for ten working days; the clock goes there, nothing is shortened.
    const until = filed
      .map(({ publicityUntil }) => publicityUntil)
      .sort()
      .at(-1);
    invariant(until, 'Something was filed');
    const noticeOver = startOfLegalDay(addDays(until, 1));
    await this.app.get(ExchangeService).advanceClock(operator, 'sample-notice-over', noticeOver);
    this.log(`the clock of the sample exchange was advanced to ${addDays(until, 1)}, past the public notice`);

    for (const [i, { product, registrationId, assetId, specialist, chief }] of filed.entries()) {
      await this.app.get(RegistrationService).code(registry, `sample-code-${i}`, registrationId);
      // One of each zone is enough to look at.
      if (SAMPLE_PRODUCTS.findIndex(({ zone }) => zone === product.zone) === i)
        await this.appraise(i, { assetId, baseDate: until, chief, appraisers });
      await this.offer(product, i, { assetId, specialist, operator });
    }
    this.log(`${filed.length} products listed, one of each zone appraised`);
  }

  private async operator(): Promise<Actor> {
    const exchanges = this.app.get(ExchangeService);
    if (!(await exchanges.find()))
      await exchanges.create({
        name: '样例市公共数据交易平台（样例）',
        logOrigin: 'sample.exchange.invalid/audit',
        isSample: true,
        platform: { name: PLATFORM.name, uscc: PLATFORM.uscc },
        operator: { ...OPERATOR, password: SAMPLE_PASSWORD },
        zones: ZONES,
      });
    const person = await this.people.findByLogin(OPERATOR.login);
    invariant(person, 'A sample exchange has the operator it was made with');
    return {
      partyId: person.partyId,
      id: person.id,
      kind: 'PERSON',
      roles: person.roles,
      requestId: 'sample',
    };
  }

  private async party(operator: Actor, kind: PartyKind, body: Body, roles: Role[]): Promise<Actor> {
    const partyId = await this.registered(operator, kind, body);
    return this.person(operator, partyId, body.login, body.name, roles);
  }

  private registered(operator: Actor, kind: PartyKind, { login, name, uscc }: Body): Promise<string> {
    const party = { kind, name, uscc, subject: null, isSample: true };
    return this.parties.register(operator, `sample-party-${login}`, party);
  }

  /** On file, with two appraisers who are on record and one who only reviews. */
  private async appraisalFirm(operator: Actor, registry: Actor): Promise<readonly [Actor, Actor, Actor]> {
    const firmId = await this.registered(operator, PartyKind.APPRAISAL_FIRM, APPRAISAL_FIRM);
    const [first, second, reviewer] = await Promise.all(
      APPRAISERS.map(([login, name]) => this.person(operator, firmId, login, name, [Role.APPRAISER])),
    );
    invariant(first && second && reviewer, 'Three people');
    const appraiser = QualificationKind.ASSET_APPRAISER;
    const qualifications = [
      { kind: QualificationKind.FIRM_FILING, personId: null, number: '样例备案 1' },
      { kind: appraiser, personId: first.id, number: '样例登记 1' },
      { kind: appraiser, personId: second.id, number: '样例登记 2' },
    ];
    for (const [i, qualification] of qualifications.entries())
      await this.app.get(QualificationService).record(registry, `sample-qualification-${i}`, {
        ...{ ...qualification, firmId, validFrom: '2024-01-01', validUntil: null },
      });
    return [first, second, reviewer];
  }

  private async person(
    operator: Actor,
    partyId: string,
    login: string,
    displayName: string,
    roles: Role[],
  ): Promise<Actor> {
    const person = { partyId, login, displayName, roles, password: SAMPLE_PASSWORD };
    const id = await this.people.register(operator, `sample-person-${login}`, person);
    return { partyId, id, kind: 'PERSON', roles, requestId: 'sample' };
  }

  private async file(
    product: SampleProduct,
    i: number,
    {
      specialist,
      chief,
      registry,
      reviewer,
    }: Record<'specialist' | 'chief' | 'registry' | 'reviewer', Actor>,
  ): Promise<{ registrationId: string; assetId: string; publicityUntil: string }> {
    const csv = csvOf(product, SEED + i);
    const uploads = this.app.get(UploadService);
    const datasets = this.app.get(DatasetService);
    const registrations = this.app.get(RegistrationService);
    const upload = await uploads.receive(
      specialist,
      `${product.dataset}.csv`,
      Readable.from([Buffer.from(csv)]),
    );
    const loadId = await datasets.register(specialist, `sample-dataset-${i}`, {
      name: `样例市2025年${product.dataset}`,
      description: product.description,
      uploadId: upload.id,
      subjectColumn: product.header[0] ?? null,
      personalColumns: product.personal,
    });
    const version = await this.loaded(specialist, loadId);
    const { datasetId } = version;
    await datasets.confirm(specialist, `sample-confirm-${i}`, {
      datasetVersionId: version.id,
      columns: [],
      subjectColumn: null,
    });
    await this.describe(i, { specialist, chief, datasetId, datasetVersionId: version.id });
    const depositId = await this.app.get(EvidenceService).deposit(specialist, `sample-deposit-${i}`, {
      uploadId: upload.id,
      title: product.dataset,
    });
    const id = await registrations.prepare(specialist, `sample-prepare-${i}`, {
      datasetVersionId: version.id,
      registryId: registry.partyId,
      name: `样例市2025年${product.dataset}`,
      overview: product.description,
      materials: {
        subject: '样例供数单位，依法履职形成数据',
        lawfulSource: '依职权采集，来源合法合规',
        resource: `${product.header.join('、')}，共 ${version.rowCount} 行`,
        evidence: `文件 SHA-256 ${createHash('sha256').update(csv).digest('hex')}`,
        productsAndServices: product.name,
        scenarios: product.description,
        riskAssessment: '已评估，一般数据；个人标识只保存密钥化假名',
      },
      evidence: [{ depositId, subject: EvidenceSubject.DATA }],
    });
    await registrations.submit(chief, `sample-submit-${i}`, id);
    await registrations.decideAcceptance(registry, `sample-accept-${i}`, id, 'ACCEPT', null);
    await registrations.review(reviewer, `sample-review-${i}`, id, 'PUBLICIZE', null);
    const registration = await this.app.get(AssetService).findRegistration(registry, id);
    invariant(registration?.publicityUntil, 'A reviewed registration is on public notice');
    const { assetId, publicityUntil } = registration;
    return { registrationId: id, assetId, publicityUntil };
  }

  /** The worker may do it as well. */
  private async loaded(actor: Actor, loadId: string): Promise<DatasetVersion> {
    const queue = this.app.get(LoadQueue);
    const loads = this.app.get(DatasetLoadService);
    for (;;) {
      const leased = await queue.lease();
      if (leased) await queue.run(leased, new AbortController().signal);
      const load = await loads.find(actor, loadId);
      invariant(load?.state !== DatasetLoadState.FAILED, 'The sample can be read');
      const id = load?.datasetVersionId;
      const version = id && (await this.app.get(DatasetService).findVersion(actor, id));
      if (version) return version;
      await delay(20);
    }
  }

  /** The rules that the profile suggests, a first quality report, and the level that the columns suggest, confirmed. */
  private async describe(
    i: number,
    {
      specialist,
      chief,
      datasetId,
      datasetVersionId,
    }: Record<'specialist' | 'chief', Actor> & Record<'datasetId' | 'datasetVersionId', string>,
  ): Promise<void> {
    const rules = this.app.get(QualityRuleService);
    const proposed = await rules.proposal(specialist, datasetVersionId);
    invariant(proposed, 'A provider sees its own data');
    await rules.declare(specialist, `sample-rules-${i}`, {
      datasetId,
      rules: proposed.map(({ rule }) => rule),
    });
    await this.app.get(QualityReportService).measure(specialist, `sample-measure-${i}`, datasetVersionId);
    const classifications = this.app.get(ClassificationService);
    const level = { datasetVersionId, level: null, columns: [], reason: '按列名与类型提出' };
    const classificationId = await classifications.propose(specialist, `sample-level-${i}`, level);
    const decision = { classificationId, isConfirmed: true, reason: null };
    await classifications.decide(chief, `sample-level-confirm-${i}`, decision);
  }

  private async appraise(
    i: number,
    at: { assetId: string; baseDate: string; chief: Actor; appraisers: readonly [Actor, Actor, Actor] },
  ): Promise<void> {
    const { assetId, baseDate, chief, appraisers } = at;
    const [first, second, reviewer] = appraisers;
    const valuations = this.app.get(EngagementService);
    const id = await valuations.commission(chief, `sample-commission-${i}`, {
      kind: ValuationKind.APPRAISAL,
      assetId,
      firmId: first.partyId,
      purpose: ValuationPurpose.PRICING,
      useScope: '样例：数据产品定价参考',
      baseDate,
      isStatutory: false,
      isStateOwned: false,
    });
    await valuations.accept(first, `sample-take-${i}`, id, [first.id, second.id]);
    const method = (name: string, weight: string, inputs: JsonObject) => ({
      ...{ method: name, version: 1, weight, inputs, simulation: null, settled: null },
    });
    await valuations.prepare(first, `sample-prepare-report-${i}`, id, {
      methods: [
        method('income-value', '3/5', { cashFlows: ['120000', '150000', '180000'], discountRate: '0.14' }),
        method('replacement-cost', '2/5', {
          historicalCost: '300000',
          priceChanges: ['0.02', '0.01'],
          usedYears: '2',
          remainingYears: '3',
        }),
      ],
      singleMethodReason: null,
      assumptions: '样例数据：金额均为虚构；收益法与成本法按六四加权',
      validUntil: addDays(addMonths(baseDate, 12), -1),
    });
    const review = { draftNumber: 1, isApproved: true, note: null };
    await valuations.review(reviewer, `sample-review-report-${i}`, id, review);
    for (const [n, actor] of [first, second].entries())
      await valuations.sign(actor, `sample-sign-${i}-${n}`, id, 1);
    await valuations.deliver(first, `sample-deliver-${i}`, id);
  }

  private async offer(
    product: SampleProduct,
    i: number,
    at: { assetId: string; specialist: Actor; operator: Actor },
  ): Promise<void> {
    const { assetId } = at;
    const catalogue = this.app.get(CatalogueService);
    const { conclusion } = product;
    const productId = await catalogue.declare(at.specialist, `sample-declare-${i}`, {
      assetId,
      zoneCode: product.zone,
      name: product.name,
      description: product.description,
      fields: product.fields,
      conclusion: conclusion && {
        rules: [{ when: conclusion.when, conclude: conclusion.conclude }],
        otherwise: conclusion.otherwise,
      },
      demandsConsent: product.personal.length > 0,
    });
    await catalogue.list(at.operator, `sample-list-${i}`, {
      productId,
      pricePerCall: product.price,
      ...WEIGHTS,
    });
  }
}
