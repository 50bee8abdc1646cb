import { Module } from '@nestjs/common';

import { AssetModule } from '#libs/asset';
import { QualityModule } from '#libs/quality';
import { ValuationModule } from '#libs/valuation';

import { EncumbranceService } from './encumbrance.service.ts';
import { PropertyRightIssuer } from './property-right-issuer.ts';
import { PropertyRightResolver } from './property-right.resolver.ts';
import { PropertyRightService } from './property-right.service.ts';
import { TitleModule } from './title.module.ts';
import { EncumbranceResolver, TitleResolver } from './title.resolver.ts';
import { TitleService } from './title.service.ts';

/** 数据产权登记, track B: who holds which right in the data behind an asset. */
@Module({
  imports: [AssetModule, QualityModule, TitleModule, ValuationModule],
  providers: [
    ...[PropertyRightService, PropertyRightIssuer, TitleService, EncumbranceService],
    ...[PropertyRightResolver, TitleResolver, EncumbranceResolver],
  ],
  exports: [PropertyRightService, PropertyRightIssuer, TitleModule],
})
export class PropertyRightModule {}
