export * from './catalogue.errors.ts';
export * from './catalogue.module.ts';
export * from './catalogue.service.ts';
export * from './product-kind.ts';
