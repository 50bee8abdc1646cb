export * from './settlement.errors.ts';
export * from './settlement.module.ts';
export * from './settlement.service.ts';
export * from './split-line.ts';
