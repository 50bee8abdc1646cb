export * from './calculations.ts';
export * from './exact-decimal.ts';
export * from './income-value.ts';
export * from './replacement-cost.ts';
export * from './valuation.errors.ts';
export * from './valuation.module.ts';
export * from './valuation.service.ts';
