import { createHash } from 'node:crypto';

import { Injectable } from '@nestjs/common';
import { In, IsNull, MoreThan, type QueryDeepPartialEntity } from 'typeorm';

import { SamePerson } from '#libs/asset';
import { type AuditActor, CommandRunner, NotAPerson } from '#libs/audit';
import { compactOf, keyIdOf, signingInputOf } from '#libs/credential';
import { isUniqueViolation, type SecurityContext, type Transaction, TransactionRunner } from '#libs/database';
import {
  addMonths,
  canonicalJson,
  Clock,
  InvalidInput,
  invariant,
  type JsonObject,
  type LegalDay,
  legalDayOf,
  newId,
} from '#libs/foundation';
import { type Actor, Role } from '#libs/graphql';
import { type Person, PersonService } from '#libs/identity';
import { KeyRing } from '#libs/keys';
import { Money } from '#libs/money';
import { Outbox } from '#libs/outbox';
import { PartyKind, PartyService } from '#libs/party';
import { type QualityReport, QualityReportService } from '#libs/quality';

import { inTurns } from '../analysis/steps.ts';
import type { Qualification } from '../qualification/qualification.entity.ts';
import { type Appraising, QualificationService } from '../qualification/qualification.service.ts';
import {
  INDICATOR_MODEL,
  calculatingReport,
  type MeasuredQuality,
  type ReportContent,
  type ReportMethod,
} from '../report/calculate-report.ts';
import { restOnTwoApproaches } from '../report/approaches.ts';
import { REPORT_TYPE, reportOf } from '../report/report.ts';
import type { SettledMonth } from '../report/settled-series.ts';
import { Appraiser } from './appraiser.entity.ts';
import { Draft } from './draft.entity.ts';
import {
  ENGAGEMENT,
  ENGAGEMENT_EVENT_OF,
  type EngagementAct,
  isEngagementActAllowed,
} from './engagement-act.ts';
import { EngagementState, ReportStanding, ValuationKind, type ValuationPurpose } from './engagement-state.ts';
import { Engagement } from './engagement.entity.ts';
import {
  AppraiserHasInterest,
  AppraiserUnfit,
  AssetChanged,
  AssetNotValuable,
  DraftNotCurrent,
  EngagementNotFound,
  EngagementNotInState,
  FilingNumberTaken,
  FirmUnfit,
  InterestExists,
  InterestNotFound,
  ReportNotFound,
  ReportNotToBeFiled,
  ReportNotUsable,
  TooFewAppraisers,
} from './engagement.errors.ts';
import { AppraiserInterest } from './interest.entity.ts';
import { ReportDisclosure } from './report-disclosure.entity.ts';
import { ReportFiling } from './report-filing.entity.ts';
import { ReportStatusListService } from './report-status-list.service.ts';
import { Report } from './report.entity.ts';

export interface NewEngagement {
  readonly kind: ValuationKind;
  readonly assetId: string;
  readonly firmId: string;
  readonly purpose: ValuationPurpose;
  /** 使用范围: for whom and for what, in words. */
  readonly useScope: string;
  readonly baseDate: LegalDay;
  /** 法定评估 (资产评估法 Art. 3). */
  readonly isStatutory: boolean;
  readonly isStateOwned: boolean;
}

/** As a report's content, but for what only the exchange knows: what was settled, and the quality that was measured. */
export interface NewReportContent extends Omit<ReportContent, 'methods' | 'quality'> {
  readonly methods: readonly (Omit<ReportMethod, 'settled'> & {
    readonly settled: {
      readonly pastYears: number;
      readonly years: number;
      readonly yearlyGrowth: string;
    } | null;
  })[];
}

export interface EngagementFilter {
  readonly assetId: string | null;
  readonly state: EngagementState | null;
  readonly first: number;
  readonly afterId: string | null;
}

export interface ReportFilter {
  readonly assetId: string | null;
  readonly first: number;
  readonly afterId: string | null;
}

/** Two people at least are in charge, and sign (资产评估法 Art. 24, 27). */
const FEWEST = 2;
/** 资产评估法 Art. 29. */
const YEARS_KEPT = { ordinary: 15, statutory: 30 } as const;

type Change = QueryDeepPartialEntity<Engagement>;

/** 评价 and 评估 from the commission to the sealed report, 资产评估法 (2016). Each act takes the lock of the engagement. */
@Injectable()
export class EngagementService {
  constructor(
    private readonly commands: CommandRunner,
    private readonly transactions: TransactionRunner,
    private readonly parties: PartyService,
    private readonly persons: PersonService,
    private readonly qualities: QualityReportService,
    private readonly qualifications: QualificationService,
    private readonly statusLists: ReportStatusListService,
    private readonly outbox: Outbox,
    private readonly keys: KeyRing,
    private readonly clock: Clock,
  ) {}

