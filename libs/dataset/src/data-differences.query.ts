import type { Transaction } from '#libs/database';

export enum DataDifferenceKind {
  ADDED = 'ADDED',
  REMOVED = 'REMOVED',
  CHANGED = 'CHANGED',
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
  after: string,
  first: number,
): Promise<DataDifferences | null> {
  const [found]: { differences: DataDifferences | null }[] = await tx.query(
    'SELECT dataset_data_differences($1, $2, $3) AS differences',
    [before, after, first],
  );
  return found?.differences ?? null;
}
