import { Args, Mutation, Parent, Query, ResolveField, Resolver } from '@nestjs/graphql';

import {
  AssetService,
  CertificateObject,
  type CertificateWithEnd,
  EvidenceNotFound,
  ObjectionNotFound,
  ObjectionObject,
  ObjectionService,
  RegisterHistory,
  shownCertificate,
  Track,
} from '#libs/asset';
import { ClientIdReused } from '#libs/audit';
import type { SecurityContext } from '#libs/database';
import { InvalidInput } from '#libs/foundation';
import {
  type Actor,
  AllowedTo,
  AllowedToAnyone,
  AllowedToSignedIn,
  CurrentActor,
  CurrentRequest,
  declareResult,
  GraphQLDecimal,
  GraphQLUuid,
  idAfter,
  inOrderOf,
  loadPublic,
  PageArgs,
  pageOf,
  type PublicBatchRead,
  type RequestContext,
  Role,
} from '#libs/graphql';
import { Money } from '#libs/money';
import { ReportNotUsable } from '#libs/valuation';
import { PartyObject, PartyService } from '#libs/party';

import type { RightShare } from './annex-form.ts';
import { type Encumbrance, EncumbranceKind, EncumbranceState } from './encumbrance.entity.ts';
import { EncumbranceService } from './encumbrance.service.ts';
import { EncumbranceNotFound, LaterObjectionNotPossible, TitleNotFound } from './property-right.errors.ts';
import {
  AnswerEncumbranceInput,
  FreezeTitleInput,
  LodgeLaterObjectionInput,
  NotifyOfObjectionInput,
  ProposeEncumbranceInput,
  ReleaseEncumbranceInput,
} from './property-right.input.ts';
import {
  EncumbranceConnection,
  EncumbranceObject,
  TitleConnection,
  TitleLinkObject,
  TitleObject,
} from './property-right.object.ts';
import { TitleService } from './title.service.ts';
import type { Title } from './title.entity.ts';

const NOBODY: SecurityContext = { partyId: null, roles: [] };

const LodgeLaterObjectionResult = declareResult('LodgeLaterObjectionResult', ObjectionObject, [
  ...[InvalidInput, ClientIdReused],
  ...[EvidenceNotFound, LaterObjectionNotPossible],
]);
const NotifyOfObjectionResult = declareResult('NotifyOfObjectionResult', ObjectionObject, [
  ...[InvalidInput, ClientIdReused, ObjectionNotFound],
]);
const ProposeEncumbranceResult = declareResult('ProposeEncumbranceResult', EncumbranceObject, [
  ...[InvalidInput, ClientIdReused, TitleNotFound, ReportNotUsable],
]);
const AnswerEncumbranceResult = declareResult('AnswerEncumbranceResult', EncumbranceObject, [
  ...[InvalidInput, ClientIdReused, EncumbranceNotFound, TitleNotFound, ReportNotUsable],
]);
const ReleaseEncumbranceResult = declareResult('ReleaseEncumbranceResult', EncumbranceObject, [
  ...[InvalidInput, ClientIdReused, EncumbranceNotFound],
]);
const FreezeTitleResult = declareResult('FreezeTitleResult', EncumbranceObject, [
  ...[InvalidInput, ClientIdReused, TitleNotFound],
]);

/** Who decides for a party that holds a right or is secured by one. */
const DECIDERS = [Role.CHIEF_DATA_REPRESENTATIVE, Role.INSTITUTION_USER, Role.OPERATOR];

@Resolver(() => TitleObject)
export class TitleResolver {
  constructor(
    private readonly titles: TitleService,
    private readonly encumbrances: EncumbranceService,
    private readonly assets: AssetService,
    private readonly history: RegisterHistory,
    private readonly objections: ObjectionService,
    private readonly parties: PartyService,
  ) {}

