import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';

import { RegisterModule } from '#libs/asset';

import { YearlyReportDuty } from './yearly-report/yearly-report-duty.service.ts';
import { YearlyReport } from './yearly-report/yearly-report.entity.ts';

/** What a registry owes by the clock: what a worker needs. */
@Module({
  imports: [RegisterModule, TypeOrmModule.forFeature([YearlyReport])],
  providers: [YearlyReportDuty],
  exports: [YearlyReportDuty],
})
export class RegistryDutyModule {}
