import { Args, Int, Mutation, Parent, Query, ResolveField, Resolver } from '@nestjs/graphql';

import { SamePerson } from '#libs/asset';
import { ClientIdReused, NotAPerson } from '#libs/audit';
import { InvalidInput, invariant, type JsonObject, type JsonValue, parseExactJson } from '#libs/foundation';
import {
  type Actor,
  AllowedTo,
  AllowedToSignedIn,
  type BatchRead,
  CurrentActor,
  CurrentRequest,
  declareResult,
  GraphQLUuid,
  idAfter,
  loadOne,
  PageArgs,
  pageOf,
  type RequestContext,
  Role,
} from '#libs/graphql';
import { Money } from '#libs/money';

import { METHODS } from '../methods.ts';
import { NotQualified } from '../qualification/qualification.errors.ts';
import { methodsInBrief } from '../report/approaches.ts';
import type { ValuationReport } from '../report/report.ts';
import { unverified } from '../report/verify-report.ts';
import type { Appraiser } from './appraiser.entity.ts';
import type { Draft } from './draft.entity.ts';
import { EngagementState, ReportStanding } from './engagement-state.ts';
import * as refusals from './engagement.errors.ts';
import {
  AcceptValuationInput,
  AssignAppraiserInput,
  CommissionValuationInput,
  DeclareInterestInput,
  DeclineValuationInput,
  DeliverValuationInput,
  DiscloseValuationReportInput,
  EndInterestInput,
  FileValuationReportInput,
  PrepareValuationInput,
  RecuseAppraiserInput,
  type ReportMethodInput,
  ReviewValuationInput,
  SignValuationInput,
  WithdrawValuationInput,
} from './engagement.input.ts';
import {
  AppraiserObject,
  DraftObject,
  EngagementConnection,
  EngagementObject,
  InterestConnection,
  InterestObject,
  ReportConnection,
  ReportDisclosureObject,
  ReportFilingObject,
  ReportMethodObject,
  ReportObject,
  SettledMonthObject,
} from './engagement.object.ts';
import { EngagementService } from './engagement.service.ts';
import type { ReportDisclosure } from './report-disclosure.entity.ts';
import type { ReportFiling } from './report-filing.entity.ts';
import type { Report } from './report.entity.ts';

/** Who decides for a party that holds what is valued. */
const HOLDERS = [Role.CHIEF_DATA_REPRESENTATIVE, Role.INSTITUTION_USER, Role.OPERATOR];

const MOST_MONTHS = 120;

const always = [InvalidInput, ClientIdReused, NotAPerson];
const ofAct = [...always, refusals.EngagementNotFound, refusals.EngagementNotInState];
const ofPeople = [refusals.AppraiserUnfit, NotQualified, refusals.AppraiserHasInterest];
const resultOf = (name: string, more: Parameters<typeof declareResult>[2] = []) =>
  declareResult(name, EngagementObject, [...ofAct, ...more]);
const CommissionValuationResult = declareResult('CommissionValuationResult', EngagementObject, [
  ...always,
  refusals.AssetNotValuable,
  refusals.FirmUnfit,
  NotQualified,
]);
const AcceptValuationResult = resultOf('AcceptValuationResult', [
  ...ofPeople,
  refusals.AssetChanged,
  refusals.TooFewAppraisers,
]);
const DeclineValuationResult = resultOf('DeclineValuationResult');
const WithdrawValuationResult = resultOf('WithdrawValuationResult');
const AssignAppraiserResult = resultOf('AssignAppraiserResult', ofPeople);
const RecuseAppraiserResult = resultOf('RecuseAppraiserResult', [refusals.AppraiserUnfit]);
const PrepareValuationResult = resultOf('PrepareValuationResult', [
  refusals.AppraiserUnfit,
  refusals.AppraiserHasInterest,
  refusals.AssetChanged,
  refusals.MethodsTooFew,
]);
const ReviewValuationResult = resultOf('ReviewValuationResult', [
  refusals.DraftNotCurrent,
  refusals.AppraiserHasInterest,
  SamePerson,
]);
const SignValuationResult = resultOf('SignValuationResult', [
  ...ofPeople,
  refusals.DraftNotCurrent,
  refusals.MethodsTooFew,
  SamePerson,
]);
const DeliverValuationResult = resultOf('DeliverValuationResult', [
  ...ofPeople,
  refusals.AssetChanged,
  refusals.TooFewAppraisers,
]);
const DiscloseValuationReportResult = declareResult('DiscloseValuationReportResult', ReportObject, [
  ...always,
  refusals.ReportNotFound,
]);
const FileValuationReportResult = declareResult('FileValuationReportResult', ReportObject, [
  ...always,
  refusals.ReportNotFound,
  refusals.ReportNotToBeFiled,
  refusals.FilingNumberTaken,
]);
const DeclareInterestResult = declareResult('DeclareInterestResult', InterestObject, [
  ...always,
  refusals.AppraiserUnfit,
  refusals.InterestExists,
]);
const EndInterestResult = declareResult('EndInterestResult', InterestObject, [
  ...always,
  refusals.InterestNotFound,
  SamePerson,
]);

