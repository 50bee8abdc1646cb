import { Injectable } from '@nestjs/common';

import { isUniqueViolation, type Transaction } from '#libs/database';
import { Clock, invariant, type JsonObject, newId } from '#libs/foundation';
import { KeyRing } from '#libs/keys';

import { differencesOf, isStoredOtherwise, type TypedColumn } from '../column-difference.ts';
import { DatasetColumn } from '../dataset-column.entity.ts';
import { DatasetVersion } from '../dataset-version.entity.ts';
import { Dataset } from '../dataset.entity.ts';
import {
  CellNotOfType,
  ColumnUnknown,
  DatasetNameTaken,
  DatasetVersionConfirmed,
  DatasetVersionOpen,
} from '../dataset.errors.ts';
import { FileStore } from '../file-store.ts';
import { type ColumnProfile, profileAs } from '../profile/column-profiler.ts';
import { ColumnType, isAlwaysPlain } from '../profile/column-type.ts';
import { columnsAsInferred, type NewColumn } from '../profile/columns-as-inferred.ts';
import { type InferredTable, inferTable } from '../profile/table-inference.ts';
import { formatOf } from '../reading/table-file.ts';
import type { TableFormat } from '../reading/table-format.ts';
import { sketchKeyOf } from '../sketch/content-sketcher.ts';
import { insertSketch } from '../sketch/content-sketch.query.ts';
import { Upload } from '../upload.entity.ts';
import {
  type DatasetLoad,
  DatasetLoadKind,
  DatasetLoadStep,
  type WantedColumns,
  type WantedDataset,
  type WantedVersion,
} from './dataset-load.entity.ts';
import type { LoadProgress } from './load-progress.ts';
import { type LoadedRows, type LoadPlan, loadRows } from './load-rows.ts';

/** A load that a worker has. */
export type LeasedLoad = Readonly<
  Pick<
    DatasetLoad,
    | 'id'
    | 'kind'
    | 'providerId'
    | 'uploadId'
    | 'datasetId'
    | 'datasetVersionId'
    | 'wanted'
    | 'requestedBy'
    | 'requestId'
    | 'attempts'
  >
> & { readonly leaseId: string };

export interface MadeVersion {
  readonly datasetId: string;
  readonly datasetVersionId: string;
  readonly byteSize: bigint;
  readonly rowCount: bigint;
  /** For the log. */
  readonly note: JsonObject;
}

/** A file on its way into a version. */
interface Source {
  readonly upload: Upload;
  readonly file: string;
  readonly format: TableFormat;
  readonly columnsOf: (table: InferredTable) => NewColumn[];
  readonly subjectColumn: string | null;
}

/** Reads files into typed tables, with inferred types and meanings and a profile. */
@Injectable()
export class DatasetLoader {
  constructor(
    private readonly files: FileStore,
    private readonly keys: KeyRing,
    private readonly clock: Clock,
  ) {}

  /**
   * Makes what a load wants, in the caller's transaction: a file that is wrong anywhere leaves nothing.
   *
   * @throws LoadStopped, DatasetNameTaken, DatasetVersionOpen, ColumnUnknown, SubjectMissing, SubjectTwice,
   *   CellNotOfType, DatasetVersionConfirmed, FileDamaged, and what reading the file refuses
   */
  async make(tx: Transaction, load: LeasedLoad, progress: LoadProgress): Promise<MadeVersion> {
    await liftTimeLimits(tx);
    const upload = await tx.findOneByOrFail(Upload, { id: load.uploadId });
    await this.files.mustBeUndamaged(upload.sha256, progress.onBytes);
    progress.begin(DatasetLoadStep.CHECKING);
    switch (load.kind) {
      case DatasetLoadKind.REGISTER_DATASET:
        return this.register(tx, load, upload, progress);
      case DatasetLoadKind.ADD_DATASET_VERSION:
        return this.addVersion(tx, load, upload, progress);
      case DatasetLoadKind.CONFIRM_COLUMNS:
        return this.confirm(tx, load, upload, progress);
    }
  }

