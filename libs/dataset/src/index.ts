export * from './column-type.ts';
export * from './csv-file.ts';
export * from './dataset.errors.ts';
export * from './dataset.module.ts';
export * from './dataset.service.ts';
export { acceptUploads } from './upload.controller.ts';
export * from './upload.service.ts';
