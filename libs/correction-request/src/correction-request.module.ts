import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';

import { AssetModule } from '#libs/asset';

import { CorrectionAnswer } from './correction-answer.entity.ts';
import { CorrectionEvidence } from './correction-evidence.entity.ts';
import { CorrectionRequest } from './correction-request.entity.ts';
import { CorrectionRequestResolver } from './correction-request.resolver.ts';
import { CorrectionRequestService } from './correction-request.service.ts';

/** 更正申请: those whom public data are about ask for what is wrong to be corrected. Not 更正登记, an act of the register. */
@Module({
  imports: [AssetModule, TypeOrmModule.forFeature([CorrectionRequest, CorrectionAnswer, CorrectionEvidence])],
  providers: [CorrectionRequestService, CorrectionRequestResolver],
  exports: [CorrectionRequestService],
})
export class CorrectionRequestModule {}
