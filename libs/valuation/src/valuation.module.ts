import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';

import { AssetModule } from '#libs/asset';
import { QualityModule } from '#libs/quality';

import { AccountingRecord } from './accounting/accounting-record.entity.ts';
import { AccountingResolver } from './accounting/accounting.resolver.ts';
import { AccountingService } from './accounting/accounting.service.ts';
import { Appraiser } from './engagement/appraiser.entity.ts';
import { Draft } from './engagement/draft.entity.ts';
import { Engagement } from './engagement/engagement.entity.ts';
import { EngagementResolver, InterestResolver, ReportResolver } from './engagement/engagement.resolver.ts';
import { EngagementService } from './engagement/engagement.service.ts';
import { AppraiserInterest } from './engagement/interest.entity.ts';
import { ReportDisclosure } from './engagement/report-disclosure.entity.ts';
import { ReportFiling } from './engagement/report-filing.entity.ts';
import { ReportStatusListController } from './engagement/report-status-list.controller.ts';
import { ReportStatusListService } from './engagement/report-status-list.service.ts';
import { Report } from './engagement/report.entity.ts';
import { Qualification } from './qualification/qualification.entity.ts';
import { QualificationResolver } from './qualification/qualification.resolver.ts';
import { QualificationService } from './qualification/qualification.service.ts';

const ENTITIES = [
  Engagement,
  Appraiser,
  Draft,
  Report,
  ReportFiling,
  ReportDisclosure,
  AppraiserInterest,
  AccountingRecord,
  Qualification,
];

/** What assets are worth, by formulas that anyone can recompute. */
@Module({
  imports: [TypeOrmModule.forFeature(ENTITIES), AssetModule, QualityModule],
  controllers: [ReportStatusListController],
  providers: [
    ReportStatusListService,
    ...[EngagementService, EngagementResolver, ReportResolver, InterestResolver],
    ...[AccountingService, AccountingResolver, QualificationService, QualificationResolver],
  ],
  exports: [EngagementService, QualificationService],
})
export class ValuationModule {}
