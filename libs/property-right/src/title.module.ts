import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';

import { RegisterModule } from '#libs/asset';

import { Encumbrance } from './encumbrance.entity.ts';
import { PropertyRightRegistration } from './property-right-registration.entity.ts';
import { RegistrationFiler } from './registration-filer.entity.ts';
import { RegistryAgency } from './registry-agency.entity.ts';
import { TitleClockService } from './title-clock.service.ts';
import { TitleRegister } from './title-register.ts';
import { Title } from './title.entity.ts';

/** Track B's register and its clocks, without the people who act on it: what a worker needs. */
@Module({
  imports: [
    RegisterModule,
    TypeOrmModule.forFeature([
      ...[PropertyRightRegistration, RegistrationFiler, RegistryAgency],
      ...[Title, Encumbrance],
    ]),
  ],
  providers: [TitleRegister, TitleClockService],
  exports: [TitleRegister, TitleClockService, RegisterModule],
})
export class TitleModule {}