  private async register(
    tx: Transaction,
    { providerId, wanted }: LeasedLoad,
    upload: Upload,
    progress: LoadProgress,
  ): Promise<MadeVersion> {
    const { name, description, subjectColumn, personalColumns } = wanted as WantedDataset;
    const file = this.files.pathOf(upload.sha256);
    const format = await formatOf(file, progress.onBytes);
    mustHave(format, subjectColumn === null ? [] : [subjectColumn], 'subjectColumn');
    mustHave(format, personalColumns, 'personalColumns');
    const dataset = { id: newId(), providerId };
    try {
      await tx.insert(Dataset, { ...dataset, name, description, registeredAt: this.clock.now() });
    } catch (error) {
      if (isUniqueViolation(error, 'dataset_name_unique')) throw new DatasetNameTaken(name);
      throw error;
    }
    const columnsOf = (table: InferredTable) => columnsAsInferred(format, table, personalColumns, []);
    const source = { upload, file, format, columnsOf, subjectColumn };
    const { made } = await this.load(tx, dataset, 1, source, progress);
    return made;
  }

  private async addVersion(
    tx: Transaction,
    { providerId, datasetId, wanted }: LeasedLoad,
    upload: Upload,
    progress: LoadProgress,
  ): Promise<MadeVersion> {
    invariant(datasetId, 'A version is added to a dataset');
    const { personalColumns } = wanted as WantedVersion;
    const latest = await tx.findOneOrFail(DatasetVersion, {
      where: { datasetId },
      order: { number: 'DESC' },
    });
    // It was confirmed when this was asked for; another load may have ended in between.
    if (latest.state !== 'CONFIRMED') throw new DatasetVersionOpen();
    const file = this.files.pathOf(upload.sha256);
    const format = await formatOf(file, progress.onBytes);
    const { subjectColumn } = latest;
    mustHave(format, subjectColumn === null ? [] : [subjectColumn], 'uploadId');
    mustHave(format, personalColumns, 'personalColumns');
    const earlier = await columnsIn(tx, latest.id);
    const columnsOf = (table: InferredTable) => columnsAsInferred(format, table, personalColumns, earlier);
    const source = { upload, file, format, columnsOf, subjectColumn };
    const dataset = { id: datasetId, providerId };
    const { made, columns } = await this.load(tx, dataset, latest.number + 1, source, progress);
    const differences = differencesOf(earlier, columns).map((difference) => ({ ...difference }));
    return { ...made, note: { ...made.note, differences } };
  }

  private async confirm(
    tx: Transaction,
    { datasetVersionId, wanted }: LeasedLoad,
    upload: Upload,
    progress: LoadProgress,
  ): Promise<MadeVersion> {
    invariant(datasetVersionId, 'The columns are those of a version');
    const version = await tx.findOneOrFail(DatasetVersion, {
      where: { id: datasetVersionId },
      lock: { mode: 'for_no_key_update' },
    });
    if (version.state === 'CONFIRMED') throw new DatasetVersionConfirmed();
    const { columns: chosen, subjectColumn = version.subjectColumn } = wanted as WantedColumns;
    await storeColumns(tx, version.id, chosen);
    const stored = await columnsIn(tx, version.id);
    const columns = stored.map(({ name, type, isPersonal, meaning, proposedMeaning, proposedShare }) => ({
      ...{ name, type, isPersonal, meaning, proposedMeaning, proposedShare },
      isPlain: isAlwaysPlain(type),
    }));
    const { fileFormat, encoding, delimiter } = version;
    const plan = {
      versionId: version.id,
      file: this.files.pathOf(upload.sha256),
      format: { fileFormat, encoding, delimiter, columns: columns.map(({ name }) => name) },
      columns,
      subjectColumn,
    };
    progress.begin(DatasetLoadStep.COPYING);
    const loaded = await this.fill(tx, plan, progress);
    const { misfit } = loaded;
    const at = misfit && columns[misfit.column];
    if (at) throw new CellNotOfType(misfit.line, at.name, at.type);
    progress.begin(DatasetLoadStep.COUNTING);
    await this.describe(tx, plan, columns, loaded);
    const confirmed = { state: 'CONFIRMED', confirmedAt: this.clock.now(), subjectColumn } as const;
    await tx.update(DatasetVersion, { id: version.id }, confirmed);
    const names = chosen.map(({ name }) => name);
    return {
      datasetId: version.datasetId,
      datasetVersionId: version.id,
      byteSize: upload.byteSize,
      rowCount: loaded.rowCount,
      note: { columns: names, subjectColumn },
    };
  }

