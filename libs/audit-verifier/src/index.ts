export * from './merkle-tree.ts';