type ShownReport = ReturnType<typeof shown>;
type ShownDraft = ReturnType<typeof shownDraft>;

const shown = ({ valueMinor, currency, sha256, ...rest }: Report) => ({
  ...rest,
  currency,
  value:
    valueMinor === null || currency === null ? null : Money.ofMinorUnits(valueMinor, currency).toDecimal(),
  sha256: sha256.toString('hex'),
});

const shownDraft = ({ content, calculation, ...draft }: Draft) => ({
  ...draft,
  content: JSON.stringify(content),
  calculation: JSON.stringify(calculation),
});

@Resolver(() => EngagementObject)
export class EngagementResolver {
  constructor(private readonly engagements: EngagementService) {}

  private readonly appraisersByEngagement: BatchRead<readonly Appraiser[]> = async (ids, actor) => {
    const found = await this.engagements.appraisersOf(actor, ids);
    return ids.map((id) => found.filter(({ engagementId }) => engagementId === id));
  };

  private readonly draftsByEngagement: BatchRead<readonly ShownDraft[]> = async (ids, actor) => {
    const found = await this.engagements.draftsOf(actor, ids);
    return ids.map((id) => found.filter(({ engagementId }) => engagementId === id).map(shownDraft));
  };

  private readonly reportByEngagement: BatchRead<ShownReport | null> = async (ids, actor) => {
    const found = await this.engagements.reportsOf(actor, ids);
    return ids.map((id) => {
      const report = found.find(({ engagementId }) => engagementId === id);
      return report ? shown(report) : null;
    });
  };

  @AllowedToSignedIn()
  @Query(() => EngagementObject, {
    nullable: true,
    description:
      'A valuation that your party has commissioned or was commissioned with; a regulator sees all',
  })
  valuationEngagement(@CurrentActor() actor: Actor, @Args('id', { type: () => GraphQLUuid }) id: string) {
    return this.engagements.find(actor, id);
  }

  @AllowedToSignedIn()
  @Query(() => EngagementConnection, {
    name: 'valuationEngagements',
    description: 'Valuations that your party has commissioned or was commissioned with, oldest first',
  })
  async listEngagements(
    @CurrentActor() actor: Actor,
    @Args() { first, after }: PageArgs,
    @Args('assetId', { type: () => GraphQLUuid, nullable: true, description: 'Of this asset only' })
    assetId: string | null,
    @Args('state', { type: () => EngagementState, nullable: true, description: 'In this state only' })
    state: EngagementState | null,
  ) {
    const filter = { assetId: assetId ?? null, state: state ?? null, first, afterId: idAfter(after) };
    return pageOf(await this.engagements.list(actor, filter), first, ({ id }) => [id]);
  }

  @ResolveField('appraisers', () => [AppraiserObject], { description: 'Who is, or was, in charge' })
  appraisersOf(@Parent() { id }: EngagementObject, @CurrentRequest() request: RequestContext) {
    return loadOne(request, this.appraisersByEngagement, id);
  }

  @ResolveField('drafts', () => [DraftObject], {
    description: 'Drafts of its report, in order; for the firm and the regulator',
  })
  draftsOf(@Parent() { id }: EngagementObject, @CurrentRequest() request: RequestContext) {
    return loadOne(request, this.draftsByEngagement, id);
  }

  @ResolveField('report', () => ReportObject, { nullable: true, description: 'What was delivered' })
  reportOf(@Parent() { id }: EngagementObject, @CurrentRequest() request: RequestContext) {
    return loadOne(request, this.reportByEngagement, id);
  }