  /**
   * Stores a version that is not confirmed yet, with its columns and rows. What the columns are is guessed from the first
   * rows and found out for certain while all are copied: a file is read once, and a second time only where its first
   * rows have misled.
   */
  private async load(
    tx: Transaction,
    { id: datasetId, providerId }: Pick<Dataset, 'id' | 'providerId'>,
    number: number,
    { file, format, columnsOf, subjectColumn, upload }: Source,
    progress: LoadProgress,
  ): Promise<{ readonly made: MadeVersion; readonly columns: readonly NewColumn[] }> {
    const id = newId();
    const { fileFormat, encoding, delimiter } = format;
    const sample = await inferTable(file, format, SAMPLE_ROWS);
    const guessed = columnsOf(sample);
    await tx.insert(DatasetVersion, {
      ...{ id, datasetId, providerId, number, uploadId: upload.id },
      ...{ fileFormat, encoding, delimiter, rowCount: sample.rowCount, subjectColumn },
      state: 'LOADED',
      loadedAt: this.clock.now(),
      fileSha256: upload.sha256,
    });
    await tx.insert(
      DatasetColumn,
      guessed.map((column, i) => ({
        ...column,
        ...{ datasetVersionId: id, position: i + 1, providerId, frequentValues: [] },
      })),
    );
    const plan = { versionId: id, file, format, subjectColumn };
    progress.begin(DatasetLoadStep.COPYING);
    let loaded = await this.fill(tx, { ...plan, columns: guessed }, progress);
    let columns = guessed;
    if (loaded.misfit) {
      progress.begin(DatasetLoadStep.CHECKING);
      columns = columnsOf(await inferTable(file, format, Infinity, progress.onBytes));
    } else columns = columnsOf(loaded);
    if (loaded.misfit || columns.some((column, i) => isStoredOtherwise(column, guessed[i]))) {
      await storeColumns(tx, id, columns);
      progress.begin(DatasetLoadStep.COPYING_AGAIN);
      loaded = await this.fill(tx, { ...plan, columns }, progress);
      invariant(loaded.misfit === null, 'Every cell fits a column that was inferred from all');
      columns = columnsOf(loaded);
    }
    const { rowCount } = loaded;
    await tx.update(DatasetVersion, { id }, { rowCount });
    progress.begin(DatasetLoadStep.COUNTING);
    await this.describe(tx, plan, columns, loaded);
    const note = { datasetId, sha256: upload.sha256.toString('hex') };
    const { byteSize } = upload;
    return { made: { datasetId, datasetVersionId: id, byteSize, rowCount, note }, columns };
  }

  /** Makes the table, copies the rows and closes it. */
  private async fill(
    tx: Transaction,
    plan: Omit<LoadPlan, 'pseudonymOf' | 'sketchSecret' | 'onBytes' | 'onRows'>,
    progress: LoadProgress,
  ): Promise<LoadedRows> {
    await tx.query('SELECT dataset_make_table($1)', [plan.versionId]);
    return loadRows(tx, {
      ...plan,
      pseudonymOf: (identifier) => this.keys.pseudonymHexOf(identifier),
      sketchSecret: this.keys.contentSketchSecret,
      onBytes: progress.onBytes,
      onRows: (count) => {
        progress.rowsRead += count;
      },
    });
  }

  /** Stores what was found out of the columns, and the content sketch. */
  private async describe(
    tx: Transaction,
    { versionId, format, subjectColumn }: Pick<LoadPlan, 'versionId' | 'format' | 'subjectColumn'>,
    columns: readonly (TypedColumn & Pick<NewColumn, 'proposedMeaning' | 'proposedShare'>)[],
    loaded: LoadedRows,
  ): Promise<void> {
    const { id: keyId } = sketchKeyOf(this.keys.contentSketchSecret);
    await insertSketch(tx, versionId, loaded.sketch, keyId);
    const subjectAt = subjectColumn === null ? -1 : format.columns.indexOf(subjectColumn);
    const isSubject = columns.map((column, i) => i === subjectAt && isWrittenInOneWay(column));
    const profiles = columns.map((column, i) => {
      const profile = loaded.columns[i]?.profile;
      invariant(profile, 'Every column was profiled');
      return profileAs(column, profile);
    });
    const known = profiles.map(
      ({ distinct }, i) => distinct ?? (isSubject[i] ? Number(loaded.rowCount) : null),
    );
    await storeProfiles(tx, versionId, columns, profiles, known);
  }
}

