import { Module } from '@nestjs/common';

import { AssetResolver } from './asset.resolver.ts';
import { AssetService } from './asset.service.ts';
import { CertificateIssuer } from './certificate-issuer.ts';
import { CredentialSealer } from './credential-sealer.ts';
import { DeadlineResolver } from './deadline.resolver.ts';
import { EvidenceResolver } from './evidence.resolver.ts';
import { EvidenceService } from './evidence.service.ts';
import { ObjectionResolver } from './objection.resolver.ts';
import { ObjectionService } from './objection.service.ts';
import { RegisterModule } from './register.module.ts';
import { RegistrationResolver } from './registration.resolver.ts';
import { RegistrationService } from './registration.service.ts';
import { StatusListController } from './status-list.controller.ts';
import { StatusListService } from './status-list.service.ts';

/** Registration on track A, and what came of it. */
@Module({
  imports: [RegisterModule],
  controllers: [StatusListController],
  providers: [
    ...[AssetService, RegistrationService, ObjectionService, EvidenceService],
    ...[CertificateIssuer, CredentialSealer, StatusListService],
    ...[AssetResolver, RegistrationResolver, ObjectionResolver, DeadlineResolver, EvidenceResolver],
  ],
  exports: [AssetService, RegistrationService, EvidenceService, CredentialSealer, RegisterModule],
})
export class AssetModule {}
