import { rowsOf } from '../reading/table-file.ts';
import type { TableFormat } from '../reading/table-format.ts';
import { MeaningGuess, type ProposedMeaning } from './column-meaning.ts';
import { type ColumnType, TypeGuess } from './column-type.ts';
import { FewValues } from './few-values.ts';

export interface InferredColumn {
  readonly type: ColumnType;
  /** Null: it has no value. */
  readonly proposal: ProposedMeaning | null;
  /** Whether every cell can be stored as this type. */
  readonly fits: (type: ColumnType) => boolean;
}

export interface InferredTable {
  readonly rowCount: bigint;
  readonly columns: readonly InferredColumn[];
}

/** Reads a file and says what its columns hold and are. @throws BrokenRow, FormulaCell, NoRows */
export async function inferTable(file: string, format: TableFormat): Promise<InferredTable> {
  const columns = format.columns.map(() => new ColumnInference(format.columns.length));
  let rowCount = 0n;
  for await (const rows of rowsOf(file, format)) {
    rowCount += BigInt(rows.length);
    for (const { cells } of rows) for (let i = 0; i < columns.length; i++) columns[i]?.see(cells[i] ?? '');
  }
  return { rowCount, columns: columns.map((column) => column.end()) };
}

class ColumnInference {
  private readonly typeGuess = new TypeGuess();
  private readonly meaningGuess = new MeaningGuess();
  private readonly values: FewValues;

  constructor(columnCount: number) {
    this.values = new FewValues(columnCount, (value, rows) => {
      if (value === '') return;
      this.typeGuess.see(value);
      this.meaningGuess.see(value, rows);
    });
  }

  see(cell: string): void {
    this.values.see(cell);
  }

  end(): InferredColumn {
    const counts = this.values.end();
    const { type } = this.typeGuess;
    const distinct = counts && counts.size - (counts.has('') ? 1 : 0);
    return {
      type,
      proposal: this.meaningGuess.proposal(type, distinct),
      fits: (other) => this.typeGuess.fits(other),
    };
  }
}
