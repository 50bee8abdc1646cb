export * from './correction-request.module.ts';
export * from './correction-request.service.ts';
export * from './correction-state.ts';
