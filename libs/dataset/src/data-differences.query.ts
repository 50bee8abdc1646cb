import type { Transaction } from '#libs/database';

import type { DatasetVersion } from './dataset-version.entity.ts';

export enum DataDifferenceKind {
  ADDED = 'ADDED',
  REMOVED = 'REMOVED',
  CHANGED = 'CHANGED',
}

/** What makes two rows the same one. */
export enum RowMatch {
  SUBJECT_COLUMN = 'SUBJECT_COLUMN',
  ROW_NUMBER = 'ROW_NUMBER',
}

export interface DataDifference {
  readonly kind: DataDifferenceKind;
  /** Null: a natural person, or the mere number of a row. */
  readonly subject: string | null;
  readonly rowBefore: number | null;
  readonly rowAfter: number | null;
  /** That have another value. */
  readonly columns: readonly string[];
}

export interface DataDifferences {
  readonly matchedBy: RowMatch;
  /** Null: rows are matched by their numbers. */
  readonly subjectColumn: string | null;
  readonly added: number;
  readonly removed: number;
  readonly changed: number;
  readonly inBoth: number;
  readonly comparedColumns: readonly string[];
  readonly first: readonly DataDifference[];
}

/** What version `after` holds otherwise than `before`, by subject; null unless both are the party's, of one dataset. */
export async function findDataDifferences(
  tx: Transaction,
  before: string,
  { id, subjectColumn }: Pick<DatasetVersion, 'id' | 'subjectColumn'>,
  first: number,
): Promise<DataDifferences | null> {
  const [found]: { differences: Omit<DataDifferences, 'matchedBy' | 'subjectColumn'> | null }[] =
    await tx.query('SELECT dataset_data_differences($1, $2, $3) AS differences', [before, id, first]);
  if (!found?.differences) return null;
  const matchedBy = subjectColumn === null ? RowMatch.ROW_NUMBER : RowMatch.SUBJECT_COLUMN;
  return { matchedBy, subjectColumn, ...found.differences };
}
