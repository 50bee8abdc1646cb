import { Args, Mutation, Parent, Query, ResolveField, Resolver } from '@nestjs/graphql';

import { ClientIdReused } from '#libs/audit';
import { DatasetVersionObject } from '#libs/dataset';
import { InvalidInput } from '#libs/foundation';
import {
  type Actor,
  AllowedTo,
  AllowedToSignedIn,
  type BatchRead,
  CurrentActor,
  CurrentRequest,
  declareResult,
  GraphQLDecimal,
  GraphQLUuid,
  idAfter,
  inOrderOf,
  loadOne,
  PageArgs,
  pageOf,
  type RequestContext,
  Role,
  sortKeyAfter,
} from '#libs/graphql';

import { DatasetVersionNotConfirmed, MeasurementTooLong, NoQualityRules } from '../quality.errors.ts';
import { QualityRuleObject } from '../rule/quality-rule.object.ts';
import { shownRule } from '../rule/quality-rule.resolver.ts';
import { QualityRuleService } from '../rule/quality-rule.service.ts';
import { QualityGroup } from '../rule/rule-kind.ts';
import type { QualityReport } from './quality-report.entity.ts';
import {
  FailingRowConnection,
  MeasureQualityInput,
  QualityGroupScoreObject,
  QualityReportConnection,
  QualityReportObject,
  QualityResultObject,
} from './quality-report.object.ts';
import { QualityReportService } from './quality-report.service.ts';
import type { QualityResult } from './quality-result.entity.ts';
import { groupsOf, rateOf } from './quality-scores.ts';

const MeasureQualityResult = declareResult('MeasureQualityResult', QualityReportObject, [
  ...[InvalidInput, ClientIdReused, DatasetVersionNotConfirmed, NoQualityRules, MeasurementTooLong],
]);

@Resolver(() => QualityReportObject)
export class QualityReportResolver {
  constructor(private readonly reports: QualityReportService) {}

  private readonly resultsByReport: BatchRead<QualityResult[]> = async (ids, actor) => {
    const found = await this.reports.resultsOf(actor, ids);
    return ids.map((id) => found.filter(({ reportId }) => reportId === id));
  };

  @AllowedToSignedIn()
  @Query(() => QualityReportObject, { nullable: true, description: 'A quality report by its id' })
  qualityReport(@CurrentActor() actor: Actor, @Args('id', { type: () => GraphQLUuid }) id: string) {
    return this.reports.find(actor, id);
  }

  @AllowedToSignedIn()
  @Query(() => QualityReportConnection, {
    name: 'qualityReports',
    description: 'The reports of a dataset over all its versions, oldest first: the trend',
  })
  async listReports(
    @CurrentActor() actor: Actor,
    @Args('datasetId', { type: () => GraphQLUuid, description: 'The dataset' }) datasetId: string,
    @Args() { first, after }: PageArgs,
  ) {
    return pageOf(await this.reports.list(actor, datasetId, first, idAfter(after)), first, ({ id }) => [id]);
  }

  @AllowedTo(Role.DATA_SPECIALIST, Role.CHIEF_DATA_REPRESENTATIVE)
  @Query(() => FailingRowConnection, {
    description:
      'The rows of your party’s data that a rule has found failing, by number; personal values stay hidden',
  })
  async qualityFailingRows(
    @CurrentActor() actor: Actor,
    @Args('reportId', { type: () => GraphQLUuid, description: 'The report' }) reportId: string,
    @Args('ruleId', { type: () => GraphQLUuid, description: 'A rule of it' }) ruleId: string,
    @Args() { first, after }: PageArgs,
  ) {
    const [behind = '0'] = sortKeyAfter(after, 1) ?? [];
    if (!/^\d{1,18}$/.test(behind)) throw new InvalidInput('after', 'must be a cursor of this list');
    const found = await this.reports.failingRows(actor, { reportId, ruleId }, first, BigInt(behind));
    return pageOf(found, first, ({ rowNumber }) => [rowNumber]);
  }

  @AllowedTo(Role.DATA_SPECIALIST, Role.CHIEF_DATA_REPRESENTATIVE)
  @Mutation(() => MeasureQualityResult, {
    description: 'Measures a version by the rules that its dataset has, and signs the report',
  })
  measureQuality(
    @CurrentActor() actor: Actor,
    @Args('input') { clientId, datasetVersionId }: MeasureQualityInput,
  ) {
    const measured = this.reports.measure(actor, clientId, datasetVersionId);
    return measured.then((id) => this.reports.find(actor, id));
  }

  @ResolveField(() => [QualityResultObject], { description: 'What each rule has found' })
  async results(@Parent() { id }: QualityReportObject, @CurrentRequest() request: RequestContext) {
    return (await loadOne(request, this.resultsByReport, id)) ?? [];
  }

  @ResolveField(() => [QualityGroupScoreObject], { description: 'The groups that were measured' })
  groups(@Parent() report: QualityReport) {
    return groupsOf(report).filter(({ score }) => score !== null);
  }

  @ResolveField(() => [QualityGroup], {
    description: 'The groups of GB/T 36344 that were not measured: the score says nothing of them',
  })
  notMeasured(@Parent() report: QualityReport) {
    return groupsOf(report)
      .filter(({ score }) => score === null)
      .map(({ group }) => group);
  }

  @ResolveField(() => String, {
    description: 'The signed report as a compact JWS over canonical JSON: what `pdx quality verify` checks',
  })
  signed(@Parent() report: QualityReport) {
    return this.reports.compactOf(report);
  }
}

@Resolver(() => QualityResultObject)
export class QualityResultResolver {
  constructor(private readonly rules: QualityRuleService) {}

  private readonly rulesById: BatchRead<QualityRuleObject> = async (ids, actor) =>
    inOrderOf(ids, (await this.rules.findAll(actor, ids)).map(shownRule), ({ id }) => id);

  @ResolveField(() => GraphQLDecimal, {
    nullable: true,
    description: 'X = A/B, 0 to 1, rounded down; null: there was nothing to measure',
  })
  rate(@Parent() { conforming, considered }: QualityResult) {
    return rateOf({ conforming, considered });
  }

  @ResolveField(() => QualityRuleObject, { description: 'The rule' })
  rule(@Parent() { ruleId }: QualityResultObject, @CurrentRequest() request: RequestContext) {
    return loadOne(request, this.rulesById, ruleId);
  }
}

/** The field that versions of datasets have of quality. */
@Resolver(() => DatasetVersionObject)
export class DatasetVersionQualityResolver {
  constructor(private readonly reports: QualityReportService) {}

  private readonly latestByVersion: BatchRead<QualityReport> = async (ids, actor) =>
    inOrderOf(ids, await this.reports.latestOf(actor, ids), ({ datasetVersionId }) => datasetVersionId);

  @ResolveField(() => QualityReportObject, { nullable: true, description: 'Its newest quality report' })
  latestQualityReport(@Parent() { id }: DatasetVersionObject, @CurrentRequest() request: RequestContext) {
    return loadOne(request, this.latestByVersion, id);
  }
}