  private readonly encumbrancesOf: PublicBatchRead<readonly Encumbrance[]> = async (ids) => {
    const found = await this.encumbrances.of(NOBODY, ids);
    return ids.map((id) => found.filter(({ assetId }) => assetId === id));
  };
  private readonly certificatesOf: PublicBatchRead<readonly CertificateWithEnd[]> = async (ids) => {
    const found = (await this.assets.certificatesOf(Track.B, ids)).map(shownCertificate);
    return ids.map((id) => found.filter(({ assetId }) => assetId === id));
  };
  private readonly chainOf: PublicBatchRead<readonly TitleLinkObject[]> = async (ids) => {
    const entries = await this.history.ofAll(NOBODY, ids, Track.B);
    const links = entries.map(({ facts, ...entry }) => ({
      ...entry,
      code: typeof facts?.['code'] === 'string' ? facts['code'] : null,
      rights: (facts?.['rights'] ?? []) as unknown as readonly RightShare[],
    }));
    return ids.map((id) => links.filter(({ assetId }) => assetId === id)) as never;
  };
  private readonly partyOf = async (ids: readonly string[]) =>
    inOrderOf(ids, await this.parties.findAll(NOBODY, ids), ({ id }) => id);

  @AllowedToAnyone()
  @Query(() => TitleObject, {
    nullable: true,
    description: 'Who holds which right in the data behind an asset; for anyone',
  })
  title(@Args('assetId', { type: () => GraphQLUuid }) assetId: string) {
    return this.titles.find(NOBODY, assetId);
  }

  @AllowedToAnyone()
  @Query(() => TitleConnection, { name: 'titles', description: 'Track B’s register; for anyone' })
  async listTitles(
    @Args() { first, after }: PageArgs,
    @Args('holderId', {
      type: () => GraphQLUuid,
      nullable: true,
      description: 'In which this party has a right',
    })
    holderId: string | null,
  ) {
    const page = { holderId: holderId ?? null, first, afterId: idAfter(after) };
    return pageOf(await this.titles.list(NOBODY, page), first, ({ assetId }) => [assetId]);
  }

  @AllowedToSignedIn()
  @Query(() => EncumbranceConnection, {
    name: 'encumbrances',
    description:
      'What your party has proposed to be bound by, or is secured by or asked to accept, oldest first',
  })
  async listEncumbrances(
    @CurrentActor() actor: Actor,
    @Args() { first, after }: PageArgs,
    @Args('state', { type: () => EncumbranceState, nullable: true, description: 'In this state only' })
    state: EncumbranceState | null,
  ) {
    const page = { state: state ?? null, first, afterId: idAfter(after) };
    return pageOf(await this.encumbrances.list(actor, page), first, ({ id }) => [id]);
  }

  @ResolveField(() => [PartyObject], {
    description: 'The holders; a natural person is not named to the public',
  })
  async holders(@Parent() { holderIds }: Title, @CurrentRequest() request: RequestContext) {
    const found = await Promise.all(holderIds.map((id) => loadPublic(request, this.partyOf, id)));
    return found.filter((party) => party !== null);
  }

  @ResolveField(() => [EncumbranceObject], {
    name: 'encumbrances',
    description:
      'What binds it or has bound it, oldest first; of proposals `encumbrances` tells whom they concern',
  })
  shownEncumbrances(@Parent() { assetId }: Title, @CurrentRequest() request: RequestContext) {
    return loadPublic(request, this.encumbrancesOf, assetId);
  }

  @ResolveField(() => [CertificateObject], { description: 'All its certificates, oldest first' })
  certificates(@Parent() { assetId }: Title, @CurrentRequest() request: RequestContext) {
    return loadPublic(request, this.certificatesOf, assetId);
  }

  @ResolveField(() => [TitleLinkObject], { description: 'The chain of title, oldest first' })
  chain(@Parent() { assetId }: Title, @CurrentRequest() request: RequestContext) {
    return loadPublic(request, this.chainOf, assetId);
  }

