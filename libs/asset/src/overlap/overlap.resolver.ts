import { Parent, ResolveField, Resolver } from '@nestjs/graphql';

import { type BatchRead, CurrentRequest, inOrderOf, loadOne, type RequestContext } from '#libs/graphql';
import { PartyObject, PartyService } from '#libs/party';

import type { Asset } from '../asset.entity.ts';
import { AssetObject, RegistrationObject } from '../asset.object.ts';
import { AssetService } from '../asset.service.ts';
import type { OverlapExplanation } from './overlap-explanation.entity.ts';
import { LikelyOverlapObject, OverlapExplanationObject } from './overlap.object.ts';
import { type LikelyOverlap, OverlapService } from './overlap.service.ts';

@Resolver(() => LikelyOverlapObject)
export class OverlapResolver {
  constructor(
    private readonly assets: AssetService,
    private readonly parties: PartyService,
  ) {}

  private readonly assetsById: BatchRead<Asset> = async (ids, actor) =>
    inOrderOf(ids, await this.assets.findAll(actor, ids), ({ id }) => id);

  private readonly partiesById: BatchRead<object> = async (ids, actor) =>
    inOrderOf(ids, await this.parties.findAll(actor, ids), ({ id }) => id);

  @ResolveField(() => AssetObject, { description: 'The other asset' })
  asset(@Parent() { assetId }: LikelyOverlapObject, @CurrentRequest() request: RequestContext) {
    return loadOne(request, this.assetsById, assetId);
  }

  @ResolveField(() => PartyObject, { description: 'Whose the other asset is' })
  provider(@Parent() { providerId }: LikelyOverlapObject, @CurrentRequest() request: RequestContext) {
    return loadOne(request, this.partiesById, providerId);
  }
}

/** The fields that applications of track A have of overlaps. */
@Resolver(() => RegistrationObject)
export class RegistrationOverlapResolver {
  constructor(private readonly overlaps: OverlapService) {}

  private readonly overlapsByRegistration: BatchRead<readonly LikelyOverlap[]> = (ids, actor) =>
    this.overlaps.likelyOf(actor, ids);

  private readonly explanationsByRegistration: BatchRead<readonly OverlapExplanation[]> = async (
    ids,
    actor,
  ) => {
    const found = await this.overlaps.explanationsOf(actor, ids);
    return ids.map((id) => found.filter(({ registrationId }) => registrationId === id));
  };

  @ResolveField(() => [LikelyOverlapObject], {
    nullable: true,
    description:
      'What it may be a duplicate of, the likeliest first; null for all but the registry that decides, and the regulator',
  })
  likelyOverlaps(@Parent() { id }: RegistrationObject, @CurrentRequest() request: RequestContext) {
    return loadOne(request, this.overlapsByRegistration, id);
  }

  @ResolveField(() => [OverlapExplanationObject], {
    description:
      'Why it was accepted in spite of strong overlaps; empty for all but the registry and the regulator',
  })
  overlapExplanations(@Parent() { id }: RegistrationObject, @CurrentRequest() request: RequestContext) {
    return loadOne(request, this.explanationsByRegistration, id);
  }
}
