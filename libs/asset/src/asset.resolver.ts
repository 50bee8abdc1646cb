import { Args, Mutation, Parent, Query, ResolveField, Resolver } from '@nestjs/graphql';

import { ClientIdReused } from '#libs/audit';
import { InvalidInput } from '#libs/foundation';
import {
  type Actor,
  AllowedTo,
  AllowedToAnyone,
  AllowedToSignedIn,
  type BatchRead,
  CurrentActor,
  CurrentRequest,
  declareResult,
  GraphQLUuid,
  inOrderOf,
  loadOne,
  PageArgs,
  pageOf,
  type RequestContext,
  Role,
  idAfter,
} from '#libs/graphql';

import {
  AssetExists,
  DatasetNotRegistrable,
  PublicityNotOver,
  RegistrationNotFound,
  RegistrationNotInState,
  SamePerson,
} from './asset.errors.ts';
import {
  AcceptanceDecision,
  DecideAcceptanceInput,
  PrepareRegistrationInput,
  RegistrationActInput,
  ReviewDecision,
  ReviewRegistrationInput,
} from './asset.input.ts';
import {
  AssetConnection,
  AssetObject,
  CertificateObject,
  PublicityNoticeConnection,
  RegistrationConnection,
  RegistrationObject,
} from './asset.object.ts';
import { AssetService } from './asset.service.ts';
import type { Certificate } from './certificate.entity.ts';
import { RegistrationState } from './registration-state.ts';
import { RegistrationService } from './registration.service.ts';

const actRefusals = [InvalidInput, ClientIdReused, RegistrationNotFound, RegistrationNotInState, SamePerson];
const PrepareRegistrationResult = declareResult('PrepareRegistrationResult', RegistrationObject, [
  InvalidInput,
  ClientIdReused,
  DatasetNotRegistrable,
  AssetExists,
]);
const SubmitRegistrationResult = declareResult('SubmitRegistrationResult', RegistrationObject, actRefusals);
const DecideAcceptanceResult = declareResult('DecideAcceptanceResult', RegistrationObject, actRefusals);
const ReviewRegistrationResult = declareResult('ReviewRegistrationResult', RegistrationObject, actRefusals);
const CodeRegistrationResult = declareResult('CodeRegistrationResult', RegistrationObject, [
  ...actRefusals,
  PublicityNotOver,
]);

const shown = (certificate: Certificate | null) =>
  certificate && Object.assign(certificate, { signature: certificate.signature.toString('base64') as never });

@Resolver(() => AssetObject)
export class AssetResolver {
  constructor(
    private readonly assets: AssetService,
    private readonly registrations: RegistrationService,
  ) {}

  private readonly certificatesByAsset: BatchRead<Certificate> = async (ids) =>
    inOrderOf(ids, await this.assets.certificatesOf(ids), ({ assetId }) => assetId);

  @AllowedToSignedIn()
  @Query(() => AssetObject, { nullable: true, description: 'An asset by its id' })
  asset(@CurrentActor() actor: Actor, @Args('id', { type: () => GraphQLUuid }) id: string) {
    return this.assets.find(actor, id);
  }

  @AllowedToSignedIn()
  @Query(() => AssetConnection, {
    name: 'assets',
    description: 'The assets you may see, oldest first: all registered ones and your own',
  })
  async listAssets(@CurrentActor() actor: Actor, @Args() { first, after }: PageArgs) {
    const afterId = idAfter(after);
    return pageOf(await this.assets.list(actor, first, afterId), first, ({ id }) => [id]);
  }

  @ResolveField(() => CertificateObject, { nullable: true, description: 'Its certificate, once registered' })
  async certificate(@Parent() { id }: AssetObject, @CurrentRequest() request: RequestContext) {
    return shown(await loadOne(request, this.certificatesByAsset, id));
  }

  @AllowedToAnyone()
  @Query(() => CertificateObject, {
    name: 'certificate',
    nullable: true,
    description: 'A certificate by its query code; for anyone',
  })
  async findCertificate(@Args('queryCode') queryCode: string) {
    return shown(await this.assets.findCertificate(queryCode));
  }

