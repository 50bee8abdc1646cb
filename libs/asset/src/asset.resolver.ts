import { Args, Parent, Query, ResolveField, Resolver } from '@nestjs/graphql';

import { compactOf } from '#libs/credential';
import type { SecurityContext } from '#libs/database';
import { canonicalJson, Clock } from '#libs/foundation';
import {
  type Actor,
  AllowedToAnyone,
  AllowedToSignedIn,
  type BatchRead,
  CurrentActor,
  CurrentRequest,
  GraphQLInstant,
  GraphQLUuid,
  idAfter,
  loadOne,
  PageArgs,
  pageOf,
  type RequestContext,
} from '#libs/graphql';

import {
  AssetConnection,
  AssetObject,
  CertificateObject,
  PublicityNoticeConnection,
  RegisterChangeObject,
  RegisterEntryObject,
} from './asset.object.ts';
import { AssetService, type CertificateWithEnd } from './asset.service.ts';
import type { RegisterEntry } from './register/register-entry.entity.ts';
import { RegisterHistory } from './register/register-history.ts';
import { Track } from './track.ts';

const NOBODY: SecurityContext = { partyId: null, roles: [] };
const shownEntry = <Entry extends RegisterEntry>(entry: Entry) =>
  Object.assign(entry, { factsJson: entry.facts && canonicalJson(entry.facts) });

export const shownCertificate = (certificate: CertificateWithEnd) => {
  const { document, keyId, signature } = certificate;
  return Object.assign(certificate, { credential: compactOf(document, keyId, signature) });
};

@Resolver(() => AssetObject)
export class AssetResolver {
  constructor(
    private readonly assets: AssetService,
    private readonly history: RegisterHistory,
    private readonly clock: Clock,
  ) {}

  private readonly certificatesByAsset: BatchRead<readonly CertificateWithEnd[]> = async (ids) => {
    const certificates = (await this.assets.certificatesOf(Track.A, ids)).map(shownCertificate);
    return ids.map((id) => certificates.filter(({ assetId }) => assetId === id));
  };

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

  @ResolveField(() => CertificateObject, {
    nullable: true,
    description: 'Its newest certificate, once registered',
  })
  async certificate(@Parent() { id }: AssetObject, @CurrentRequest() request: RequestContext) {
    return (await loadOne(request, this.certificatesByAsset, id))?.at(-1) ?? null;
  }

  @ResolveField(() => [CertificateObject], { description: 'All its certificates, oldest first' })
  certificates(@Parent() { id }: AssetObject, @CurrentRequest() request: RequestContext) {
    return loadOne(request, this.certificatesByAsset, id);
  }

  @AllowedToAnyone()
  @Query(() => CertificateObject, {
    name: 'certificate',
    nullable: true,
    description: 'A certificate by its query code; for anyone',
  })
  async findCertificate(@Args('queryCode') queryCode: string) {
    const certificate = await this.assets.findCertificate(queryCode);
    return certificate && shownCertificate(certificate);
  }

  @AllowedToAnyone()
  @Query(() => PublicityNoticeConnection, {
    name: 'publicityNotices',
    description: 'The registrations on public notice; for anyone',
  })
  async listNotices(
    @Args() { first, after }: PageArgs,
    @Args('track', { type: () => Track, defaultValue: Track.A, description: 'Of which register' })
    track: Track,
  ) {
    const afterId = idAfter(after);
    return pageOf(await this.assets.publicityNotices(track, first, afterId), first, ({ id }) => [id]);
  }

  @AllowedToAnyone()
  @Query(() => [RegisterChangeObject], {
    name: 'registerEntries',
    description: 'All that a register has ever said about an asset, oldest first; for anyone',
  })
  async listEntries(
    @Args('assetId', { type: () => GraphQLUuid }) assetId: string,
    @Args('track', { type: () => Track, description: 'Which register' }) track: Track,
  ) {
    return (await this.history.list(NOBODY, assetId, track)).map(shownEntry);
  }

  @AllowedToAnyone()
  @Query(() => RegisterEntryObject, {
    nullable: true,
    description: 'What held at an instant, as the register knew it at another; for anyone',
  })
  async registerAsOf(
    @Args('assetId', { type: () => GraphQLUuid }) assetId: string,
    @Args('track', { type: () => Track, description: 'Which register' }) track: Track,
    @Args('effectiveAt', { type: () => GraphQLInstant, description: 'Valid time: what held then' })
    effectiveAt: Date,
    @Args('recordedAt', {
      type: () => GraphQLInstant,
      nullable: true,
      description: 'Record time: as it was known then; left out: as it is known now',
    })
    recordedAt: Date | null,
  ) {
    const times = { effectiveAt, recordedAt: recordedAt ?? this.clock.now() };
    const entry = await this.history.asOf(NOBODY, { assetId, track }, times);
    return entry && shownEntry(entry);
  }
}
