import { DomainError } from '#libs/foundation';

export class UploadTooLarge extends DomainError {
  readonly code = 'UPLOAD_TOO_LARGE';

  constructor(limit: number) {
    super(`A file has at most ${limit} bytes`, { path: 'file', rule: 'size limit' });
  }
}

export class UploadQuotaExceeded extends DomainError {
  readonly code = 'UPLOAD_QUOTA_EXCEEDED';

  constructor(limit: bigint) {
    super(`Your party has at most ${limit} bytes of files here, with those that have begun to come`, {
      path: 'file',
      rule: `${limit} bytes a party`,
    });
  }
}

export class UploadEmpty extends DomainError {
  readonly code = 'UPLOAD_EMPTY';

  constructor() {
    super('The file has no bytes', { path: 'file' });
  }
}

export class UploadNotFound extends DomainError {
  readonly code = 'UPLOAD_NOT_FOUND';

  constructor() {
    super('Your party has sent no such file', { path: 'uploadId' });
  }
}

/** Nobody has changed the file; what keeps it has. */
export class FileDamaged extends DomainError {
  readonly code = 'FILE_DAMAGED';

  constructor() {
    super('The exchange does not hold the bytes any more that were sent: send the file again', {
      path: 'uploadId',
      rule: 'its SHA-256 must be that of the upload',
    });
  }
}

export class PartialUploadNotFound extends DomainError {
  readonly code = 'PARTIAL_UPLOAD_NOT_FOUND';

  constructor() {
    super('Your party has begun no such upload', { path: 'id' });
  }
}

/** A part belongs where the ones before it end. */
export class WrongOffset extends DomainError {
  readonly code = 'WRONG_OFFSET';

  constructor(readonly offset: number) {
    super(`The next part begins at ${offset}`, { path: 'Upload-Offset', rule: String(offset) });
  }
}

export class WrongEncoding extends DomainError {
  readonly code = 'WRONG_ENCODING';

  constructor() {
    super('The file is neither UTF-8 nor GB18030', { path: 'file', rule: 'UTF-8 or GB18030 throughout' });
  }
}

/** Names the column that is there twice, or has no name. */
export class WrongHeader extends DomainError {
  readonly code = 'WRONG_HEADER';

  constructor(position: number, rule: string) {
    super(`Column ${position}: ${rule}`, { path: `columns[${position - 1}].name`, rule });
  }
}

export class TooManyColumns extends DomainError {
  readonly code = 'TOO_MANY_COLUMNS';

  constructor(limit: number) {
    super(`A table has at most ${limit} columns`, { path: 'columns', rule: `at most ${limit} columns` });
  }
}

/** A line that is no row of the table: another number of cells, an open quote, too long, a byte of zero. */
export class BrokenRow extends DomainError {
  readonly code = 'BROKEN_ROW';

  constructor(line: number, rule: string) {
    super(`Line ${line}: ${rule}`, { path: `line ${line}`, rule });
  }
}

/** The database keeps a row on one page, longer cells aside. */
export class RowTooWide extends DomainError {
  readonly code = 'ROW_TOO_WIDE';

  constructor() {
    const rule = 'at most about 8,000 bytes in a row, long cells counted as 18 each';
    super(`The file has a row that is too wide to be stored: ${rule}`, { path: 'columns', rule });
  }
}

/** A file that looks like a table of a kind and cannot be read as one. */
export class UnreadableTable extends DomainError {
  readonly code = 'UNREADABLE_TABLE';

  constructor(path: string, rule: string) {
    super(`The file cannot be read as a table: ${path}: ${rule}`, { path, rule });
  }
}

/** An object or a list where a cell should be; names its place. */
export class NestedValue extends DomainError {
  readonly code = 'NESTED_VALUE';

  constructor(path: string) {
    super(`${path}: a table has no objects or lists in its cells`, {
      path,
      rule: 'texts, numbers, true, false, null',
    });
  }
}

export class NoRows extends DomainError {
  readonly code = 'NO_ROWS';

  constructor() {
    super('The file has no rows, or nothing but a header', { path: 'file', rule: 'at least one row' });
  }
}