  @AllowedToAnyone()
  @Query(() => PublicityNoticeConnection, {
    name: 'publicityNotices',
    description: 'The registrations on public notice; for anyone',
  })
  async listNotices(@Args() { first, after }: PageArgs) {
    const afterId = idAfter(after);
    return pageOf(await this.assets.publicityNotices(first, afterId), first, ({ id }) => [id]);
  }

  @AllowedToSignedIn()
  @Query(() => RegistrationConnection, {
    name: 'registrations',
    description: 'The registrations your party has filed, or has to decide on, oldest first',
  })
  async listRegistrations(
    @CurrentActor() actor: Actor,
    @Args() { first, after }: PageArgs,
    @Args('state', { type: () => RegistrationState, nullable: true, description: 'In this state only' })
    state: RegistrationState | null,
  ) {
    const afterId = idAfter(after);
    const found = await this.assets.listRegistrations(actor, { state: state ?? null, first, afterId });
    return pageOf(found, first, ({ id }) => [id]);
  }

  @AllowedTo(Role.DATA_SPECIALIST)
  @Mutation(() => PrepareRegistrationResult.union, { description: 'Prepares a first registration (Art. 9)' })
  prepareRegistration(
    @CurrentActor() actor: Actor,
    @Args('input')
    { clientId, datasetVersionId, registryId, name, overview, materials }: PrepareRegistrationInput,
  ) {
    const input = { datasetVersionId, registryId, name, overview, materials };
    return PrepareRegistrationResult.from(
      this.after(actor, this.registrations.prepare(actor, clientId, input)),
    );
  }

  @AllowedTo(Role.CHIEF_DATA_REPRESENTATIVE)
  @Mutation(() => SubmitRegistrationResult.union, {
    description: 'Submits a registration; by somebody else than who prepared it',
  })
  submitRegistration(
    @CurrentActor() actor: Actor,
    @Args('input') { clientId, registrationId }: RegistrationActInput,
  ) {
    const done = this.registrations.submit(actor, clientId, registrationId);
    return SubmitRegistrationResult.from(this.after(actor, done));
  }

  @AllowedTo(Role.REGISTRY_OFFICER)
  @Mutation(() => DecideAcceptanceResult.union, {
    description: 'Accepts, returns or does not accept (Art. 10)',
  })
  decideAcceptance(
    @CurrentActor() actor: Actor,
    @Args('input') { clientId, registrationId, decision, reason }: DecideAcceptanceInput,
  ) {
    const done = this.withReason(decision !== AcceptanceDecision.ACCEPTED, reason, (given) =>
      this.registrations.decideAcceptance(
        actor,
        clientId,
        registrationId,
        RegistrationState[decision],
        given,
      ),
    );
    return DecideAcceptanceResult.from(this.after(actor, done));
  }

  @AllowedTo(Role.REVIEWER)
  @Mutation(() => ReviewRegistrationResult.union, {
    description: 'Form review (Art. 11), by somebody else than who accepted; a pass begins the public notice',
  })
  reviewRegistration(
    @CurrentActor() actor: Actor,
    @Args('input') { clientId, registrationId, decision, reason }: ReviewRegistrationInput,
  ) {
    const done = this.withReason(decision !== ReviewDecision.PUBLICIZED, reason, (given) =>
      this.registrations.review(actor, clientId, registrationId, RegistrationState[decision], given),
    );
    return ReviewRegistrationResult.from(this.after(actor, done));
  }

  @AllowedTo(Role.REGISTRY_OFFICER)
  @Mutation(() => CodeRegistrationResult.union, {
    description: 'Gives query code and certificate after the public notice (Art. 13)',
  })
  codeRegistration(
    @CurrentActor() actor: Actor,
    @Args('input') { clientId, registrationId }: RegistrationActInput,
  ) {
    const done = this.registrations.code(actor, clientId, registrationId);
    return CodeRegistrationResult.from(this.after(actor, done));
  }

  private async after(actor: Actor, done: Promise<string>) {
    return this.assets.findRegistration(actor, await done);
  }

  private async withReason(
    isNeeded: boolean,
    reason: string | null | undefined,
    act: (reason: string | null) => Promise<string>,
  ): Promise<string> {
    if (isNeeded && !reason) throw new InvalidInput('reason', 'is needed for this decision');
    return act(reason ?? null);
  }
}
