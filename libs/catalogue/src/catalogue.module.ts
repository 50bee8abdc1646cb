import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';

import { AssetModule } from '#libs/asset';
import { QualityModule } from '#libs/quality';

import { CatalogueResolver } from './catalogue.resolver.ts';
import { CatalogueService } from './catalogue.service.ts';
import { Listing } from './listing.entity.ts';
import { Product } from './product.entity.ts';

/** What is offered, and at which price. */
@Module({
  imports: [TypeOrmModule.forFeature([Product, Listing]), AssetModule, QualityModule],
  providers: [CatalogueService, CatalogueResolver],
  exports: [CatalogueService],
})
export class CatalogueModule {}
