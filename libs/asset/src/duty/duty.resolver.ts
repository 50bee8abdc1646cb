import { Args, Query, Resolver } from '@nestjs/graphql';

import { InvalidInput, parseLegalDay } from '#libs/foundation';
import { type Actor, AllowedTo, CurrentActor, PageArgs, pageOf, Role, sortKeyAfter } from '#libs/graphql';

import { DutyConnection, DutyObject } from './duty.object.ts';
import { DutyKind, DutyService, NO_DAY } from './duty.service.ts';

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

@Resolver(() => DutyObject)
export class DutyResolver {
  constructor(private readonly duties: DutyService) {}

  @AllowedTo(Role.DATA_SPECIALIST, Role.CHIEF_DATA_REPRESENTATIVE)
  @Query(() => DutyConnection, {
    name: 'myDuties',
    description:
      'What you have to see to at your supplying body, as its data specialist, its chief or a chief’s delegate, the least time left first',
  })
  async listDuties(@CurrentActor() actor: Actor, @Args() { first, after }: PageArgs) {
    const [due, kind, id] = sortKeyAfter(after, 3) ?? [];
    if (due !== undefined) parseLegalDay(due, 'after');
    if (id !== undefined && (!UUID.test(id) || !Object.keys(DutyKind).includes(kind ?? '')))
      throw new InvalidInput('after', 'must be a cursor of this list');
    const found = await this.duties.list(actor, first, due && kind && id ? [due, kind, id] : null);
    return pageOf(found, first, (duty) => [duty.due ?? NO_DAY, duty.kind, duty.subjectId]);
  }
}
