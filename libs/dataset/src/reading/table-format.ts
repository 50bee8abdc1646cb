export type Encoding = 'UTF-8' | 'GB18030';

/** Is told how many more bytes of a file were read; what it throws ends the reading. */
export type OnBytes = (count: number) => void;

/** How a file holds its table. */
export enum FileFormat {
  CSV = 'CSV',
  TSV = 'TSV',
  JSON_LINES = 'JSON_LINES',
  PARQUET = 'PARQUET',
}

export interface TableFormat {
  readonly fileFormat: FileFormat;
  readonly encoding: Encoding;
  /** Parts the cells of a line; '' where nothing does. */
  readonly delimiter: string;
  readonly columns: readonly string[];
}

export interface TableRow {
  /** The line of the file on which the row ends, from 1; in a file without lines the row. */
  readonly line: number;
  /** As many as there are columns; an empty one is a null. */
  readonly cells: readonly string[];
  /** The cells as they stand in the file with its delimiter between them, none of them quoted. Null: it is not so simple. */
  readonly text: string | null;
}

/** A copy that does not hold on to the text it was cut from. */
export function detached(text: string): string {
  // Shorter ones are copied anyway.
  return text.length < 13 ? text : Buffer.from(text).toString();
}
