export * from './access-tokens.ts';
export * from './authenticator.ts';
export * from './identity.errors.ts';
export * from './identity.module.ts';
export * from './identity.object.ts';
export type { Person } from './person.entity.ts';
export * from './person.service.ts';
export * from './session.service.ts';
