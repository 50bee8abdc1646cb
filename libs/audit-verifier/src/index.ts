export * from './merkle-tree.ts';
export * from './signed-note.ts';
export * from './stored-tree.ts';
