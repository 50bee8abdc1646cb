export * from './event-type.ts';
export * from './notification.module.ts';
export * from './outbox.module.ts';
export * from './outbox.ts';
export * from './webhook-relay.ts';
