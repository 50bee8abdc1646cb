export * from './app-login.ts';
export * from './database.errors.ts';
export { type EmbeddedServer, type EmbeddedServerOptions, startEmbeddedServer } from './embedded-server.ts';
export * from './migrate.ts';
