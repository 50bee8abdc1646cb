import type { Transaction } from './transaction.ts';

/**
 * Inserts any number of rows in one statement.
 *
 * @param shape the columns with their types, such as `id uuid, amount_minor bigint`
 * @param rows JSON values by column name; a bigint goes as text
 */
export async function insertRows(
  tx: Transaction,
  table: string,
  shape: string,
  rows: readonly object[],
  suffix = '',
): Promise<void> {
  const columns = shape.split(', ').map((column) => column.split(' ')[0]);
  await tx.query(
    `INSERT INTO ${table} (${columns.join(', ')})
     SELECT * FROM jsonb_to_recordset($1::jsonb) AS row (${shape}) ${suffix}`,
    [JSON.stringify(rows)],
  );
}
