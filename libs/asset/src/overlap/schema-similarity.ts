import type { ColumnType } from '#libs/dataset';

export interface SchemaColumn {
  readonly name: string;
  readonly type: ColumnType;
}

/** A column of the same name and another type: often the same column, typed by other rows. */
const OTHER_TYPE = 0.5;

/** Names without width, case, spaces and joining strokes; the same as in SQL's bare_column_name. */
export function bareColumnName(name: string): string {
  return name
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[\s_-]/g, '');
}

/**
 * How alike the columns of two datasets are, from 0 to 1, wherever they stand: the mean of what both have of all there
 * are, and of what both have of the narrower one, so that a copy with some columns left out is still alike.
 */
export function schemaSimilarity(own: readonly SchemaColumn[], theirs: readonly SchemaColumn[]): number {
  const [a, b] = [typesByName(own), typesByName(theirs)];
  let shared = 0;
  for (const [name, type] of a) {
    const other = b.get(name);
    if (other !== undefined) shared += other === type ? 1 : OTHER_TYPE;
  }
  const narrower = Math.min(a.size, b.size);
  if (narrower === 0) return 0;
  return (shared / (a.size + b.size - shared) + shared / narrower) / 2;
}

/** Of two columns with one bare name, the one whose type comes first, wherever it stands. */
function typesByName(columns: readonly SchemaColumn[]): ReadonlyMap<string, ColumnType> {
  const types = new Map<string, ColumnType>();
  for (const { name, type } of columns) {
    const bare = bareColumnName(name);
    const known = types.get(bare);
    if (known === undefined || type < known) types.set(bare, type);
  }
  return types;
}