  /**
   * By the holder of a registered asset; the data that are behind it now are what is valued.
   *
   * @returns the engagement's id
   * @throws InvalidInput, NotAPerson, AssetNotValuable, FirmUnfit, NotQualified
   */
  commission(actor: Actor, clientId: string, input: NewEngagement): Promise<string> {
    const command = { clientId, action: 'COMMISSION_VALUATION', content: { ...input } };
    return this.commands.run(actor, command, async (tx) => {
      if (actor.kind !== 'PERSON') throw new NotAPerson();
      const { kind, assetId, firmId, baseDate, isStatutory } = input;
      const now = this.clock.now();
      if (baseDate > legalDayOf(now)) throw new InvalidInput('baseDate', 'must not be after today');
      if (isStatutory && kind !== ValuationKind.APPRAISAL)
        throw new InvalidInput('isStatutory', '资产评估法 Art. 3: a statutory one is an appraisal by a firm');
      const registered = await this.registeredIn(tx, assetId);
      if (!registered?.holderIds.includes(actor.partyId)) throw new AssetNotValuable();
      const expected = kind === ValuationKind.APPRAISAL ? PartyKind.APPRAISAL_FIRM : PartyKind.REGISTRY;
      if ((await this.parties.findIn(tx, firmId))?.kind !== expected)
        throw new FirmUnfit(
          kind === ValuationKind.APPRAISAL
            ? '评估 is done by an appraisal firm'
            : '评价 is done by the registration and evaluation centre',
        );
      if (kind === ValuationKind.APPRAISAL) await this.qualifications.firmMustBeOnFile(tx, firmId, 'firmId');
      const id = newId();
      await tx.insert(Engagement, {
        ...input,
        ...{ id, datasetVersionId: registered.datasetVersionId, holderId: actor.partyId },
        ...{ state: EngagementState.COMMISSIONED, commissionedBy: actor.id, commissionedAt: now },
      });
      const partyIds = [actor.partyId, firmId];
      await this.outbox.append(tx, {
        ...{ type: 'valuation.commissioned', subjectId: id, data: { assetId, kind }, partyIds },
      });
      return { subjectId: id, note: { assetId, firmId, kind } };
    });
  }

  /**
   * The firm takes it, and names who is in charge. Who has an interest in a party that the asset concerns takes nothing.
   *
   * @throws NotAPerson, EngagementNotFound, EngagementNotInState, AssetChanged, TooFewAppraisers, AppraiserUnfit,
   *   NotQualified, AppraiserHasInterest
   */
  accept(actor: Actor, clientId: string, id: string, personIds: readonly string[]): Promise<string> {
    const told = { personIds: [...personIds] };
    return this.act(actor, clientId, id, 'ACCEPT', told, async (engagement, tx) => {
      if (new Set(personIds).size < FEWEST) throw new TooFewAppraisers('are in charge', 'Art. 24');
      await this.mustBeUnchanged(tx, engagement);
      const people = personIds.map((personId, i) => ({ personId, path: `personIds[${i}]` }));
      await this.assignAll(tx, actor, engagement, people);
      return { acceptedBy: actor.id, acceptedAt: this.clock.now() };
    });
  }

  /** @throws NotAPerson, EngagementNotFound, EngagementNotInState */
  decline(actor: Actor, clientId: string, id: string, reason: string): Promise<string> {
    return this.end(actor, clientId, id, 'DECLINE', reason);
  }

  /** @throws NotAPerson, EngagementNotFound, EngagementNotInState */
  withdraw(actor: Actor, clientId: string, id: string, reason: string): Promise<string> {
    return this.end(actor, clientId, id, 'WITHDRAW', reason);
  }

  /**
   * One more in charge.
   *
   * @throws NotAPerson, EngagementNotFound, EngagementNotInState, AppraiserUnfit, NotQualified, AppraiserHasInterest
   */
  assign(actor: Actor, clientId: string, id: string, personId: string): Promise<string> {
    return this.act(actor, clientId, id, 'ASSIGN', { personId }, async (engagement, tx) => {
      await this.assignAll(tx, actor, engagement, [{ personId, path: 'personId' }]);
      return {};
    });
  }

  /** 回避, by the holder or the firm. @throws NotAPerson, EngagementNotFound, EngagementNotInState, AppraiserUnfit */
  recuse(actor: Actor, clientId: string, id: string, personId: string, reason: string): Promise<string> {
    return this.act(actor, clientId, id, 'RECUSE', { personId, reason }, async (_, tx) => {
      const recused = { recusedBy: actor.id, recusedAt: this.clock.now(), recusalReason: reason };
      const { affected } = await tx.update(
        Appraiser,
        { engagementId: id, personId, recusedAt: IsNull() },
        { ...recused, signedDraft: null, signedAt: null },
      );
      if (affected !== 1) throw new AppraiserUnfit('personId');
      return {};
    });
  }

