import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';

import { AssetModule } from '#libs/asset';
import { CatalogueModule } from '#libs/catalogue';

import { AccessRequest } from './access-request.entity.ts';
import { AccessResolver } from './access.resolver.ts';
import { AccessService } from './access.service.ts';
import { Consent } from './consent.entity.ts';
import { UsageGrant } from './usage-grant.entity.ts';

/** Who may use what for which purpose, and with whose consent. */
@Module({
  imports: [TypeOrmModule.forFeature([AccessRequest, UsageGrant, Consent]), AssetModule, CatalogueModule],
  providers: [AccessService, AccessResolver],
  exports: [AccessService],
})
export class AccessModule {}
