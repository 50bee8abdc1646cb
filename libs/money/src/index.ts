export * from './allocate.ts';
export * from './fraction.ts';
export * from './money.ts';
