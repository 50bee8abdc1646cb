export * from './property-right.module.ts';
