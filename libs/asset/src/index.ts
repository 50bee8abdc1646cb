export * from './asset.errors.ts';
export * from './asset.module.ts';
export * from './asset.service.ts';
export * from './certificate-document.ts';
export * from './registration-state.ts';
export * from './registration.service.ts';