  /**
   * Calculates a draft by those in charge, or another one instead of it, from what goes in alone.
   *
   * @throws InvalidInput, NotAPerson, EngagementNotFound, EngagementNotInState, AssetChanged, AppraiserUnfit,
   *   AppraiserHasInterest, MethodsTooFew
   */
  prepare(actor: Actor, clientId: string, id: string, given: NewReportContent): Promise<string> {
    const told = JSON.parse(JSON.stringify(given)) as JsonObject;
    return this.act(actor, clientId, id, 'PREPARE', { content: told }, async (engagement, tx) => {
      await this.mustBeInCharge(tx, id, actor.id);
      await this.mustHaveNoInterest(tx, engagement, [actor.id], 'engagementId');
      await this.mustBeUnchanged(tx, engagement);
      const content = await this.contentIn(tx, engagement, given);
      const { validUntil } = content;
      // 企业国有资产评估管理暂行办法 Art. 22 for what the state owns; that it holds for every report is ours.
      if (validUntil < engagement.baseDate || validUntil >= addMonths(engagement.baseDate, 12))
        throw new InvalidInput('validUntil', 'must be within one year from the base date');
      const calculation = await inTurns(calculatingReport(engagement.kind, content));
      restOnTwoApproaches(engagement.kind, content);
      const last = await this.lastDraft(tx, id);
      await tx.insert(Draft, {
        ...{ engagementId: id, number: (last?.number ?? 0) + 1 },
        ...{ content: content as never, calculation: calculation as never },
        ...{ preparedBy: actor.id, preparedAt: this.clock.now() },
      });
      return {};
    });
  }

  /**
   * 内部审核: by somebody of the firm who is not in charge, nor has been. The work of who has come to have an interest is
   * not approved, only sent back.
   *
   * @param note what is to be done otherwise; needed where it is sent back
   * @throws InvalidInput, NotAPerson, EngagementNotFound, EngagementNotInState, DraftNotCurrent, SamePerson,
   *   AppraiserHasInterest
   */
  review(
    actor: Actor,
    clientId: string,
    id: string,
    { draftNumber, isApproved, note }: { draftNumber: number; isApproved: boolean; note: string | null },
  ): Promise<string> {
    const told = { draftNumber, isApproved, note };
    return this.act(
      actor,
      clientId,
      id,
      isApproved ? 'APPROVE' : 'SEND_BACK',
      told,
      async (engagement, tx) => {
        if (!isApproved && note === null)
          throw new InvalidInput('note', 'must say what is to be done otherwise');
        const { preparedBy } = await this.draftIn(tx, id, draftNumber);
        if (await tx.existsBy(Appraiser, { engagementId: id, personId: actor.id }))
          throw new SamePerson('is in charge of a valuation, or was,', 'engagementId');
        const makers = isApproved ? [actor.id, preparedBy] : [actor.id];
        await this.mustHaveNoInterest(tx, engagement, makers, 'engagementId');
        const reviewed = { reviewedBy: actor.id, reviewedAt: this.clock.now(), isApproved, reviewNote: note };
        await tx.update(Draft, { engagementId: id, number: draftNumber }, reviewed);
        return {};
      },
    );
  }

  /**
   * By somebody in charge, who has not reviewed it.
   *
   * @throws NotAPerson, EngagementNotFound, EngagementNotInState, AppraiserUnfit, DraftNotCurrent, SamePerson,
   *   NotQualified, AppraiserHasInterest, MethodsTooFew and InvalidInput for a draft of before what is asked of it now
   */
  sign(actor: Actor, clientId: string, id: string, draftNumber: number): Promise<string> {
    return this.act(actor, clientId, id, 'SIGN', { draftNumber }, async (engagement, tx) => {
      await this.mustBeInCharge(tx, id, actor.id);
      const { reviewedBy, content } = await this.draftIn(tx, id, draftNumber);
      restOnTwoApproaches(engagement.kind, content);
      if (reviewedBy === actor.id) throw new SamePerson('reviewed a draft', 'engagementId');
      await this.holdQualified(tx, engagement, [{ personId: actor.id, path: 'engagementId' }]);
      await this.mustHaveNoInterest(tx, engagement, [actor.id], 'engagementId');
      const signed = { signedDraft: draftNumber, signedAt: this.clock.now() };
      await tx.update(Appraiser, { engagementId: id, personId: actor.id }, signed);
      return {};
    });
  }

