import { Args, Int, Mutation, Query, Resolver } from '@nestjs/graphql';

import { SamePerson } from '#libs/asset';
import { ClientIdReused } from '#libs/audit';
import { InvalidInput } from '#libs/foundation';
import {
  type Actor,
  AllowedTo,
  AllowedToAnyone,
  CurrentActor,
  declareResult,
  GraphQLUuid,
  idAfter,
  PageArgs,
  pageOf,
  Role,
} from '#libs/graphql';

import {
  YearlyReportNotAsRead,
  YearlyReportNotDue,
  YearlyReportSubmitted,
} from '../registry-office.errors.ts';
import { PrepareYearlyReportInput, SubmitYearlyReportInput } from '../registry-office.input.ts';
import {
  RegistryYearlyFiguresObject,
  YearlyReportConnection,
  YearlyReportObject,
} from '../registry-office.object.ts';
import type { YearlyFigures } from './yearly-figures.query.ts';
import type { YearlyReport } from './yearly-report.entity.ts';
import { YearlyReportService } from './yearly-report.service.ts';

const ofReport = [InvalidInput, ClientIdReused, YearlyReportNotDue, YearlyReportSubmitted];
const PrepareYearlyReportResult = declareResult('PrepareYearlyReportResult', YearlyReportObject, ofReport);
const SubmitYearlyReportResult = declareResult('SubmitYearlyReportResult', YearlyReportObject, [
  ...ofReport,
  ...[SamePerson, YearlyReportNotAsRead],
]);

/** What the stored text says is what is shown; nothing is computed anew. */
const shown = (report: YearlyReport) => {
  const { document, documentSha256 } = report;
  const said = document === null ? null : (JSON.parse(document) as { figures: YearlyFigures; text: string });
  return Object.assign(report, {
    sha256: documentSha256?.toString('hex') ?? null,
    figures: said?.figures ?? null,
    text: said?.text ?? null,
  });
};

@Resolver(() => YearlyReportObject)
export class YearlyReportResolver {
  constructor(private readonly reports: YearlyReportService) {}

  @AllowedTo(Role.REGISTRY_OFFICER, Role.REVIEWER, Role.REGULATOR)
  @Query(() => RegistryYearlyFiguresObject, {
    nullable: true,
    description: 'Your registry’s figures of a year as they are now; a regulator sees every registry’s',
  })
  registryYearlyReport(
    @CurrentActor() actor: Actor,
    @Args('registryId', { type: () => GraphQLUuid, description: 'Of which registry' }) registryId: string,
    @Args('year', { type: () => Int, description: 'From 2000 to 2099' }) year: number,
  ) {
    if (year < 2000 || year > 2099) throw new InvalidInput('year', 'must be a year from 2000 to 2099');
    return this.reports.figures(actor, registryId, year);
  }

  @AllowedToAnyone()
  @Query(() => YearlyReportConnection, {
    name: 'yearlyReports',
    description: 'The yearly reports that registries have submitted, oldest first; for anyone',
  })
  async listSubmitted(
    @Args() { first, after }: PageArgs,
    @Args('registryId', { type: () => GraphQLUuid, nullable: true, description: 'Of this registry only' })
    registryId: string | null,
  ) {
    const found = await this.reports.listSubmitted(registryId ?? null, first, idAfter(after));
    return pageOf(found.map(shown), first, ({ id }) => [id]);
  }

  @AllowedTo(Role.REGISTRY_OFFICER, Role.REVIEWER)
  @Query(() => YearlyReportConnection, {
    name: 'ownYearlyReports',
    description: 'Your registry’s yearly reports, those that are due and prepared too, oldest first',
  })
  async listOwn(@CurrentActor() actor: Actor, @Args() { first, after }: PageArgs) {
    const found = await this.reports.listOwn(actor, first, idAfter(after));
    return pageOf(found.map(shown), first, ({ id }) => [id]);
  }

  @AllowedTo(Role.REGISTRY_OFFICER)
  @Mutation(() => PrepareYearlyReportResult, {
    description: 'Freezes the figures of a year that is over, with a text; again, until it is submitted',
  })
  prepareYearlyReport(
    @CurrentActor() actor: Actor,
    @Args('input') { clientId, year, text }: PrepareYearlyReportInput,
  ) {
    const done = this.reports.prepare(actor, clientId, year, text);
    return this.after(actor, done);
  }

  @AllowedTo(Role.REVIEWER)
  @Mutation(() => SubmitYearlyReportResult, {
    description: 'Submits what somebody else has prepared; from then on it is public and never changes',
  })
  submitYearlyReport(
    @CurrentActor() actor: Actor,
    @Args('input') { clientId, year, sha256 }: SubmitYearlyReportInput,
  ) {
    const done = this.reports.submit(actor, clientId, year, sha256);
    return this.after(actor, done);
  }

  private async after(actor: Actor, done: Promise<string>) {
    const report = await this.reports.find(actor, await done);
    return report && shown(report);
  }
}