/**
 * The COPY of a large file is one statement, and reading it one pause: what is long for any other is not for these. What
 * an earlier worker has not let go of yet is waited for, and if its host is gone without a word, not for hours.
 */
async function liftTimeLimits(tx: Transaction): Promise<void> {
  await tx.query(
    `SELECT set_config(name, value, true) FROM (VALUES
       ('statement_timeout', '0'), ('lock_timeout', '0'), ('idle_in_transaction_session_timeout', '0'),
       ('tcp_keepalives_idle', '10'), ('tcp_keepalives_interval', '5'), ('tcp_keepalives_count', '3')
     ) AS setting (name, value)`,
  );
}

/** Ours: enough that few files have to be read twice, and not much to read. */
const SAMPLE_ROWS = 2000;

function columnsIn(tx: Transaction, datasetVersionId: string): Promise<DatasetColumn[]> {
  return tx.find(DatasetColumn, { where: { datasetVersionId }, order: { position: 'ASC' } });
}

/** What may be known of a personal column, counts aside. */
const PROFILE_WITHOUT_VALUES = {
  ...{ minimum: null, maximum: null, mean: null, shortest: null, longest: null },
  frequentValues: [],
};

async function storeColumns(
  tx: Transaction,
  datasetVersionId: string,
  columns: readonly TypedColumn[],
): Promise<void> {
  for (const { name, type, meaning, isPersonal } of columns) {
    const profile = isPersonal ? PROFILE_WITHOUT_VALUES : {};
    const stored = { type, meaning, isPersonal, ...profile };
    await tx.update(DatasetColumn, { datasetVersionId, name }, stored);
  }
}

/** A subject has one row, so its column has as many values as there are rows, unless two writings are one value. */
function isWrittenInOneWay({ type, isPersonal }: Pick<TypedColumn, 'type' | 'isPersonal'>): boolean {
  return isPersonal || type === ColumnType.TEXT || type === ColumnType.INTEGER || type === ColumnType.DATE;
}

async function storeProfiles(
  tx: Transaction,
  versionId: string,
  columns: readonly Pick<NewColumn, 'meaning' | 'proposedMeaning' | 'proposedShare'>[],
  profiles: readonly ColumnProfile[],
  known: readonly (number | null)[],
): Promise<void> {
  const unknown = known.flatMap((distinct, i) => (distinct === null ? [i + 1] : []));
  const counted: { position: number; distinct: string }[] =
    unknown.length === 0
      ? []
      : await tx.query(
          'SELECT column_position AS position, distinct_values AS distinct FROM dataset_distinct_values($1, $2)',
          [versionId, unknown],
        );
  const found = profiles.map(({ frequentValues, formatCounts, ...profile }, i) => ({
    ...{ ...profile, position: i + 1 },
    distinct_values: known[i] ?? counted.find(({ position }) => position === i + 1)?.distinct,
    frequent_values: frequentValues,
    format_counts: formatCounts,
    meaning: columns[i]?.meaning,
    proposed_meaning: columns[i]?.proposedMeaning,
    proposed_share: columns[i]?.proposedShare,
  }));
  await tx.query(
    `UPDATE dataset_column AS c SET nulls = p.nulls, distinct_values = p.distinct_values, minimum = p.minimum,
            maximum = p.maximum, mean = p.mean, shortest = p.shortest, longest = p.longest,
            frequent_values = p.frequent_values, format_counts = p.format_counts, meaning = p.meaning,
            proposed_meaning = p.proposed_meaning, proposed_share = p.proposed_share
     FROM jsonb_to_recordset($2::jsonb) AS p (position integer, nulls bigint, distinct_values bigint, minimum text,
          maximum text, mean numeric, shortest integer, longest integer, frequent_values jsonb, format_counts jsonb,
          meaning text, proposed_meaning text, proposed_share numeric)
     WHERE c.dataset_version_id = $1 AND c.position = p.position`,
    [versionId, JSON.stringify(found)],
  );
}

function mustHave({ columns }: TableFormat, names: readonly string[], path: string): void {
  const unknown = names.find((name) => !columns.includes(name));
  if (unknown !== undefined) throw new ColumnUnknown(unknown, path);
}