  /**
   * Seals the reviewed draft that two in charge have signed, for the firm. It ends where an earlier one for the same
   * purpose is valid.
   *
   * @throws NotAPerson, EngagementNotFound, EngagementNotInState, AssetChanged, TooFewAppraisers, AppraiserUnfit,
   *   NotQualified, AppraiserHasInterest, InvalidInput for a report that ran out before it was delivered
   */
  deliver(actor: Actor, clientId: string, id: string): Promise<string> {
    return this.act(actor, clientId, id, 'DELIVER', {}, async (engagement, tx) => {
      await this.mustBeUnchanged(tx, engagement);
      const draft = await this.lastDraft(tx, id);
      invariant(draft?.isApproved, 'What is reviewed has an approved draft');
      const signers = await tx.find(Appraiser, {
        where: { engagementId: id, signedDraft: draft.number },
        order: { signedAt: 'ASC' },
      });
      if (signers.length < FEWEST) throw new TooFewAppraisers('sign it', 'Art. 27');
      const signerIds = signers.map(({ personId }) => personId);
      // Who has left the firm since, or its appraisers, vouches for nothing any more; that is ours.
      for (const personId of signerIds)
        await this.appraiserIn(tx, engagement.firmId, personId, 'engagementId');
      const signing = signerIds.map((personId) => ({ personId, path: 'engagementId' }));
      const qualifications = await this.holdQualified(tx, engagement, signing);
      const makers = [draft.preparedBy, draft.reviewedBy].filter((one) => one !== null);
      await this.mustHaveNoInterest(tx, engagement, [...makers, ...signerIds], 'engagementId');
      const now = this.clock.now();
      const { validUntil } = draft.content;
      if (legalDayOf(now) > validUntil)
        throw new InvalidInput('engagementId', `the draft may be used to the end of ${validUntil} only`);
      await this.insertReport(tx, { engagement, draft, signers, qualifications, deliveredBy: actor.id });
      return {};
    });
  }

  /** Shows a report to another party, such as a bank that is to lend on it. @throws InvalidInput, NotAPerson, ReportNotFound */
  disclose(actor: Actor, clientId: string, id: string, partyId: string): Promise<string> {
    const command = { clientId, action: 'DISCLOSE_VALUATION_REPORT', content: { id, partyId } };
    return this.commands.run(actor, command, async (tx) => {
      if (actor.kind !== 'PERSON') throw new NotAPerson();
      const report = await tx.findOneBy(Report, { engagementId: id });
      if (report?.holderId !== actor.partyId) throw new ReportNotFound();
      if (partyId === actor.partyId || !(await this.parties.findIn(tx, partyId)))
        throw new InvalidInput('partyId', 'must be another party of this exchange');
      await this.discloseIn(tx, actor, id, partyId);
      const event = {
        type: 'valuation.disclosed',
        subjectId: id,
        data: { assetId: report.assetId },
      } as const;
      await this.outbox.append(tx, { ...event, partyIds: [partyId, report.holderId] });
      return { subjectId: id, note: { partyId } };
    });
  }

  /** 备案, by the authority. @throws NotAPerson, ReportNotFound, ReportNotToBeFiled, FilingNumberTaken */
  file(actor: Actor, clientId: string, id: string, number: string): Promise<string> {
    const command = { clientId, action: 'FILE_VALUATION_REPORT', content: { id, number } };
    return this.commands.run(actor, command, async (tx) => {
      if (actor.kind !== 'PERSON') throw new NotAPerson();
      const report = await tx.findOneBy(Report, { engagementId: id });
      if (!report) throw new ReportNotFound();
      if (!report.isStateOwned || report.kind !== ValuationKind.APPRAISAL)
        throw new ReportNotToBeFiled('It is no appraisal of what the state owns');
      const [{ standing } = {}] = await this.standingIn(tx, [id]);
      if (standing !== ReportStanding.VALID) throw new ReportNotToBeFiled(`Its standing is ${standing}`);
      const now = this.clock.now();
      try {
        await tx.insert(ReportFiling, {
          ...{ engagementId: id, number, filedWith: actor.partyId, filedBy: actor.id, filedAt: now },
        });
      } catch (error) {
        if (isUniqueViolation(error, 'valuation_report_filing_pkey'))
          throw new ReportNotToBeFiled('It is filed already');
        if (isUniqueViolation(error, 'valuation_report_filing_number_unique')) throw new FilingNumberTaken();
        throw error;
      }
      const event = {
        type: 'valuation.filed',
        subjectId: id,
        data: { assetId: report.assetId, number },
      } as const;
      await this.outbox.append(tx, { ...event, partyIds: [report.holderId, report.firmId] });
      return { subjectId: id, note: { number } };
    });
  }

