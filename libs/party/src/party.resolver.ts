import { Args, Mutation, Query, Resolver } from '@nestjs/graphql';

import { ClientIdReused } from '#libs/audit';
import { Clock, InvalidInput, legalDayOf } from '#libs/foundation';
import {
  type Actor,
  AllowedTo,
  AllowedToAnyone,
  AllowedToSignedIn,
  CurrentActor,
  declareResult,
  GraphQLInstant,
  GraphQLUuid,
  PageArgs,
  pageOf,
  Role,
  idAfter,
} from '#libs/graphql';

import { ExchangeService } from './exchange.service.ts';
import { PartyKind } from './party-kind.ts';
import { ClockNotAdvanceable, PartyOfOtherWorld, UsccTaken } from './party.errors.ts';
import { AdvanceClockInput, RegisterPartyInput } from './party.input.ts';
import { ExchangeObject, ExchangeTimeObject, PartyConnection, PartyObject } from './party.object.ts';
import { PartyService } from './party.service.ts';

const RegisterPartyResult = declareResult('RegisterPartyResult', PartyObject, [
  InvalidInput,
  ClientIdReused,
  UsccTaken,
  PartyOfOtherWorld,
]);
const AdvanceClockResult = declareResult('AdvanceClockResult', ExchangeTimeObject, [
  InvalidInput,
  ClientIdReused,
  ClockNotAdvanceable,
]);

@Resolver()
export class PartyResolver {
  constructor(
    private readonly parties: PartyService,
    private readonly exchanges: ExchangeService,
    private readonly clock: Clock,
  ) {}

  @AllowedToAnyone()
  @Query(() => GraphQLInstant, {
    description:
      'The exchange’s time, UTC: what legal periods and grants go by. A sample exchange may run ahead.',
  })
  exchangeTime(): Date {
    return this.clock.now();
  }

  @AllowedToAnyone()
  @Query(() => ExchangeObject, { nullable: true, description: 'This exchange; null before it is set up' })
  async exchange() {
    const exchange = await this.exchanges.find();
    const now = this.clock.now();
    return (
      exchange &&
      Object.assign(exchange, { time: now, today: legalDayOf(now), zones: await this.exchanges.zones() })
    );
  }

  @AllowedToSignedIn()
  @Query(() => PartyObject, { nullable: true, description: 'A party by its id' })
  party(@CurrentActor() actor: Actor, @Args('id', { type: () => GraphQLUuid }) id: string) {
    return this.parties.find(actor, id);
  }

  @AllowedToSignedIn()
  @Query(() => PartyConnection, { name: 'parties', description: 'The parties, by time of registration' })
  async listParties(
    @CurrentActor() actor: Actor,
    @Args() { first, after }: PageArgs,
    @Args('kind', { type: () => PartyKind, nullable: true, description: 'Of this kind only' })
    kind: PartyKind | null,
  ) {
    const afterId = idAfter(after);
    const found = await this.parties.list(actor, { kind: kind ?? null, first, afterId });
    return pageOf(found, first, ({ id }) => [id]);
  }

  @AllowedTo(Role.OPERATOR)
  @Mutation(() => RegisterPartyResult, { description: 'Registers a party' })
  registerParty(@CurrentActor() actor: Actor, @Args('input') input: RegisterPartyInput) {
    const { clientId, kind, name, uscc, subject, isSample } = input;
    const party = { kind, name, uscc: uscc ?? null, subject: subject ?? null, isSample };
    return this.parties
      .register(actor, clientId, party)
      .then((id) => this.parties.find({ ...actor, roles: [...actor.roles, 'SYSTEM'] }, id));
  }

  @AllowedTo(Role.OPERATOR)
  @Mutation(() => AdvanceClockResult, { description: 'Lets the time of a sample exchange run ahead' })
  advanceClock(@CurrentActor() actor: Actor, @Args('input') { clientId, to }: AdvanceClockInput) {
    return this.exchanges.advanceClock(actor, clientId, to).then((time) => ({ time }));
  }
}
