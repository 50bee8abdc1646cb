import { Injectable } from '@nestjs/common';

import { In } from 'typeorm';

import { AssetService, AssetState } from '#libs/asset';
import { type AuditActor, CommandRunner } from '#libs/audit';
import {
  constraintOf,
  PgPool,
  type SecurityContext,
  sqlStateOf,
  type Transaction,
  TransactionRunner,
} from '#libs/database';
import { DatasetService } from '#libs/dataset';
import { Clock, InvalidInput, invariant, newId } from '#libs/foundation';
import { PartyKind, PartyService } from '#libs/party';
import { ClassificationService } from '#libs/quality';

import {
  AssetNotRegistered,
  FieldNotOfferable,
  ProductNotFound,
  ProductNotInState,
} from './catalogue.errors.ts';
import { Listing } from './listing.entity.ts';
import { type Conclusion, ProductKind } from './product-kind.ts';
import { Product } from './product.entity.ts';

export interface NewProduct {
  readonly assetId: string;
  readonly zoneCode: string;
  readonly name: string;
  readonly description: string;
  readonly fields: readonly string[] | null;
  readonly conclusion: Conclusion | null;
  readonly demandsConsent: boolean;
}

export interface Terms {
  readonly productId: string;
  readonly pricePerCall: string;
  readonly providerWeight: number;
  readonly operatorWeight: number;
  readonly platformWeight: number;
}

/** What is null does not count. */
export interface CatalogueFilter {
  readonly zoneCode: string | null;
  /** The least score of the newest quality report, from 0 to 1. */
  readonly minimumQuality: string | null;
}

/** A product as the catalogue shows it. */
export interface ShownProduct {
  readonly id: string;
  readonly assetId: string;
  readonly zoneCode: string;
  readonly kind: ProductKind;
  readonly name: string;
  readonly description: string;
  readonly fields: string[] | null;
  readonly demandsConsent: boolean;
  readonly declaredAt: Date;
  /** The version it answers from. */
  readonly datasetVersionId: string;
  readonly provider: { readonly id: string; readonly name: string };
  /** Null while it is not listed. */
  readonly listing: { readonly id: string; readonly pricePerCall: string; readonly currency: string } | null;
}

/** Flat, as the database gives it. */
interface ShownRow extends Omit<ShownProduct, 'provider' | 'listing'> {
  readonly providerId: string;
  readonly providerName: string;
  readonly listingId: string | null;
  readonly pricePerCall: string;
  readonly currency: string;
}

const SHOWN = `
  SELECT product.id, product.asset_id AS "assetId", product.zone_code AS "zoneCode", product.kind, product.name,
         product.description, product.fields, product.demands_consent AS "demandsConsent",
         product.declared_at AS "declaredAt", product.dataset_version_id AS "datasetVersionId", listing.id AS "listingId", listing.price_per_call AS "pricePerCall",
         listing.currency, product.provider_id AS "providerId", party.name AS "providerName"
  FROM product
  JOIN party ON party.id = product.provider_id
  LEFT JOIN listing ON listing.product_id = product.id AND listing.state = 'LISTED'`;
/** One statement for the whole page, whatever is asked of it. Listed products and bodies are public: no context. */
const pageOf = (filter: string) =>
  `${SHOWN} WHERE product.state = 'LISTED'${filter} AND ($1::uuid IS NULL OR product.id > $1) ORDER BY product.id LIMIT $2`;
const PAGE = pageOf('');
const PAGE_OF_ZONE = pageOf(' AND product.zone_code = $3');
/** By the newest report of the data that a product answers from, which may have no score. */
const PAGE_OF_QUALITY = pageOf(`
  AND ($3::text IS NULL OR product.zone_code = $3)
  AND $4::numeric <= (SELECT score FROM quality_report AS report
                      WHERE report.dataset_version_id = product.dataset_version_id ORDER BY report.id DESC LIMIT 1)`);

@Injectable()
export class CatalogueService {
  constructor(
    private readonly commands: CommandRunner,
    private readonly transactions: TransactionRunner,
    private readonly pool: PgPool,
    private readonly assets: AssetService,
    private readonly datasets: DatasetService,
    private readonly parties: PartyService,
    private readonly classifications: ClassificationService,
    private readonly clock: Clock,
  ) {}