  /** @param personId null: the firm itself. @throws InvalidInput, NotAPerson, AppraiserUnfit, InterestExists */
  declareInterest(
    actor: Actor,
    clientId: string,
    { personId, partyId, nature }: Pick<AppraiserInterest, 'personId' | 'partyId' | 'nature'>,
  ): Promise<string> {
    const command = { clientId, action: 'DECLARE_INTEREST', content: { personId, partyId, nature } };
    return this.commands.run(actor, command, async (tx) => {
      if (actor.kind !== 'PERSON') throw new NotAPerson();
      if (personId !== null) await this.appraiserIn(tx, actor.partyId, personId, 'personId');
      if (partyId === actor.partyId || !(await this.parties.findIn(tx, partyId)))
        throw new InvalidInput('partyId', 'must be another party of this exchange');
      const interest = { firmId: actor.partyId, personId, partyId, nature };
      await tx.query('SELECT pg_advisory_xact_lock(hashtextextended($1, 0))', [
        `interests of ${actor.partyId}`,
      ]);
      if (
        await tx.existsBy(AppraiserInterest, {
          ...interest,
          personId: personId ?? IsNull(),
          endedAt: IsNull(),
        })
      )
        throw new InterestExists();
      const id = newId();
      await tx.insert(AppraiserInterest, {
        ...interest,
        ...{ id, declaredBy: actor.id, declaredAt: this.clock.now() },
      });
      return { subjectId: id };
    });
  }

  /** By somebody else than who has it. @throws NotAPerson, InterestNotFound, SamePerson */
  endInterest(actor: Actor, clientId: string, interestId: string): Promise<string> {
    const command = { clientId, action: 'END_INTEREST', content: { interestId } };
    return this.commands.run(actor, command, async (tx) => {
      if (actor.kind !== 'PERSON') throw new NotAPerson();
      const interest = await tx.findOneBy(AppraiserInterest, { id: interestId, endedAt: IsNull() });
      if (interest?.firmId !== actor.partyId) throw new InterestNotFound();
      if (interest.personId === actor.id) throw new SamePerson('has an interest', 'interestId');
      const ended = { endedBy: actor.id, endedAt: this.clock.now() };
      const { affected } = await tx.update(AppraiserInterest, { id: interestId, endedAt: IsNull() }, ended);
      if (affected !== 1) throw new InterestNotFound();
      return { subjectId: interestId };
    });
  }

  find(context: SecurityContext, id: string): Promise<Engagement | null> {
    return this.transactions.run(context, (tx) => tx.findOneBy(Engagement, { id }));
  }

  /** Oldest first, one more than `first`. */
  list(
    context: SecurityContext,
    { assetId, state, first, afterId }: EngagementFilter,
  ): Promise<Engagement[]> {
    return this.transactions.run(context, (tx) =>
      tx.find(Engagement, {
        where: {
          ...(assetId !== null && { assetId }),
          ...(state && { state }),
          ...(afterId !== null && { id: MoreThan(afterId) }),
        },
        order: { id: 'ASC' },
        take: first + 1,
      }),
    );
  }

  appraisersOf(context: SecurityContext, engagementIds: readonly string[]): Promise<Appraiser[]> {
    return this.transactions.run(context, (tx) =>
      tx.find(Appraiser, {
        where: { engagementId: In(engagementIds) },
        order: { engagementId: 'ASC', assignedAt: 'ASC', personId: 'ASC' },
      }),
    );
  }

  /** What was settled for the holder in the last closed months before the base date, oldest first. */
  settledIncome(context: SecurityContext, id: string, most: number): Promise<SettledMonth[]> {
    return this.transactions.run(context, (tx) => this.settledMonthsIn(tx, id, most));
  }

  /** In order; for the firm and the regulator. */
  draftsOf(context: SecurityContext, engagementIds: readonly string[]): Promise<Draft[]> {
    return this.transactions.run(context, (tx) =>
      tx.find(Draft, {
        where: { engagementId: In(engagementIds) },
        order: { engagementId: 'ASC', number: 'ASC' },
      }),
    );
  }

  reportsOf(context: SecurityContext, engagementIds: readonly string[]): Promise<Report[]> {
    return this.transactions.run(context, (tx) => tx.findBy(Report, { engagementId: In(engagementIds) }));
  }

  /** Oldest first, one more than `first`. */
  listReports(context: SecurityContext, { assetId, first, afterId }: ReportFilter): Promise<Report[]> {
    return this.transactions.run(context, (tx) =>
      tx.find(Report, {
        where: {
          ...(assetId !== null && { assetId }),
          ...(afterId !== null && { engagementId: MoreThan(afterId) }),
        },
        order: { engagementId: 'ASC' },
        take: first + 1,
      }),
    );
  }

  findReport(context: SecurityContext, engagementId: string): Promise<Report | null> {
    return this.transactions.run(context, (tx) => tx.findOneBy(Report, { engagementId }));
  }

  filingsOf(context: SecurityContext, engagementIds: readonly string[]): Promise<ReportFiling[]> {
    return this.transactions.run(context, (tx) =>
      tx.findBy(ReportFiling, { engagementId: In(engagementIds) }),
    );
  }

  disclosuresOf(context: SecurityContext, engagementIds: readonly string[]): Promise<ReportDisclosure[]> {
    return this.transactions.run(context, (tx) =>
      tx.find(ReportDisclosure, {
        where: { engagementId: In(engagementIds) },
        order: { engagementId: 'ASC', disclosedAt: 'ASC', partyId: 'ASC' },
      }),
    );
  }

