import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';

import { AssetModule } from '#libs/asset';

import { FileInspectionRequest } from './inspection/file-inspection-request.entity.ts';
import { FileLook } from './inspection/file-look.entity.ts';
import { InspectionResolver } from './inspection/inspection.resolver.ts';
import { InspectionService } from './inspection/inspection.service.ts';
import { RegistrationFileService } from './inspection/registration-file.service.ts';
import { YearlyReport } from './yearly-report/yearly-report.entity.ts';
import { YearlyReportResolver } from './yearly-report/yearly-report.resolver.ts';
import { YearlyReportService } from './yearly-report/yearly-report.service.ts';

/** A registry's own duties: its yearly report, and its files that are kept and open to those entitled. */
@Module({
  imports: [AssetModule, TypeOrmModule.forFeature([YearlyReport, FileInspectionRequest, FileLook])],
  providers: [
    ...[YearlyReportService, YearlyReportResolver],
    ...[InspectionService, RegistrationFileService, InspectionResolver],
  ],
})
export class RegistryOfficeModule {}