  @AllowedToSignedIn()
  @Query(() => [SettledMonthObject], {
    description:
      'What this exchange has settled for the holder of an asset that your firm values, or that is yours: the last closed months before the base date, oldest first',
  })
  settledIncome(
    @CurrentActor() actor: Actor,
    @Args('engagementId', { type: () => GraphQLUuid, description: 'The engagement' }) engagementId: string,
    @Args('months', { type: () => Int, defaultValue: 12, description: 'How many months, 120 at most' })
    months: number,
  ) {
    if (months < 1 || months > MOST_MONTHS) throw new InvalidInput('months', `must be 1 to ${MOST_MONTHS}`);
    return this.engagements.settledIncome(actor, engagementId, months);
  }

  @AllowedTo(...HOLDERS)
  @Mutation(() => CommissionValuationResult, {
    description: '委托评价/评估: has a registered asset valued (资产评估法 Art. 22, 23)',
  })
  commissionValuation(
    @CurrentActor() actor: Actor,
    @Args('input') { clientId, ...input }: CommissionValuationInput,
  ) {
    return this.after(actor, this.engagements.commission(actor, clientId, input));
  }

  @AllowedTo(Role.APPRAISER)
  @Mutation(() => AcceptValuationResult, {
    description: '受理: takes an engagement and names who is in charge (资产评估法 Art. 24)',
  })
  acceptValuation(
    @CurrentActor() actor: Actor,
    @Args('input') { clientId, engagementId, personIds }: AcceptValuationInput,
  ) {
    return this.after(actor, this.engagements.accept(actor, clientId, engagementId, personIds));
  }

  @AllowedTo(Role.APPRAISER)
  @Mutation(() => DeclineValuationResult, {
    description: '不予受理或解除委托: ends an engagement for the firm (资产评估法 Art. 18, 19)',
  })
  declineValuation(
    @CurrentActor() actor: Actor,
    @Args('input') { clientId, engagementId, reason }: DeclineValuationInput,
  ) {
    return this.after(actor, this.engagements.decline(actor, clientId, engagementId, reason));
  }

  @AllowedTo(...HOLDERS)
  @Mutation(() => WithdrawValuationResult, {
    description: '撤回委托: lets go of a valuation that is not delivered',
  })
  withdrawValuation(
    @CurrentActor() actor: Actor,
    @Args('input') { clientId, engagementId, reason }: WithdrawValuationInput,
  ) {
    return this.after(actor, this.engagements.withdraw(actor, clientId, engagementId, reason));
  }

  @AllowedTo(Role.APPRAISER)
  @Mutation(() => AssignAppraiserResult, { description: '增派: puts one more appraiser in charge' })
  assignAppraiser(
    @CurrentActor() actor: Actor,
    @Args('input') { clientId, engagementId, personId }: AssignAppraiserInput,
  ) {
    return this.after(actor, this.engagements.assign(actor, clientId, engagementId, personId));
  }

  @AllowedTo(Role.APPRAISER, ...HOLDERS)
  @Mutation(() => RecuseAppraiserResult, {
    description: '回避: takes an appraiser off, by the firm or who has commissioned it (资产评估法 Art. 24)',
  })
  recuseAppraiser(
    @CurrentActor() actor: Actor,
    @Args('input') { clientId, engagementId, personId, reason }: RecuseAppraiserInput,
  ) {
    return this.after(actor, this.engagements.recuse(actor, clientId, engagementId, personId, reason));
  }

  @AllowedTo(Role.APPRAISER)
  @Mutation(() => PrepareValuationResult, {
    description: '编制报告: calculates a draft from what goes in, by somebody in charge (资产评估法 Art. 26)',
  })
  prepareValuation(@CurrentActor() actor: Actor, @Args('input') input: PrepareValuationInput) {
    return this.prepare(actor, input);
  }

  @AllowedTo(Role.APPRAISER)
  @Mutation(() => ReviewValuationResult, {
    description:
      '内部审核: approves a draft or sends it back, by somebody who is not in charge (资产评估法 Art. 26; that it is another is ours)',
  })
  reviewValuation(
    @CurrentActor() actor: Actor,
    @Args('input') { clientId, engagementId, draftNumber, isApproved, note }: ReviewValuationInput,
  ) {
    const review = { draftNumber, isApproved, note: note ?? null };
    return this.after(actor, this.engagements.review(actor, clientId, engagementId, review));
  }

