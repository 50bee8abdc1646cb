export * from './metering.module.ts';
export * from './metering.service.ts';
