import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';

import { QualityModule } from '#libs/quality';

import { AssetResolver } from './asset.resolver.ts';
import { AssetService } from './asset.service.ts';
import { CertificateIssuer } from './certificate/certificate-issuer.ts';
import { CredentialSealer } from './certificate/credential-sealer.ts';
import { CorrectionResolver } from './correction/correction.resolver.ts';
import { CorrectionService } from './correction/correction.service.ts';
import { DeadlineResolver } from './deadline/deadline.resolver.ts';
import { DelegationResolver } from './delegation/delegation.resolver.ts';
import { DelegationService } from './delegation/delegation.service.ts';
import { DutyResolver } from './duty/duty.resolver.ts';
import { DutyService } from './duty/duty.service.ts';
import { EvidenceResolver } from './evidence/evidence.resolver.ts';
import { EvidenceService } from './evidence/evidence.service.ts';
import { OverlapExplanation } from './overlap/overlap-explanation.entity.ts';
import { OverlapResolver, RegistrationOverlapResolver } from './overlap/overlap.resolver.ts';
import { OverlapService } from './overlap/overlap.service.ts';
import { ObjectionResolver } from './objection/objection.resolver.ts';
import { ObjectionService } from './objection/objection.service.ts';
import { RegisterModule } from './register/register.module.ts';
import { RegistrationResolver } from './registration/registration.resolver.ts';
import { RegistrationService } from './registration/registration.service.ts';
import { StatusListController } from './certificate/status-list.controller.ts';
import { StatusListService } from './certificate/status-list.service.ts';

/** Registration on track A, and what came of it. */
@Module({
  imports: [QualityModule, RegisterModule, TypeOrmModule.forFeature([OverlapExplanation])],
  controllers: [StatusListController],
  providers: [
    ...[AssetService, RegistrationService, ObjectionService, EvidenceService, OverlapService],
    ...[CertificateIssuer, CredentialSealer, StatusListService],
    ...[CorrectionService, DelegationService, DutyService],
    ...[CorrectionResolver, DelegationResolver, DutyResolver],
    ...[AssetResolver, RegistrationResolver, ObjectionResolver, DeadlineResolver, EvidenceResolver],
    ...[OverlapResolver, RegistrationOverlapResolver],
  ],
  exports: [
    ...[AssetService, RegistrationService, EvidenceService, ObjectionService, OverlapService],
    ...[CredentialSealer, RegisterModule],
  ],
})
export class AssetModule {}
