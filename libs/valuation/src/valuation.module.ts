import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';

import { AssetModule } from '#libs/asset';

import { Evaluation } from './evaluation.entity.ts';
import { ValuationResolver } from './valuation.resolver.ts';
import { ValuationService } from './valuation.service.ts';

/** What assets are worth, by formulas that anyone can recompute. */
@Module({
  imports: [TypeOrmModule.forFeature([Evaluation]), AssetModule],
  providers: [ValuationService, ValuationResolver],
  exports: [ValuationService],
})
export class ValuationModule {}
