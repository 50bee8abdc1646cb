export * from './access.errors.ts';
export * from './access.module.ts';
export * from './access.service.ts';
export * from './purpose.ts';