  /** @throws InvalidInput, AssetNotRegistered, FieldNotOfferable, DataLevelForbids */
  declare(actor: AuditActor, clientId: string, input: NewProduct): Promise<string> {
    const content = JSON.parse(JSON.stringify(input)) as never;
    return this.commands.run(actor, { clientId, action: 'DECLARE_PRODUCT', content }, async (tx) => {
      const { fields, conclusion } = input;
      if ((fields === null) === (conclusion === null))
        throw new InvalidInput('fields', 'a product answers either fields or one conclusion');
      const asset = await this.assets.findIn(tx, input.assetId);
      if (asset?.state !== AssetState.REGISTERED || asset.providerId !== actor.partyId)
        throw new AssetNotRegistered();
      if (fields) await this.mustBeOfferable(tx, asset.datasetVersionId, fields);
      const kind = fields ? ProductKind.FIELD_QUERY : ProductKind.CONCLUSION;
      const { demandsConsent } = input;
      await this.classifications.mustAllow(tx, asset.datasetVersionId, { kind, demandsConsent }, 'assetId');
      const id = newId();
      try {
        await tx.insert(Product, {
          id,
          assetId: asset.id,
          datasetVersionId: asset.datasetVersionId,
          providerId: asset.providerId,
          zoneCode: input.zoneCode,
          kind,
          name: input.name,
          description: input.description,
          fields: fields && [...fields],
          conclusion: conclusion as never,
          demandsConsent,
          state: 'DRAFT',
          declaredBy: actor.id,
          declaredAt: this.clock.now(),
        });
        await tx.query('SELECT product_compile($1)', [id]);
      } catch (error) {
        throw refusalOf(error);
      }
      return { subjectId: id };
    });
  }

  /**
   * Offers a product at a price, if the confirmed level of its data allows it.
   *
   * @throws InvalidInput, ProductNotFound, ProductNotInState, DataNotClassified, DataLevelForbids
   */
  list(actor: AuditActor, clientId: string, terms: Terms): Promise<string> {
    return this.commands.run(
      actor,
      { clientId, action: 'LIST_PRODUCT', content: { ...terms } },
      async (tx) => {
        if (!/^\d{1,10}(\.\d{1,10})?$/.test(terms.pricePerCall))
          throw new InvalidInput('pricePerCall', 'must be 0 or more, with ten decimals at most');
        if (terms.providerWeight + terms.operatorWeight + terms.platformWeight === 0)
          throw new InvalidInput('providerWeight', 'at least one weight must be above zero');
        const declared = await this.findIn(tx, terms.productId);
        if (!declared) throw new ProductNotFound();
        // A new level of the data is not confirmed beside this; what is listed under the old one is then taken off.
        await this.classifications.holdIn(tx, declared.datasetVersionId);
        const product = await this.lock(tx, terms.productId);
        if (product.state !== 'DRAFT') throw new ProductNotInState(product.state, 'listed');
        if (product.datasetVersionId !== declared.datasetVersionId)
          throw new ProductNotInState('put over other data just now', 'listed');
        // Under the product's lock: whoever puts another version behind the asset takes it too.
        const asset = await this.assets.findIn(tx, product.assetId);
        if (asset?.datasetVersionId !== product.datasetVersionId)
          throw new ProductNotInState('declared over data that were changed since', 'listed');
        await this.classifications.mustAllowListing(tx, product.datasetVersionId, product, 'productId');
        const platform = await this.parties.findByKind(tx, PartyKind.PLATFORM);
        invariant(platform && actor.partyId, 'An exchange has a platform, and an operator acts for a party');
        const { productId, ...money } = terms;
        await tx.insert(Listing, {
          ...money,
          id: newId(),
          productId,
          providerId: product.providerId,
          operatorId: actor.partyId,
          platformId: platform.id,
          currency: 'CNY',
          state: 'LISTED',
          listedBy: actor.id,
          listedAt: this.clock.now(),
        });
        await tx.update(Product, { id: productId }, { state: 'LISTED' });
        return { subjectId: productId };
      },
    );
  }

  /** Takes a product off the catalogue; grants go on until they end. @throws ProductNotFound, ProductNotInState */
  delist(actor: AuditActor, clientId: string, productId: string): Promise<string> {
    return this.commands.run(
      actor,
      { clientId, action: 'DELIST_PRODUCT', content: { productId } },
      async (tx) => {
        const product = await this.lock(tx, productId);
        if (product.state !== 'LISTED') throw new ProductNotInState(product.state, 'delisted');
        const now = this.clock.now();
        await tx.update(Listing, { productId, state: 'LISTED' }, { state: 'DELISTED', delistedAt: now });
        await tx.update(Product, { id: productId }, { state: 'DELISTED' });
        return { subjectId: productId };
      },
    );
  }