  /** Whether each of these reports may be used today, also where what has replaced it may not be seen. */
  standingOf(
    context: SecurityContext,
    engagementIds: readonly string[],
  ): Promise<{ readonly engagementId: string; readonly standing: ReportStanding }[]> {
    return this.transactions.run(context, (tx) => this.standingIn(tx, engagementIds));
  }

  async standingIn(
    tx: Transaction,
    engagementIds: readonly string[],
  ): Promise<{ readonly engagementId: string; readonly standing: ReportStanding }[]> {
    const rows: { engagementId: string; standing: ReportStanding }[] = await tx.query(
      'SELECT engagement_id AS "engagementId", standing FROM valuation_report_standing($1, $2)',
      [engagementIds, legalDayOf(this.clock.now())],
    );
    return rows;
  }

  /**
   * A delivered appraisal that a value may rest on today: of this asset, for this purpose, valid, and filed where it is of
   * what the state owns.
   *
   * @throws ReportNotUsable
   */
  async reportToRestOn(
    tx: Transaction,
    id: string,
    use: { readonly assetId: string; readonly purpose: ValuationPurpose },
  ): Promise<Report> {
    const report = await tx.findOneBy(Report, { engagementId: id });
    if (report?.assetId !== use.assetId || report.kind !== ValuationKind.APPRAISAL)
      throw new ReportNotUsable('There is no appraisal of this asset with this id that you may see');
    if (report.purpose !== use.purpose)
      throw new ReportNotUsable(`It was made for ${report.purpose} (资产评估法 Art. 32)`);
    const [found] = await this.standingIn(tx, [id]);
    if (found?.standing !== ReportStanding.VALID)
      throw new ReportNotUsable(`It is not valid today: ${found?.standing ?? 'unknown'}`);
    if (report.isStateOwned && !(await tx.existsBy(ReportFiling, { engagementId: id })))
      throw new ReportNotUsable('It is of what the state owns, and not filed yet (备案)');
    return report;
  }

  /** Lets a party read a report, by its holder's own act. */
  async discloseIn(tx: Transaction, actor: AuditActor, id: string, partyId: string): Promise<void> {
    await tx.query(
      `INSERT INTO valuation_report_disclosure (engagement_id, party_id, disclosed_by, disclosed_at)
       VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING`,
      [id, partyId, actor.id, this.clock.now()],
    );
  }

  interests(context: SecurityContext, first: number, afterId: string | null): Promise<AppraiserInterest[]> {
    return this.transactions.run(context, (tx) =>
      tx.find(AppraiserInterest, {
        where: afterId === null ? {} : { id: MoreThan(afterId) },
        order: { id: 'ASC' },
        take: first + 1,
      }),
    );
  }

  findInterest(context: SecurityContext, id: string): Promise<AppraiserInterest | null> {
    return this.transactions.run(context, (tx) => tx.findOneBy(AppraiserInterest, { id }));
  }

  /** What was settled and measured is looked up here, and stands in the report from then on. @throws InvalidInput */
  private async contentIn(
    tx: Transaction,
    { id, datasetVersionId }: Engagement,
    given: NewReportContent,
  ): Promise<ReportContent> {
    const [quality] = await this.qualities.latestIn(tx, [datasetVersionId]);
    const methods = [];
    for (const [i, { settled, ...method }] of given.methods.entries()) {
      // Reports of before there was this rule are recomputed as they are, so it is not one of the computation.
      if (method.method === INDICATOR_MODEL && quality?.score == null)
        throw new InvalidInput(
          `methods[${i}].inputs.scores.quality`,
          'is measured from the data, and was not yet',
        );
      if (!settled) {
        methods.push({ ...method, settled: null });
        continue;
      }
      const { pastYears, years, yearlyGrowth } = settled;
      const months = await this.settledMonthsIn(tx, id, 12 * pastYears);
      if (months.length < 12 * pastYears)
        throw new InvalidInput(
          `methods[${i}].settled.pastYears`,
          `only ${months.length} months before the base date are closed`,
        );
      methods.push({ ...method, settled: { months, years, yearlyGrowth } });
    }
    return { ...given, methods, quality: quality ? measured(quality) : null };
  }

  private async settledMonthsIn(tx: Transaction, id: string, most: number): Promise<SettledMonth[]> {
    const rows: { month: string; amount_minor: string }[] = await tx.query(
      'SELECT month, amount_minor FROM valuation_settled_income($1, $2)',
      [id, most],
    );
    return rows.map(({ month, amount_minor: minor }) => ({
      month,
      amount: Money.ofMinorUnits(BigInt(minor), 'CNY').toDecimal(),
    }));
  }

