export * from './exchange.service.ts';
export * from './party-kind.ts';
export * from './party.errors.ts';
export * from './party.module.ts';
export * from './party.object.ts';
export * from './party.service.ts';