  @AllowedTo(
    ...[Role.DATA_SPECIALIST, Role.CHIEF_DATA_REPRESENTATIVE, Role.INSTITUTION_USER],
    ...[Role.DATA_SUBJECT, Role.OPERATOR],
  )
  @Mutation(() => LodgeLaterObjectionResult, {
    description: 'Objects to what is registered already, by real name and with evidence (Art. 29)',
  })
  lodgeLaterObjection(
    @CurrentActor() actor: Actor,
    @Args('input') { clientId, assetId, grounds, evidenceUploadId }: LodgeLaterObjectionInput,
  ) {
    const done = this.titles.object(actor, clientId, { assetId, grounds, evidenceUploadId });
    return done.then((id) => this.objections.find(actor, id));
  }

  @AllowedTo(Role.REVIEWER)
  @Mutation(() => NotifyOfObjectionResult, {
    description: 'Tells the registrant of a later objection, within five working days (Art. 29)',
  })
  notifyOfObjection(
    @CurrentActor() actor: Actor,
    @Args('input') { clientId, objectionId, message }: NotifyOfObjectionInput,
  ) {
    const done = this.titles.notify(actor, clientId, objectionId, message);
    return done.then((id) => this.objections.find(actor, id));
  }

  @AllowedTo(...DECIDERS)
  @Mutation(() => ProposeEncumbranceResult, {
    description: 'Proposes a pledge (质押) or a contribution in kind (作价入股) of your party’s rights',
  })
  proposeEncumbrance(
    @CurrentActor() actor: Actor,
    @Args('input')
    { clientId, assetId, kind, beneficiaryId, amount, valuationReportId, terms }: ProposeEncumbranceInput,
  ) {
    const propose = async () => {
      if (kind === EncumbranceKind.FREEZE) throw new InvalidInput('kind', 'a registry freezes, not a holder');
      const money = amount === null ? null : Money.parse(amount, 'CNY', 'amount');
      if (money && money.minorUnits <= 0n) throw new InvalidInput('amount', 'must be positive');
      const input = { assetId, kind, beneficiaryId, amount: money, valuationReportId, terms };
      return this.encumbrances.propose(actor, clientId, input);
    };
    return propose().then((id) => this.encumbrances.find(actor, id));
  }

  @AllowedTo(...DECIDERS)
  @Mutation(() => AnswerEncumbranceResult, {
    description: 'Accepts or declines an encumbrance for your party’s account',
  })
  answerEncumbrance(
    @CurrentActor() actor: Actor,
    @Args('input') { clientId, encumbranceId, isAccepted }: AnswerEncumbranceInput,
  ) {
    const done = this.encumbrances.answer(actor, clientId, encumbranceId, isAccepted);
    return done.then((id) => this.encumbrances.find(actor, id));
  }

  @AllowedTo(...DECIDERS, Role.REVIEWER)
  @Mutation(() => ReleaseEncumbranceResult, {
    description: 'Releases an encumbrance for your party’s account; a registry, a freeze it has noted',
  })
  releaseEncumbrance(
    @CurrentActor() actor: Actor,
    @Args('input') { clientId, encumbranceId, reason }: ReleaseEncumbranceInput,
  ) {
    const done = this.encumbrances.release(actor, clientId, encumbranceId, reason);
    return done.then((id) => this.encumbrances.find(actor, id));
  }

  @AllowedTo(Role.REVIEWER)
  @Mutation(() => FreezeTitleResult, {
    description: 'Notes that a title is frozen, as a court or an authority has ordered (Art. 23)',
  })
  freezeTitle(@CurrentActor() actor: Actor, @Args('input') { clientId, assetId, terms }: FreezeTitleInput) {
    const done = this.encumbrances.freeze(actor, clientId, { assetId, terms });
    return done.then((id) => this.encumbrances.find(actor, id));
  }
}

@Resolver(() => EncumbranceObject)
export class EncumbranceResolver {
  @ResolveField(() => GraphQLDecimal, {
    nullable: true,
    description: 'What it secures, or is put in at, in yuan',
  })
  amount(@Parent() { amount, currency }: Encumbrance) {
    return amount === null || currency === null ? null : Money.ofMinorUnits(amount, currency).toDecimal();
  }
}
