import { Args, ArgsType, Field, Int, Mutation, Parent, Query, ResolveField, Resolver } from '@nestjs/graphql';

import { ClientIdReused } from '#libs/audit';
import { InvalidInput, parseLegalDay } from '#libs/foundation';
import {
  type Actor,
  AllowedTo,
  AllowedToAnyone,
  type BatchRead,
  CurrentActor,
  CurrentRequest,
  declareResult,
  inOrderOf,
  loadOne,
  PageArgs,
  pageOf,
  type RequestContext,
  Role,
  sortKeyAfter,
} from '#libs/graphql';

import { ImportCalendarYearInput } from '../asset.input.ts';
import {
  CalendarYearObject,
  LegalDeadlineConnection,
  LegalDeadlineCountsObject,
  LegalDeadlineObject,
} from '../asset.object.ts';
import { Track } from '../track.ts';
import { DeadlineKind } from './legal-deadline.entity.ts';
import { type DataName, DueFilter, LegalDeadlineService } from './legal-deadline.service.ts';
import { WorkingCalendarService } from './working-calendar.service.ts';

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const ImportCalendarYearResult = declareResult('ImportCalendarYearResult', CalendarYearObject, [
  InvalidInput,
  ClientIdReused,
]);

@ArgsType()
class DueArgs extends PageArgs {
  @Field(() => DueFilter, { defaultValue: DueFilter.OPEN, description: 'Which of them' })
  readonly filter!: DueFilter;

  @Field(() => DeadlineKind, { nullable: true, description: 'Only what is to be done so' })
  readonly kind?: DeadlineKind | null;

  @Field(() => Track, { nullable: true, description: 'Only of this register' })
  readonly track?: Track | null;
}

@Resolver(() => LegalDeadlineObject)
export class DeadlineResolver {
  constructor(
    private readonly deadlines: LegalDeadlineService,
    private readonly calendar: WorkingCalendarService,
  ) {}

  private readonly namesById: BatchRead<DataName> = async (ids, actor) =>
    inOrderOf(ids, await this.deadlines.namesOf(actor, ids), ({ id }) => id);

  @ResolveField(() => String, { nullable: true, description: 'Of an application: the name of the data' })
  async name(@Parent() { registrationId }: LegalDeadlineObject, @CurrentRequest() request: RequestContext) {
    return registrationId && ((await loadOne(request, this.namesById, registrationId))?.name ?? null);
  }

  @ResolveField(() => Int, { description: 'Days from today to the last one; below zero: it is over' })
  daysLeft(@Parent() { due }: LegalDeadlineObject) {
    return this.deadlines.daysLeft(due);
  }

  @AllowedTo(
    ...[Role.REGISTRY_OFFICER, Role.REVIEWER, Role.REGULATOR],
    ...[Role.DATA_SPECIALIST, Role.CHIEF_DATA_REPRESENTATIVE],
  )
  @Query(() => LegalDeadlineConnection, {
    name: 'legalDeadlines',
    description: 'What your party has to do, the most urgent first; a regulator sees everybody’s',
  })
  async listDeadlines(
    @CurrentActor() actor: Actor,
    @Args() { first, after, filter, kind = null, track = null }: DueArgs,
  ) {
    const [due, id] = sortKeyAfter(after, 2) ?? [];
    if (due !== undefined) parseLegalDay(due, 'after');
    if (id !== undefined && !UUID.test(id)) throw new InvalidInput('after', 'must be a cursor of this list');
    const question = { filter, kind, track };
    const found = await this.deadlines.list(actor, question, first, due && id ? [due, id] : null);
    return pageOf(found, first, (deadline) => [deadline.due, deadline.id]);
  }

  @AllowedTo(
    ...[Role.REGISTRY_OFFICER, Role.REVIEWER, Role.REGULATOR],
    ...[Role.DATA_SPECIALIST, Role.CHIEF_DATA_REPRESENTATIVE],
  )
  @Query(() => LegalDeadlineCountsObject, {
    name: 'legalDeadlineCounts',
    description: 'How long each of the lists of `legalDeadlines` is',
  })
  countDeadlines(@CurrentActor() actor: Actor) {
    return this.deadlines.count(actor);
  }

  @AllowedToAnyone()
  @Query(() => [CalendarYearObject], {
    name: 'workingCalendar',
    description: 'The years whose working days are known, by which legal periods are counted',
  })
  listYears() {
    return this.calendar.list();
  }

  @AllowedTo(Role.REGISTRY_OFFICER)
  @Mutation(() => ImportCalendarYearResult, {
    description: 'Makes a year’s working days known; periods that reach into it are counted anew',
  })
  importCalendarYear(
    @CurrentActor() actor: Actor,
    @Args('input') { clientId, year, off, worked, source }: ImportCalendarYearInput,
  ) {
    const runs = off.map(({ first, last }) => [first, last] as const);
    const done = this.calendar.import(actor, clientId, { year, off: runs, worked, source });
    return this.after(done);
  }

  private async after(done: Promise<string>) {
    const year = await done;
    return (await this.calendar.list()).find((known) => known.year === year) ?? null;
  }
}
