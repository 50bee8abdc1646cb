import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';

import { Asset } from './asset.entity.ts';
import { AssetResolver } from './asset.resolver.ts';
import { AssetService } from './asset.service.ts';
import { Certificate } from './certificate.entity.ts';
import { Registration } from './registration.entity.ts';
import { RegistrationService } from './registration.service.ts';

/** Registration on track A, and what came of it. */
@Module({
  imports: [TypeOrmModule.forFeature([Asset, Registration, Certificate])],
  providers: [AssetService, RegistrationService, AssetResolver],
  exports: [AssetService, RegistrationService],
})
export class AssetModule {}
