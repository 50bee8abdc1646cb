import { Args, Mutation, Parent, Query, ResolveField, Resolver } from '@nestjs/graphql';

import { ClientIdReused } from '#libs/audit';
import { InvalidInput } from '#libs/foundation';
import {
  type Actor,
  AllowedTo,
  AllowedToSignedIn,
  type BatchRead,
  CurrentActor,
  CurrentRequest,
  declareResult,
  GraphQLDecimal,
  GraphQLUuid,
  idAfter,
  inOrderOf,
  loadOne,
  PageArgs,
  pageOf,
  type RequestContext,
  Role,
} from '#libs/graphql';
import {
  DataLevelForbids,
  DataNotClassified,
  type QualityReport,
  QualityReportObject,
  QualityReportService,
} from '#libs/quality';

import {
  AssetNotRegistered,
  FieldNotOfferable,
  ProductNotFound,
  ProductNotInState,
} from './catalogue.errors.ts';
import { DeclareProductInput, DelistProductInput, ListProductInput } from './catalogue.input.ts';
import { ProductConnection, ProductObject } from './catalogue.object.ts';
import { CatalogueService, type ShownProduct } from './catalogue.service.ts';

const DeclareProductResult = declareResult('DeclareProductResult', ProductObject, [
  InvalidInput,
  ClientIdReused,
  AssetNotRegistered,
  FieldNotOfferable,
  DataLevelForbids,
]);
const listingRefusals = [InvalidInput, ClientIdReused, ProductNotFound, ProductNotInState];
const ListProductResult = declareResult('ListProductResult', ProductObject, [
  ...listingRefusals,
  DataNotClassified,
  DataLevelForbids,
]);
const DelistProductResult = declareResult('DelistProductResult', ProductObject, listingRefusals);

@Resolver(() => ProductObject)
export class CatalogueResolver {
  constructor(
    private readonly catalogue: CatalogueService,
    private readonly reports: QualityReportService,
  ) {}

  private readonly reportByVersion: BatchRead<QualityReport> = async (ids, actor) =>
    inOrderOf(ids, await this.reports.latestOf(actor, ids), ({ datasetVersionId }) => datasetVersionId);

  @AllowedToSignedIn()
  @Query(() => ProductConnection, {
    name: 'products',
    description: 'The catalogue: all listed products, oldest first',
  })
  async listProducts(
    @Args() { first, after }: PageArgs,
    @Args('zoneCode', { type: () => String, nullable: true, description: 'Of this zone only' })
    zoneCode: string | null,
    @Args('minimumQuality', {
      type: () => GraphQLDecimal,
      nullable: true,
      description: 'Only those whose newest quality report has this score, 0 to 1, or a better one',
    })
    minimumQuality: string | null,
  ) {
    const filter = { zoneCode: zoneCode ?? null, minimumQuality: minimumQuality ?? null };
    return pageOf(await this.catalogue.page(first, idAfter(after), filter), first, ({ id }) => [id]);
  }

  @ResolveField(() => QualityReportObject, {
    nullable: true,
    description:
      '质量报告: the newest one of the data it answers from, for all who see the product; null: never measured',
  })
  latestQualityReport(@Parent() product: ShownProduct, @CurrentRequest() request: RequestContext) {
    return loadOne(request, this.reportByVersion, product.datasetVersionId);
  }

  @AllowedToSignedIn()
  @Query(() => ProductObject, { nullable: true, description: 'A product by its id' })
  product(@CurrentActor() actor: Actor, @Args('id', { type: () => GraphQLUuid }) id: string) {
    return this.catalogue.findShown(actor, id);
  }

  @AllowedTo(Role.DATA_SPECIALIST, Role.CHIEF_DATA_REPRESENTATIVE)
  @Mutation(() => DeclareProductResult, { description: 'Declares a product over a registered asset' })
  declareProduct(@CurrentActor() actor: Actor, @Args('input') input: DeclareProductInput) {
    const { clientId, assetId, zoneCode, name, description, fields, conclusion, demandsConsent } = input;
    const declared = this.catalogue.declare(actor, clientId, {
      assetId,
      zoneCode,
      name,
      description,
      fields: fields ?? null,
      conclusion: conclusion ?? null,
      demandsConsent,
    });
    return this.after(actor, declared);
  }

  @AllowedTo(Role.OPERATOR)
  @Mutation(() => ListProductResult, {
    description: 'Puts a declared product on the catalogue, at a price',
  })
  listProduct(@CurrentActor() actor: Actor, @Args('input') { clientId, ...terms }: ListProductInput) {
    return this.after(actor, this.catalogue.list(actor, clientId, terms));
  }

  @AllowedTo(Role.OPERATOR)
  @Mutation(() => DelistProductResult, { description: 'Takes a product off the catalogue' })
  delistProduct(@CurrentActor() actor: Actor, @Args('input') { clientId, productId }: DelistProductInput) {
    return this.after(actor, this.catalogue.delist(actor, clientId, productId));
  }

  private async after(actor: Actor, done: Promise<string>) {
    return this.catalogue.findShown(actor, await done);
  }
}