  findIn(tx: Transaction, id: string): Promise<Product | null> {
    return tx.findOneBy(Product, { id });
  }

  /** A live listing with its product, in the caller's transaction. */
  async findListingIn(
    tx: Transaction,
    listingId: string,
  ): Promise<{ listing: Listing; product: Product } | null> {
    const listing = await tx.findOneBy(Listing, { id: listingId });
    const product = listing && (await tx.findOneBy(Product, { id: listing.productId }));
    return product && { listing, product };
  }

  /** These listings, live or not, in the caller's transaction. */
  listingsIn(tx: Transaction, ids: readonly string[]): Promise<Listing[]> {
    return tx.findBy(Listing, { id: In(ids) });
  }

  /**
   * Listed products, oldest first, one more than `first`.
   *
   * @throws InvalidInput
   */
  async page(
    first: number,
    afterId: string | null,
    { zoneCode, minimumQuality }: CatalogueFilter,
  ): Promise<ShownProduct[]> {
    if (minimumQuality !== null && !/^(0(\.\d{1,20})?|1(\.0{1,20})?)$/.test(minimumQuality))
      throw new InvalidInput('minimumQuality', 'must be from 0 to 1, with twenty decimals at most');
    const values = [afterId, first + 1];
    const { rows } = await this.pool.query<ShownRow>(
      minimumQuality !== null
        ? {
            name: 'catalogue_page_of_quality',
            text: PAGE_OF_QUALITY,
            values: [...values, zoneCode, minimumQuality],
          }
        : zoneCode !== null
          ? { name: 'catalogue_page_of_zone', text: PAGE_OF_ZONE, values: [...values, zoneCode] }
          : { name: 'catalogue_page', text: PAGE, values },
    );
    return rows.map(shown);
  }

  /** A product that the context may see, listed or not. */
  async findShown(context: SecurityContext, id: string): Promise<ShownProduct | null> {
    const [row] = await this.transactions.run(context, (tx): Promise<ShownRow[]> =>
      tx.query(`${SHOWN} WHERE product.id = $1`, [id]),
    );
    return row ? shown(row) : null;
  }

  /** How often a product was listed. */
  async countListings(): Promise<number> {
    const { rows } = await this.pool.query<{ count: string }>('SELECT count(*) FROM listing');
    return Number(rows[0]?.count);
  }

  private async lock(tx: Transaction, id: string): Promise<Product> {
    const product = await tx.findOne(Product, { where: { id }, lock: { mode: 'for_no_key_update' } });
    if (!product) throw new ProductNotFound();
    return product;
  }

  private async mustBeOfferable(
    tx: Transaction,
    versionId: string,
    fields: readonly string[],
  ): Promise<void> {
    const columns = await this.datasets.columnsIn(tx, versionId);
    for (const field of fields) {
      const column = columns.find(({ name }) => name === field);
      if (!column) throw new FieldNotOfferable(field, 'is no column of the dataset');
      if (column.isPersonal) throw new FieldNotOfferable(field, 'identifies natural persons');
    }
  }
}

function shown(row: ShownRow): ShownProduct {
  const { providerId, providerName, listingId, pricePerCall, currency, ...product } = row;
  const provider = { id: providerId, name: providerName };
  const listing = listingId === null ? null : { id: listingId, pricePerCall, currency };
  return { ...product, provider, listing };
}

/** What the compiler of declarations refuses, as our refusal; anything else as it is. */
function refusalOf(error: unknown): unknown {
  const constraint = constraintOf(error);
  if (constraint === 'product_zone_code_fkey')
    return new InvalidInput('zoneCode', 'is no zone of this exchange');
  if (constraint === 'product_condition_names_a_column')
    return new InvalidInput('conclusion', 'a condition names a column that the dataset does not have');
  if (constraint === 'product_condition_is_known')
    return new InvalidInput('conclusion', 'a condition needs a value unless it is IS_NULL');
  // A value that its column's type cannot read.
  if (sqlStateOf(error)?.startsWith('22'))
    return new InvalidInput('conclusion', 'a value is not of its column’s type');
  return error;
}
