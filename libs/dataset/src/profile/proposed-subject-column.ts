import type { DatasetColumn } from '../dataset-column.entity.ts';
import { ColumnType } from './column-type.ts';

type Profiled = Pick<DatasetColumn, 'name' | 'type' | 'distinctValues'>;

/**
 * The column that could name the subject of every row, as its values are: never empty and never twice the same; of
 * several, the first in the file. Null: none. That decimals and truth values name nothing is ours.
 */
export function proposedSubjectColumn(rowCount: bigint, columns: readonly Profiled[]): string | null {
  if (rowCount < 2n) return null;
  const isKey = ({ type, distinctValues }: Profiled) =>
    type !== ColumnType.DECIMAL && type !== ColumnType.BOOLEAN && distinctValues === rowCount;
  return columns.find(isKey)?.name ?? null;
}
