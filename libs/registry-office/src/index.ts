export * from './registry-duty.module.ts';
export * from './registry-office.module.ts';
export { YearlyReportDuty } from './yearly-report/yearly-report-duty.service.ts';
