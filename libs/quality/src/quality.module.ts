import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';

import { Classification } from './classification/classification.entity.ts';
import {
  ClassificationResolver,
  DatasetVersionClassificationResolver,
} from './classification/classification.resolver.ts';
import { ClassificationService } from './classification/classification.service.ts';
import { QualityReport } from './report/quality-report.entity.ts';
import {
  DatasetVersionQualityResolver,
  QualityReportResolver,
  QualityResultResolver,
} from './report/quality-report.resolver.ts';
import { QualityReportService } from './report/quality-report.service.ts';
import { QualityResult } from './report/quality-result.entity.ts';
import { QualityRule } from './rule/quality-rule.entity.ts';
import { QualityRuleResolver } from './rule/quality-rule.resolver.ts';
import { QualityRuleService } from './rule/quality-rule.service.ts';

/** What is measured of data, and how sensitive they are. */
@Module({
  imports: [TypeOrmModule.forFeature([QualityRule, QualityReport, QualityResult, Classification])],
  providers: [
    ...[QualityRuleService, QualityReportService, ClassificationService],
    ...[QualityRuleResolver, QualityReportResolver, QualityResultResolver, DatasetVersionQualityResolver],
    ...[ClassificationResolver, DatasetVersionClassificationResolver],
  ],
  exports: [QualityRuleService, QualityReportService, ClassificationService],
})
export class QualityModule {}
