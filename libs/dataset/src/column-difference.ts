import type { DatasetColumn } from './dataset-column.entity.ts';

/** What a column is said to be. */
export type TypedColumn = Pick<DatasetColumn, 'name' | 'type' | 'isPersonal' | 'meaning'>;
type StoredAs = Pick<TypedColumn, 'name' | 'type' | 'isPersonal'>;

/** What a version has in a column that the one before has not, or has otherwise. */
export interface ColumnDifference {
  readonly column: string;
  /** `TYPE`, or `TYPE personal`; null: it was not there. */
  readonly before: string | null;
  /** As `before`; null: it is not there any more. */
  readonly after: string | null;
}

export function isStoredOtherwise(column: StoredAs, was: StoredAs | undefined): boolean {
  return column.type !== was?.type || column.isPersonal !== was.isPersonal;
}

/** Whether other values are stored of it, or another profile. */
export function isReadOtherwise(column: TypedColumn, was: TypedColumn | undefined): boolean {
  return isStoredOtherwise(column, was) || column.meaning !== was?.meaning;
}

/** Column by column, in the order of the earlier version, then of what is new. */
export function differencesOf(before: readonly StoredAs[], after: readonly StoredAs[]): ColumnDifference[] {
  const shown = (columns: readonly StoredAs[], name: string) => {
    const column = columns.find((known) => known.name === name);
    return column ? `${column.type}${column.isPersonal ? ' personal' : ''}` : null;
  };
  return [...new Set([...before, ...after].map(({ name }) => name))]
    .map((column) => ({ column, before: shown(before, column), after: shown(after, column) }))
    .filter((difference) => difference.before !== difference.after);
}
