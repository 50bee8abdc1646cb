import { Args, Parent, Query, ResolveField, Resolver } from '@nestjs/graphql';

import { compactOf } from '#libs/credential';
import {
  type Actor,
  AllowedToAnyone,
  AllowedToSignedIn,
  type BatchRead,
  CurrentActor,
  CurrentRequest,
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
} from './asset.object.ts';
import { AssetService, type CertificateWithEnd } from './asset.service.ts';

const shown = (certificate: CertificateWithEnd) => {
  const { document, keyId, signature } = certificate;
  return Object.assign(certificate, { credential: compactOf(document, keyId, signature) });
};

@Resolver(() => AssetObject)
export class AssetResolver {
  constructor(private readonly assets: AssetService) {}

  private readonly certificatesByAsset: BatchRead<readonly CertificateWithEnd[]> = async (ids) => {
    const certificates = (await this.assets.certificatesOf(ids)).map(shown);
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
    return certificate && shown(certificate);
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
}