  @AllowedTo(Role.APPRAISER)
  @Mutation(() => SignValuationResult, {
    description:
      '签名: by each in charge, two at least, none of whom has reviewed it (资产评估法 Art. 27, 28)',
  })
  signValuation(
    @CurrentActor() actor: Actor,
    @Args('input') { clientId, engagementId, draftNumber }: SignValuationInput,
  ) {
    return this.after(actor, this.engagements.sign(actor, clientId, engagementId, draftNumber));
  }

  @AllowedTo(Role.APPRAISER)
  @Mutation(() => DeliverValuationResult, {
    description: '出具报告: seals what was reviewed and signed, and hands it over',
  })
  deliverValuation(
    @CurrentActor() actor: Actor,
    @Args('input') { clientId, engagementId }: DeliverValuationInput,
  ) {
    return this.after(actor, this.engagements.deliver(actor, clientId, engagementId));
  }

  private async prepare(actor: Actor, input: PrepareValuationInput) {
    const { clientId, engagementId, methods, singleMethodReason, assumptions, validUntil } = input;
    const content = {
      methods: methods.map(contentOf),
      singleMethodReason: singleMethodReason ?? null,
      assumptions,
      validUntil,
    };
    return this.after(actor, this.engagements.prepare(actor, clientId, engagementId, content));
  }

  private async after(actor: Actor, done: Promise<string>) {
    return this.engagements.find(actor, await done);
  }
}

@Resolver(() => ReportObject)
export class ReportResolver {
  constructor(private readonly engagements: EngagementService) {}

  private readonly standingByReport: BatchRead<ReportStanding> = async (ids, actor) => {
    const found = await this.engagements.standingOf(actor, ids);
    return ids.map(
      (id) => found.find(({ engagementId }) => engagementId === id)?.standing ?? ReportStanding.EXPIRED,
    );
  };

  private readonly filingByReport: BatchRead<ReportFiling | null> = async (ids, actor) => {
    const found = await this.engagements.filingsOf(actor, ids);
    return ids.map((id) => found.find(({ engagementId }) => engagementId === id) ?? null);
  };

  private readonly disclosuresByReport: BatchRead<readonly ReportDisclosure[]> = async (ids, actor) => {
    const found = await this.engagements.disclosuresOf(actor, ids);
    return ids.map((id) => found.filter(({ engagementId }) => engagementId === id));
  };

  @AllowedToSignedIn()
  @Query(() => ReportConnection, {
    name: 'valuationReports',
    description: 'Delivered reports of your assets, by your firm, or shown to your party; oldest first',
  })
  async listReports(
    @CurrentActor() actor: Actor,
    @Args() { first, after }: PageArgs,
    @Args('assetId', { type: () => GraphQLUuid, nullable: true, description: 'Of this asset only' })
    assetId: string | null,
  ) {
    const filter = { assetId: assetId ?? null, first, afterId: idAfter(after) };
    const found = await this.engagements.listReports(actor, filter);
    return pageOf(found.map(shown), first, ({ engagementId }) => [engagementId]);
  }

  @ResolveField('standing', () => ReportStanding, { description: 'Whether it may be used today' })
  standingOf(@Parent() { engagementId }: ReportObject, @CurrentRequest() request: RequestContext) {
    return loadOne(request, this.standingByReport, engagementId);
  }

  @ResolveField('methods', () => [ReportMethodObject], {
    description: 'The methods that it rests on, in their order',
  })
  methodsOf(@Parent() { document }: ReportObject) {
    const report = unverified(document);
    invariant(report, 'What is delivered is a report');
    return methodsInBrief(report as unknown as ValuationReport);
  }

  @ResolveField('filing', () => ReportFilingObject, {
    nullable: true,
    description: '备案, which a report on what the state owns needs before it is used',
  })
  filingOf(@Parent() { engagementId }: ReportObject, @CurrentRequest() request: RequestContext) {
    return loadOne(request, this.filingByReport, engagementId);
  }

  @ResolveField('disclosures', () => [ReportDisclosureObject], {
    description: 'Whom the holder has shown it, as far as you may know',
  })
  disclosuresOf(@Parent() { engagementId }: ReportObject, @CurrentRequest() request: RequestContext) {
    return loadOne(request, this.disclosuresByReport, engagementId);
  }

  @AllowedTo(...HOLDERS)
  @Mutation(() => DiscloseValuationReportResult, {
    description: '出示报告: lets another party read it, such as a bank that lends on it (资产评估法 Art. 32)',
  })
  discloseValuationReport(
    @CurrentActor() actor: Actor,
    @Args('input') { clientId, engagementId, partyId }: DiscloseValuationReportInput,
  ) {
    return this.after(actor, this.engagements.disclose(actor, clientId, engagementId, partyId));
  }

