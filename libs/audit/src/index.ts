export * from './audit-loop.ts';
export * from './audit-log.ts';
export * from './audit-tree.service.ts';
export * from './audit.errors.ts';
export * from './audit.module.ts';
export * from './command-runner.ts';
