export * from './analysis/reconciliation.ts';
export * from './analysis/sensitivity.ts';
export * from './analysis/simulation.ts';
export type { InputShape } from './inputs.ts';
export type { Measure, Method } from './method.ts';
export * from './methods.ts';
export * from './valuation.errors.ts';
export * from './valuation.module.ts';
export * from './valuation.service.ts';