  @AllowedTo(Role.REGULATOR)
  @Mutation(() => FileValuationReportResult, {
    description: '备案: files an appraisal of what the state owns, by the authority',
  })
  fileValuationReport(
    @CurrentActor() actor: Actor,
    @Args('input') { clientId, engagementId, number }: FileValuationReportInput,
  ) {
    return this.after(actor, this.engagements.file(actor, clientId, engagementId, number));
  }

  private async after(actor: Actor, done: Promise<string>) {
    const report = await this.engagements.findReport(actor, await done);
    return report && shown(report);
  }
}

@Resolver(() => InterestObject)
export class InterestResolver {
  constructor(private readonly engagements: EngagementService) {}

  @AllowedTo(Role.APPRAISER, Role.REGULATOR)
  @Query(() => InterestConnection, {
    name: 'appraiserInterests',
    description: '利害关系 that your firm has declared, oldest first; a regulator sees everybody’s',
  })
  async listInterests(@CurrentActor() actor: Actor, @Args() { first, after }: PageArgs) {
    return pageOf(await this.engagements.interests(actor, first, idAfter(after)), first, ({ id }) => [id]);
  }

  @AllowedTo(Role.APPRAISER)
  @Mutation(() => DeclareInterestResult, {
    description:
      '申报利害关系: of the firm or of one of its people, in a party (资产评估法 Art. 13(6), 20(4))',
  })
  declareInterest(
    @CurrentActor() actor: Actor,
    @Args('input') { clientId, personId, partyId, nature }: DeclareInterestInput,
  ) {
    const interest = { personId: personId ?? null, partyId, nature };
    return this.after(actor, this.engagements.declareInterest(actor, clientId, interest));
  }

  @AllowedTo(Role.APPRAISER)
  @Mutation(() => EndInterestResult, {
    description: 'Ends an interest that was declared, by another than who has it',
  })
  endInterest(@CurrentActor() actor: Actor, @Args('input') { clientId, interestId }: EndInterestInput) {
    return this.after(actor, this.engagements.endInterest(actor, clientId, interestId));
  }

  private async after(actor: Actor, done: Promise<string>) {
    return this.engagements.findInterest(actor, await done);
  }
}

/** @throws InvalidInput */
function contentOf({ method, inputs, weight, simulation, settled }: ReportMethodInput, i: number) {
  return {
    method,
    version: newestVersionOf(method, `methods[${i}].method`),
    inputs: objectOf(inputs, `methods[${i}].inputs`),
    weight,
    simulation: simulation
      ? {
          seed: simulation.seed,
          draws: simulation.draws,
          distributions: listOf(simulation.distributions, `methods[${i}].simulation.distributions`),
        }
      : null,
    settled: settled && {
      pastYears: settled.pastYears,
      years: settled.years,
      yearlyGrowth: settled.yearlyGrowth,
    },
  };
}

/** @throws InvalidInput */
function newestVersionOf(method: string, path: string): number {
  const found = METHODS.findLast(({ id }) => id === method);
  if (!found) throw new InvalidInput(path, `must be one of ${METHODS.map(({ id }) => id).join(', ')}`);
  return found.version;
}

/** @throws InvalidInput */
function objectOf(text: string, path: string): JsonObject {
  const value = jsonOf(text, path);
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new InvalidInput(path, 'must be a JSON object');
  return value as JsonObject;
}

/** @throws InvalidInput */
function listOf(text: string, path: string): JsonValue[] {
  const value = jsonOf(text, path);
  if (!Array.isArray(value)) throw new InvalidInput(path, 'must be a JSON list');
  return value as JsonValue[];
}

/** Deeper than what any method takes, and far from where walking through it runs out of stack. */
const DEEPEST = 20;

/** @throws InvalidInput */
function jsonOf(text: string, path: string): JsonValue {
  const value = parseExactJson(text, path);
  if (!isWithin(value, DEEPEST)) throw new InvalidInput(path, `must be nested ${DEEPEST} deep at most`);
  return value;
}

function isWithin(value: JsonValue, depth: number): boolean {
  if (typeof value !== 'object' || value === null) return true;
  return depth > 0 && Object.values(value).every((inner: JsonValue) => isWithin(inner, depth - 1));
}
