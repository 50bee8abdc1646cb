import { Args, Mutation, Parent, Query, ResolveField, Resolver } from '@nestjs/graphql';

import { ClientIdReused } from '#libs/audit';
import { InvalidInput } from '#libs/foundation';
import {
  type Actor,
  AllowedTo,
  AllowedToSignedIn,
  CurrentActor,
  declareResult,
  idAfter,
  PageArgs,
  pageOf,
  Role,
} from '#libs/graphql';

import {
  EvidenceNotFound,
  ObjectionNotFound,
  ObjectionNotPossible,
  RegistrationNotFound,
  RegistrationNotInState,
  SamePerson,
} from '../asset.errors.ts';
import { DecideObjectionInput, LodgeObjectionInput } from '../asset.input.ts';
import { ObjectionConnection, ObjectionObject } from '../asset.object.ts';
import { type Objection, ObjectionState } from './objection.entity.ts';
import { ObjectionService } from './objection.service.ts';

const LodgeObjectionResult = declareResult('LodgeObjectionResult', ObjectionObject, [
  ...[InvalidInput, ClientIdReused],
  ...[EvidenceNotFound, ObjectionNotPossible],
]);
const DecideObjectionResult = declareResult('DecideObjectionResult', ObjectionObject, [
  ...[InvalidInput, ClientIdReused],
  ...[ObjectionNotFound, RegistrationNotFound, RegistrationNotInState, SamePerson],
]);

@Resolver(() => ObjectionObject)
export class ObjectionResolver {
  constructor(private readonly objections: ObjectionService) {}

  @AllowedToSignedIn()
  @Query(() => ObjectionConnection, {
    name: 'objections',
    description: 'The objections your party has lodged, is met by or has to decide, oldest first',
  })
  async listObjections(
    @CurrentActor() actor: Actor,
    @Args() { first, after }: PageArgs,
    @Args('state', { type: () => ObjectionState, nullable: true, description: 'In this state only' })
    state: ObjectionState | null,
  ) {
    const found = await this.objections.list(actor, { state: state ?? null, first, afterId: idAfter(after) });
    return pageOf(found, first, ({ id }) => [id]);
  }

  @AllowedTo(
    ...[Role.DATA_SPECIALIST, Role.CHIEF_DATA_REPRESENTATIVE, Role.INSTITUTION_USER],
    ...[Role.DATA_SUBJECT, Role.OPERATOR],
  )
  @Mutation(() => LodgeObjectionResult, {
    description: 'Objects to what is on public notice, by real name and with evidence (Art. 12)',
  })
  lodgeObjection(
    @CurrentActor() actor: Actor,
    @Args('input') { clientId, registrationId, grounds, evidenceUploadId }: LodgeObjectionInput,
  ) {
    const input = { registrationId, grounds, evidenceUploadId };
    return this.after(actor, this.objections.lodge(actor, clientId, input));
  }

  @AllowedTo(Role.REVIEWER)
  @Mutation(() => DecideObjectionResult, {
    description: 'Decides an objection, with reasons; upheld, it ends the application',
  })
  decideObjection(
    @CurrentActor() actor: Actor,
    @Args('input') { clientId, objectionId, isUpheld, reason }: DecideObjectionInput,
  ) {
    const done = this.objections.decide(actor, clientId, objectionId, isUpheld, reason);
    return this.after(actor, done);
  }

  private async after(actor: Actor, done: Promise<string>) {
    return this.objections.find(actor, await done);
  }

  @ResolveField(() => String, { description: 'SHA-256 of the evidence, hex' })
  evidenceSha256(@Parent() objection: Objection) {
    return objection.evidenceSha256.toString('hex');
  }
}
