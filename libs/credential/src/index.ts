export * from './credential.ts';
export * from './status-list.ts';
