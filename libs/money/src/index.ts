export * from './allocate.ts';
export * from './arithmetic.ts';
export * from './fraction.ts';
export * from './fraction-text.ts';
export * from './money.ts';