  private end(
    actor: Actor,
    clientId: string,
    id: string,
    act: 'DECLINE' | 'WITHDRAW',
    reason: string,
  ): Promise<string> {
    return this.act(actor, clientId, id, act, { reason }, () =>
      Promise.resolve({ endedBy: actor.id, endedAt: this.clock.now(), endReason: reason }),
    );
  }

  private async insertReport(
    tx: Transaction,
    {
      engagement,
      draft,
      signers,
      qualifications,
      deliveredBy,
    }: {
      readonly engagement: Engagement;
      readonly draft: Draft;
      readonly signers: readonly Appraiser[];
      readonly qualifications: readonly Qualification[];
      readonly deliveredBy: string;
    },
  ): Promise<void> {
    const { id, assetId, datasetVersionId, holderId, firmId, kind, purpose, baseDate } = engagement;
    const { isStateOwned, isStatutory } = engagement;
    const now = this.clock.now();
    const [about]: { name: string; file_sha256: Buffer; query_code: string | null }[] = await tx.query(
      `SELECT asset.name, version.file_sha256, (
              SELECT query_code FROM certificate WHERE asset_id = asset.id AND NOT EXISTS (
                SELECT FROM certificate_end WHERE certificate_id = certificate.id)
              ORDER BY track, issued_at DESC LIMIT 1) AS query_code
       FROM asset JOIN dataset_version AS version ON version.id = $2 WHERE asset.id = $1`,
      [assetId, datasetVersionId],
    );
    invariant(about, 'What is valued is in the register');
    const [holder, firm] = [await this.parties.findIn(tx, holderId), await this.parties.findIn(tx, firmId)];
    invariant(holder && firm, 'Parties stay');
    const reviewer = await this.persons.findIn(tx, draft.reviewedBy ?? '');
    invariant(reviewer, 'What is reviewed has a reviewer');
    const keptFor = isStatutory ? YEARS_KEPT.statutory : YEARS_KEPT.ordinary;
    const keptUntil = addMonths(legalDayOf(now), 12 * keptFor);
    const { index: statusIndex, entry: status } = await this.statusLists.nextEntryIn(tx);
    const document = canonicalJson(
      reportOf({
        engagement,
        asset: {
          name: about.name,
          queryCode: about.query_code,
          fileSha256: about.file_sha256.toString('hex'),
        },
        holder: { name: holder.name, uscc: holder.uscc },
        firm: { name: firm.name, uscc: firm.uscc },
        draft,
        reviewer: reviewer.displayName,
        signers,
        qualifications,
        deliveredAt: now,
        keptUntil,
        status,
      }),
    );
    const key = this.keys.signing('VALUATION');
    const keyId = keyIdOf(key.publicKey);
    const sealed = compactOf(
      document,
      keyId,
      key.sign(signingInputOf(document, keyId, REPORT_TYPE)),
      REPORT_TYPE,
    );
    const { value, score } = draft.calculation.conclusion;
    const money = value === null ? null : Money.parse(value, 'CNY', 'value');
    await tx.insert(Report, {
      ...{ engagementId: id, assetId, holderId, firmId, kind, purpose, isStateOwned, score },
      ...{ document: sealed, sha256: createHash('sha256').update(sealed).digest() },
      ...{ valueMinor: money?.minorUnits ?? null, currency: money?.currency ?? null },
      ...{ baseDate, validUntil: draft.content.validUntil, keptUntil, deliveredBy, deliveredAt: now },
      statusIndex,
    });
  }

  private async assignAll(
    tx: Transaction,
    actor: Actor,
    engagement: Engagement,
    people: readonly Appraising[],
  ): Promise<void> {
    const { id, firmId } = engagement;
    const named = [];
    for (const { personId, path } of people) {
      const { displayName: name } = await this.appraiserIn(tx, firmId, personId, path);
      named.push({ personId, path, name });
    }
    await this.holdQualified(tx, engagement, people);
    for (const { personId, path } of people) await this.mustHaveNoInterest(tx, engagement, [personId], path);
    const now = this.clock.now();
    for (const { personId, path, name } of named) {
      const assigned = { engagementId: id, personId, name, assignedBy: actor.id, assignedAt: now };
      try {
        await tx.insert(Appraiser, assigned);
      } catch (error) {
        // In charge already, or recused for good.
        if (isUniqueViolation(error, 'valuation_appraiser_pkey')) throw new AppraiserUnfit(path);
        throw error;
      }
    }
  }

  /** What a licensed firm and its people appraise by; an evaluation needs none. @throws NotQualified */
  private async holdQualified(
    tx: Transaction,
    engagement: Engagement,
    people: readonly Appraising[],
  ): Promise<readonly Qualification[]> {
    if (engagement.kind !== ValuationKind.APPRAISAL) return [];
    return this.qualifications.holdIn(tx, engagement, people);
  }

