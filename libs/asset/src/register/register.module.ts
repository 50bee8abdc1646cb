import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';

import { OutboxModule } from '#libs/outbox';

import { Asset } from '../asset.entity.ts';
import { CalendarYear } from '../deadline/calendar-year.entity.ts';
import { CertificateEnd } from '../certificate/certificate-end.entity.ts';
import { Certificate } from '../certificate/certificate.entity.ts';
import { CorrectionProposalEvidence } from '../correction/correction-proposal-evidence.entity.ts';
import { CorrectionProposal } from '../correction/correction-proposal.entity.ts';
import { Delegation } from '../delegation/delegation.entity.ts';
import { EvidenceDeposit } from '../evidence/evidence-deposit.entity.ts';
import { ExpiryService } from '../deadline/expiry.service.ts';
import { LegalDeadline } from '../deadline/legal-deadline.entity.ts';
import { LegalDeadlineService } from '../deadline/legal-deadline.service.ts';
import { Objection } from '../objection/objection.entity.ts';
import { RegisterEntry } from './register-entry.entity.ts';
import { RegisterHistory } from './register-history.ts';
import { Register } from './register.ts';
import { Registration } from '../registration/registration.entity.ts';
import { WorkingCalendarService } from '../deadline/working-calendar.service.ts';

/** The register and its clocks, without the people who act on it: what a worker needs. */
@Module({
  imports: [
    OutboxModule,
    TypeOrmModule.forFeature([
      ...[Asset, Registration, Certificate, CertificateEnd],
      ...[LegalDeadline, Objection, CalendarYear, RegisterEntry, EvidenceDeposit],
      ...[CorrectionProposal, CorrectionProposalEvidence, Delegation],
    ]),
  ],
  providers: [Register, RegisterHistory, ExpiryService, LegalDeadlineService, WorkingCalendarService],
  exports: [
    OutboxModule,
    Register,
    RegisterHistory,
    ExpiryService,
    LegalDeadlineService,
    WorkingCalendarService,
  ],
})
export class RegisterModule {}
