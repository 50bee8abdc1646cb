export * from './ledger.module.ts';
export * from './ledger.service.ts';
