import { rowsOf } from '../reading/table-file.ts';
import type { OnBytes, TableFormat } from '../reading/table-format.ts';
import { MeaningGuess, type ProposedMeaning } from './column-meaning.ts';
import { ColumnType, TypeGuess } from './column-type.ts';
import { type Counts, FewValues } from './few-values.ts';

export interface InferredColumn {
  readonly type: ColumnType;
  /** Every cell is written as it is stored. */
  readonly isPlain: boolean;
  /** Null: it has no value. */
  readonly proposal: ProposedMeaning | null;
  /** As which every cell can be stored. */
  readonly fittingTypes: readonly ColumnType[];
}

export interface InferredTable {
  readonly rowCount: bigint;
  readonly columns: readonly InferredColumn[];
}

/**
 * Reads a file, or at least `sampleRows` of it if it has more, and says what its columns hold and are.
 *
 * @throws BrokenRow, FormulaCell, NoRows
 */
export async function inferTable(
  file: string,
  format: TableFormat,
  sampleRows = Infinity,
  onBytes?: OnBytes,
): Promise<InferredTable> {
  const columns = format.columns.map(() => {
    const inference = new ColumnInference();
    return { inference, values: countedFor(inference, format.columns.length) };
  });
  let rowCount = 0;
  for await (const rows of rowsOf(file, format, onBytes)) {
    rowCount += rows.length;
    for (const { cells } of rows)
      for (let i = 0; i < columns.length; i++) columns[i]?.values.see(cells[i] ?? '');
    if (rowCount >= sampleRows) break;
  }
  return {
    rowCount: BigInt(rowCount),
    columns: columns.map(({ inference, values }) => inference.inferred(values.end())),
  };
}

function countedFor(inference: ColumnInference, columnCount: number): FewValues {
  return new FewValues(
    columnCount,
    (value) => {
      inference.see(value);
      return 0;
    },
    (value, rows) => {
      inference.take(value, rows);
    },
  );
}

/** Finds out what the cells of a column are while they are counted. */
export class ColumnInference {
  private readonly typeGuess = new TypeGuess();
  private readonly meaningGuess = new MeaningGuess();

  /** To be called of every cell at least once. */
  see(cell: string): void {
    this.typeGuess.see(cell);
  }

  /** Whether every cell seen so far fits `type`, and is written as it is stored if it has to be. */
  fits(type: ColumnType, mustBePlain = false): boolean {
    return this.typeGuess.fits(type) && (this.typeGuess.isPlain || !mustBePlain);
  }

  take(cell: string, rows: number): void {
    if (cell !== '') this.meaningGuess.see(cell, rows);
  }

  /** @param counts of all cells that were taken; null: too many */
  inferred(counts: Counts | null): InferredColumn {
    const { type, isPlain } = this.typeGuess;
    const distinct = counts && counts.size - (counts.has('') ? 1 : 0);
    return {
      type,
      isPlain,
      proposal: this.meaningGuess.proposal(type, distinct),
      fittingTypes: Object.values(ColumnType).filter((other) => this.fits(other)),
    };
  }
}
