export * from './delivery.errors.ts';
export * from './delivery.module.ts';
export * from './delivery.service.ts';
export * from './receipt.ts';
