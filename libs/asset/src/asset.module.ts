import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';

import { Asset } from './asset.entity.ts';
import { AssetResolver } from './asset.resolver.ts';
import { AssetService } from './asset.service.ts';
import { CalendarYear } from './calendar-year.entity.ts';
import { CertificateEnd } from './certificate-end.entity.ts';
import { Certificate } from './certificate.entity.ts';
import { DeadlineResolver } from './deadline.resolver.ts';
import { ExpiryService } from './expiry.service.ts';
import { LegalDeadline } from './legal-deadline.entity.ts';
import { LegalDeadlineService } from './legal-deadline.service.ts';
import { ObjectionResolver } from './objection.resolver.ts';
import { Objection } from './objection.entity.ts';
import { ObjectionService } from './objection.service.ts';
import { Register } from './register.ts';
import { Registration } from './registration.entity.ts';
import { RegistrationResolver } from './registration.resolver.ts';
import { RegistrationService } from './registration.service.ts';
import { WorkingCalendarService } from './working-calendar.service.ts';

/** Registration on track A, and what came of it. */
@Module({
  imports: [
    TypeOrmModule.forFeature([
      ...[Asset, Registration, Certificate, CertificateEnd],
      ...[LegalDeadline, Objection, CalendarYear],
    ]),
  ],
  providers: [
    ...[AssetService, RegistrationService, ObjectionService, ExpiryService],
    ...[Register, LegalDeadlineService, WorkingCalendarService],
    ...[AssetResolver, RegistrationResolver, ObjectionResolver, DeadlineResolver],
  ],
  exports: [AssetService, RegistrationService, ExpiryService, WorkingCalendarService],
})
export class AssetModule {}