/** A cell that a spreadsheet would run. */
export class FormulaCell extends DomainError {
  readonly code = 'FORMULA_CELL';

  constructor(line: number, column: string) {
    super(`Line ${line}, column ${column}: begins like a spreadsheet formula`, {
      path: `line ${line}, column ${column}`,
      rule: 'no cell begins with = @ or a tab, or with + or - before anything but a number or an amount',
    });
  }
}

export class CellNotOfType extends DomainError {
  readonly code = 'CELL_NOT_OF_TYPE';

  constructor(line: number, column: string, type: string) {
    super(`Line ${line}, column ${column}: is no ${type}`, {
      path: `line ${line}, column ${column}`,
      rule: type,
    });
  }
}

export class ColumnUnknown extends DomainError {
  readonly code = 'COLUMN_UNKNOWN';

  constructor(name: string, path: string) {
    super(`The file has no column ${name}`, { path });
  }
}

export class SubjectMissing extends DomainError {
  readonly code = 'SUBJECT_MISSING';

  constructor(line: number) {
    super(`Line ${line}: the subject column is empty`, {
      path: `line ${line}`,
      rule: 'every row has a subject',
    });
  }
}

export class SubjectTwice extends DomainError {
  readonly code = 'SUBJECT_TWICE';

  constructor() {
    super('The subject column names one subject in two rows', {
      path: 'subjectColumn',
      rule: 'a subject has one row',
    });
  }
}

export class DatasetNameTaken extends DomainError {
  readonly code = 'DATASET_NAME_TAKEN';

  constructor(name: string) {
    super(`Your party has a dataset called ${name}`, { path: 'name' });
  }
}

export class DatasetVersionNotFound extends DomainError {
  readonly code = 'DATASET_VERSION_NOT_FOUND';

  constructor() {
    super('Your party has no such dataset version', { path: 'datasetVersionId' });
  }
}

export class DatasetVersionConfirmed extends DomainError {
  readonly code = 'DATASET_VERSION_CONFIRMED';

  constructor() {
    super('A confirmed dataset version never changes', { path: 'datasetVersionId' });
  }
}

export class DatasetNotFound extends DomainError {
  readonly code = 'DATASET_NOT_FOUND';

  constructor() {
    super('Your party has no dataset with this id', { path: 'datasetId' });
  }
}

/** A version that is not confirmed may still change, so nothing is built on it. */
export class DatasetVersionOpen extends DomainError {
  readonly code = 'DATASET_VERSION_OPEN';

  constructor() {
    super('The newest version of this dataset is not confirmed yet', { path: 'datasetId' });
  }
}

/** Versions of a dataset are made one after the other. */
export class DatasetLoadUnderWay extends DomainError {
  readonly code = 'DATASET_LOAD_UNDER_WAY';

  constructor(path: string) {
    super('A file is being read into this dataset', { path, rule: 'one load of a dataset at a time' });
  }
}

export class DatasetLoadNotFound extends DomainError {
  readonly code = 'DATASET_LOAD_NOT_FOUND';

  constructor() {
    super('Your party has asked for no such load', { path: 'datasetLoadId' });
  }
}

export class DatasetLoadEnded extends DomainError {
  readonly code = 'DATASET_LOAD_ENDED';

  constructor(state: string) {
    super(`The load is ${state}`, { path: 'datasetLoadId', rule: 'only what waits or runs is cancelled' });
  }
}

/** No fault was found in the file, but whoever read it did not live to tell. */
export class DatasetLoadAbandoned extends DomainError {
  readonly code = 'DATASET_LOAD_ABANDONED';

  constructor(attempts: number) {
    super(`The file was begun ${attempts} times and never read to its end; the operator’s log has more`, {
      path: 'uploadId',
      rule: `${attempts} attempts`,
    });
  }
}

/** More different values than are counted exactly without a database. */
export class TooManyValues extends DomainError {
  readonly code = 'TOO_MANY_VALUES';

  constructor(column: string) {
    super(`Column ${column} has more different values than are counted here`, {
      path: column,
      rule: 'about 16 GiB of different values',
    });
  }
}
