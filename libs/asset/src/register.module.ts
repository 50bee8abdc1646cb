import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';

import { Asset } from './asset.entity.ts';
import { CalendarYear } from './calendar-year.entity.ts';
import { CertificateEnd } from './certificate-end.entity.ts';
import { Certificate } from './certificate.entity.ts';
import { EvidenceDeposit } from './evidence-deposit.entity.ts';
import { ExpiryService } from './expiry.service.ts';
import { LegalDeadline } from './legal-deadline.entity.ts';
import { LegalDeadlineService } from './legal-deadline.service.ts';
import { Objection } from './objection.entity.ts';
import { RegisterEntry } from './register-entry.entity.ts';
import { RegisterHistory } from './register-history.ts';
import { Register } from './register.ts';
import { Registration } from './registration.entity.ts';
import { WorkingCalendarService } from './working-calendar.service.ts';

/** The register and its clocks, without the people who act on it: what a worker needs. */
@Module({
  imports: [
    TypeOrmModule.forFeature([
      ...[Asset, Registration, Certificate, CertificateEnd],
      ...[LegalDeadline, Objection, CalendarYear, RegisterEntry, EvidenceDeposit],
    ]),
  ],
  providers: [Register, RegisterHistory, ExpiryService, LegalDeadlineService, WorkingCalendarService],
  exports: [Register, RegisterHistory, ExpiryService, LegalDeadlineService, WorkingCalendarService],
})
export class RegisterModule {}
