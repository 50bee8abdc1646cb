import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';

import { AssetModule } from '#libs/asset';

import { Encumbrance } from './encumbrance.entity.ts';
import { PropertyRightRegistration } from './property-right-registration.entity.ts';
import { RegistrationFiler } from './registration-filer.entity.ts';
import { Title } from './title.entity.ts';

/** 数据产权登记, track B: who holds which right in the data behind an asset. */
@Module({
  imports: [
    AssetModule,
    TypeOrmModule.forFeature([PropertyRightRegistration, RegistrationFiler, Title, Encumbrance]),
  ],
})
export class PropertyRightModule {}