  /** @throws AppraiserUnfit */
  private async appraiserIn(
    tx: Transaction,
    firmId: string,
    personId: string,
    path: string,
  ): Promise<Person> {
    const person = await this.persons.findIn(tx, personId);
    const isFit = person?.partyId === firmId && person.isActive && person.roles.includes(Role.APPRAISER);
    if (!isFit) throw new AppraiserUnfit(path);
    return person;
  }

  /** @throws AppraiserHasInterest */
  private async mustHaveNoInterest(
    tx: Transaction,
    { assetId, firmId }: Engagement,
    personIds: readonly string[],
    path: string,
  ): Promise<void> {
    const concerned: { party: string }[] = await tx.query(
      'SELECT asset_interested_parties AS party FROM asset_interested_parties($1)',
      [assetId],
    );
    const parties = concerned.map(({ party }) => party);
    if (parties.includes(firmId))
      throw new AppraiserHasInterest('engagementId', 'the firm has rights in the asset');
    const interests = await tx.findBy(AppraiserInterest, {
      firmId,
      partyId: In(parties),
      endedAt: IsNull(),
    });
    const found = interests.find(({ personId }) => personId === null || personIds.includes(personId));
    if (found) throw new AppraiserHasInterest(found.personId === null ? 'engagementId' : path, found.nature);
  }

  /** @throws AppraiserUnfit */
  private async mustBeInCharge(tx: Transaction, engagementId: string, personId: string): Promise<void> {
    const isInCharge = await tx.existsBy(Appraiser, { engagementId, personId, recusedAt: IsNull() });
    if (!isInCharge) throw new AppraiserUnfit('engagementId');
  }

  /** @throws AssetChanged */
  private async mustBeUnchanged(
    tx: Transaction,
    { assetId, datasetVersionId, holderId }: Engagement,
  ): Promise<void> {
    const registered = await this.registeredIn(tx, assetId);
    const isSame =
      registered?.datasetVersionId === datasetVersionId && registered.holderIds.includes(holderId);
    if (!isSame) throw new AssetChanged();
  }

  /** What is behind an asset that is in the register of either track, and who holds it; null: it is in neither. */
  private async registeredIn(
    tx: Transaction,
    assetId: string,
  ): Promise<{ readonly datasetVersionId: string; readonly holderIds: readonly string[] } | null> {
    const [found]: { datasetVersionId: string; holderIds: string[] }[] = await tx.query(
      `SELECT dataset_version_id AS "datasetVersionId", holder_ids AS "holderIds" FROM asset_in_register($1)`,
      [assetId],
    );
    return found ?? null;
  }

  private lastDraft(tx: Transaction, engagementId: string): Promise<Draft | null> {
    return tx.findOne(Draft, { where: { engagementId }, order: { number: 'DESC' } });
  }

  /** @throws DraftNotCurrent */
  private async draftIn(tx: Transaction, engagementId: string, number: number): Promise<Draft> {
    const last = await this.lastDraft(tx, engagementId);
    invariant(last, 'What is prepared has a draft');
    if (last.number !== number) throw new DraftNotCurrent(last.number);
    return last;
  }

  private act(
    actor: Actor,
    clientId: string,
    id: string,
    act: EngagementAct,
    told: JsonObject,
    decide: (engagement: Engagement, tx: Transaction) => Promise<Change>,
  ): Promise<string> {
    const { to, by, rule } = ENGAGEMENT[act];
    const command = { clientId, action: `${act}_VALUATION`, content: { ...told, id } };
    return this.commands.run(actor, command, async (tx) => {
      if (actor.kind !== 'PERSON') throw new NotAPerson();
      const engagement = await tx.findOne(Engagement, { where: { id }, lock: { mode: 'for_no_key_update' } });
      if (!engagement) throw new EngagementNotFound();
      const { holderId, firmId, assetId, state } = engagement;
      const isTheirs = { HOLDER: [holderId], FIRM: [firmId], EITHER: [holderId, firmId] }[by].includes(
        actor.partyId,
      );
      if (!isTheirs) throw new EngagementNotFound();
      if (!isEngagementActAllowed(act, state)) throw new EngagementNotInState(act, state, rule);
      const change = await decide(engagement, tx);
      const moved = to && { state: EngagementState[to] };
      if (moved ?? Object.keys(change).length > 0)
        await tx.update(Engagement, { id }, { ...change, ...moved });
      const type = ENGAGEMENT_EVENT_OF[act];
      if (type) {
        const partyIds = [holderId, firmId];
        await this.outbox.append(tx, {
          type,
          subjectId: id,
          data: { assetId, state: to ?? state },
          partyIds,
        });
      }
      return { subjectId: id, note: { to: to ?? state } };
    });
  }
}

const measured = ({ id, measuredAt, score, groupScores, measuredRules }: QualityReport): MeasuredQuality => ({
  reportId: id,
  measuredAt: measuredAt.toISOString(),
  score,
  groupScores: { ...groupScores },
  measuredRules: { ...measuredRules },
});
