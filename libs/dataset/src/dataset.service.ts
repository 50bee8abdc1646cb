import { Injectable } from '@nestjs/common';
import { In, MoreThan } from 'typeorm';

import { type AuditActor, CommandRunner } from '#libs/audit';
import { isUniqueViolation, type SecurityContext, type Transaction, TransactionRunner } from '#libs/database';
import { Clock, InvalidInput, invariant, newId } from '#libs/foundation';
import { KeyRing } from '#libs/keys';

import { type DataDifferences, findDataDifferences } from './data-differences.query.ts';
import { DatasetColumn } from './dataset-column.entity.ts';
import { DatasetVersion } from './dataset-version.entity.ts';
import { Dataset } from './dataset.entity.ts';
import {
  CellNotOfType,
  ColumnUnknown,
  DatasetNameTaken,
  DatasetNotFound,
  DatasetVersionConfirmed,
  DatasetVersionNotFound,
  DatasetVersionOpen,
  UploadNotFound,
} from './dataset.errors.ts';
import { FileStore } from './file-store.ts';
import { type LoadedRows, type LoadPlan, loadRows } from './load-rows.ts';
import { ColumnMeaning } from './profile/column-meaning.ts';
import { type ColumnProfile, profileAs } from './profile/column-profiler.ts';
import { ColumnType } from './profile/column-type.ts';
import { columnsAsInferred, type NewColumn } from './profile/columns-as-inferred.ts';
import { type InferredTable, inferTable } from './profile/table-inference.ts';
import { formatOf } from './reading/table-file.ts';
import type { TableFormat } from './reading/table-format.ts';
import { type SketchKey, sketchKeyOf } from './sketch/content-sketcher.ts';
import { findSketches, insertSketch, type VersionSketch } from './sketch/content-sketch.query.ts';
import { UploadService } from './upload.service.ts';

export interface NewDataset {
  readonly name: string;
  readonly description: string;
  readonly uploadId: string;
  /** The column whose value names the subject of a row; null: the row's number, from 1. */
  readonly subjectColumn: string | null;
  /** Columns that identify natural persons: only keyed pseudonyms of their values are stored. */
  readonly personalColumns: readonly string[];
}

export interface NewVersion {
  readonly datasetId: string;
  readonly uploadId: string;
  /** Besides those that were personal before: they stay so. */
  readonly personalColumns: readonly string[];
}

/** What a version has in a column that the one before has not, or has otherwise. */
export interface ColumnDifference {
  readonly column: string;
  /** `TYPE`, or `TYPE personal`; null: it was not there. */
  readonly before: string | null;
  /** As `before`; null: it is not there any more. */
  readonly after: string | null;
}

/** What is left out stays as it is. */
export interface ColumnChoice {
  readonly name: string;
  readonly type: ColumnType | null;
  readonly meaning: ColumnMeaning | null;
  readonly isPersonal: boolean | null;
}

type TypedColumn = Pick<DatasetColumn, 'name' | 'type' | 'isPersonal' | 'meaning'>;
type StoredAs = Pick<TypedColumn, 'name' | 'type' | 'isPersonal'>;

interface Load {
  readonly file: string;
  readonly format: TableFormat;
  readonly columnsOf: (table: InferredTable) => NewColumn[];
  readonly subjectColumn: string | null;
  readonly upload: { readonly id: string; readonly sha256: Buffer };
}

@Injectable()
export class DatasetService {
  constructor(
    private readonly commands: CommandRunner,
    private readonly transactions: TransactionRunner,
    private readonly uploads: UploadService,
    private readonly files: FileStore,
    private readonly keys: KeyRing,
    private readonly clock: Clock,
  ) {}

  /**
   * Reads an uploaded file into a typed table, with inferred types and meanings and a profile. A column that is taken for
   * one of resident ids or phones is personal until its provider says otherwise. One transaction: a file that is wrong
   * anywhere leaves nothing.
   *
   * @returns the dataset's id
   * @throws UploadNotFound, DatasetNameTaken, ColumnUnknown, SubjectTwice, and what reading the file refuses
   */
  register(actor: AuditActor, clientId: string, input: NewDataset): Promise<string> {
    const content = { ...input, personalColumns: [...input.personalColumns] };
    return this.commands.run(actor, { clientId, action: 'REGISTER_DATASET', content }, async (tx) => {
      const upload = await this.uploads.findIn(tx, actor, input.uploadId);
      if (!upload) throw new UploadNotFound();
      invariant(actor.partyId, 'A dataset has a provider');
      const file = this.files.pathOf(upload.sha256);
      await liftTimeLimits(tx);
      const format = await formatOf(file);
      mustHave(format, input.subjectColumn === null ? [] : [input.subjectColumn], 'subjectColumn');
      mustHave(format, input.personalColumns, 'personalColumns');
      const now = this.clock.now();
      const dataset = {
        id: newId(),
        providerId: actor.partyId,
        name: input.name,
        description: input.description,
      };
      try {
        await tx.insert(Dataset, { ...dataset, registeredAt: now });
      } catch (error) {
        if (isUniqueViolation(error, 'dataset_name_unique')) throw new DatasetNameTaken(input.name);
        throw error;
      }
      const columnsOf = (table: InferredTable) => columnsAsInferred(format, table, input.personalColumns, []);
      const { subjectColumn } = input;
      const version = await this.load(tx, dataset, 1, { file, format, columnsOf, subjectColumn, upload });
      return {
        subjectId: dataset.id,
        note: { datasetVersionId: version.id, sha256: upload.sha256.toString('hex') },
      };
    });
  }

  /**
   * Reads another file into the next version of a dataset, keyed by the same subject column. A column that is still there
   * keeps its type as long as all cells fit it, stays personal if it was, and is what its provider has said as long as it
   * would be taken for the same; what differs can be read off the columns.
   *
   * @returns the version's id
   * @throws DatasetNotFound, DatasetVersionOpen, UploadNotFound, InvalidInput, and what reading the file refuses
   */
  addVersion(actor: AuditActor, clientId: string, input: NewVersion): Promise<string> {
    const content = { ...input, personalColumns: [...input.personalColumns] };
    return this.commands.run(actor, { clientId, action: 'ADD_DATASET_VERSION', content }, async (tx) => {
      const dataset = await tx.findOneBy(Dataset, { id: input.datasetId, providerId: actor.partyId ?? '' });
      if (!dataset) throw new DatasetNotFound();
      // Versions of one dataset are numbered one after the other.
      await tx.query('SELECT pg_advisory_xact_lock(hashtextextended($1, 0))', [`dataset ${dataset.id}`]);
      const latest = await tx.findOneOrFail(DatasetVersion, {
        where: { datasetId: dataset.id },
        order: { number: 'DESC' },
      });
      if (latest.state !== 'CONFIRMED') throw new DatasetVersionOpen();
      const upload = await this.uploads.findIn(tx, actor, input.uploadId);
      if (!upload) throw new UploadNotFound();
      if (upload.sha256.equals(latest.fileSha256))
        throw new InvalidInput('uploadId', `is the very file of version ${latest.number}`);
      const file = this.files.pathOf(upload.sha256);
      await liftTimeLimits(tx);
      const format = await formatOf(file);
      const { subjectColumn } = latest;
      mustHave(format, subjectColumn === null ? [] : [subjectColumn], 'uploadId');
      mustHave(format, input.personalColumns, 'personalColumns');
      const earlier = await this.columnsIn(tx, latest.id);
      const columnsOf = (table: InferredTable) =>
        columnsAsInferred(format, table, input.personalColumns, earlier);
      const load = { file, format, columnsOf, subjectColumn, upload };
      const { id, columns } = await this.load(tx, dataset, latest.number + 1, load);
      const differences = differencesOf(earlier, columns).map((difference) => ({ ...difference }));
      return { subjectId: id, note: { sha256: upload.sha256.toString('hex'), differences } };
    });
  }

  /**
   * The provider confirms the columns, or gives some of them other types or meanings, for which the file may be read
   * again. From then on the version never changes.
   *
   * @throws DatasetVersionNotFound, DatasetVersionConfirmed, ColumnUnknown, InvalidInput, CellNotOfType
   */
  confirm(
    actor: AuditActor,
    clientId: string,
    { datasetVersionId, columns: choices }: { datasetVersionId: string; columns: readonly ColumnChoice[] },
  ): Promise<string> {
    const content = {
      datasetVersionId,
      // What is left out does not count: a command that was sent before there were meanings stays the same command.
      columns: choices.map(({ name, type, meaning, isPersonal }) => ({
        name,
        ...(type !== null && { type }),
        ...(meaning !== null && { meaning }),
        ...(isPersonal !== null && { isPersonal }),
      })),
    };
    return this.commands.run(actor, { clientId, action: 'CONFIRM_COLUMNS', content }, async (tx) => {
      const version = await tx.findOne(DatasetVersion, {
        where: { id: datasetVersionId, providerId: actor.partyId ?? '' },
        lock: { mode: 'for_no_key_update' },
      });
      if (!version) throw new DatasetVersionNotFound();
      if (version.state === 'CONFIRMED') throw new DatasetVersionConfirmed();
      const known = await this.columnsIn(tx, version.id);
      const chosen = choices.map((choice, i) => chosenColumn(known, choice, `columns[${i}]`));
      for (const { name, type, meaning, isPersonal } of chosen) {
        const profile = isPersonal ? PROFILE_WITHOUT_VALUES : {};
        const stored = { type, meaning, isPersonal, ...profile };
        await tx.update(DatasetColumn, { datasetVersionId: version.id, name }, stored);
      }
      const columns = known.map((column) => {
        const { proposedMeaning, proposedShare } = column;
        const now: TypedColumn = chosen.find(({ name }) => name === column.name) ?? column;
        const { name, type, meaning, isPersonal } = now;
        return { name, type, meaning, isPersonal, proposedMeaning, proposedShare };
      });
      if (columns.some((column, i) => isReadOtherwise(column, known[i]))) {
        const upload = await this.uploads.findIn(tx, actor, version.uploadId);
        invariant(upload, 'A version was loaded from an upload');
        const { fileFormat, encoding, delimiter } = version;
        const plan = {
          versionId: version.id,
          file: this.files.pathOf(upload.sha256),
          format: { fileFormat, encoding, delimiter, columns: columns.map(({ name }) => name) },
          columns,
          subjectColumn: version.subjectColumn,
        };
        await liftTimeLimits(tx);
        const loaded = await this.fill(tx, plan);
        const { misfit } = loaded;
        const at = misfit && columns[misfit.column];
        if (at) throw new CellNotOfType(misfit.line, at.name, at.type);
        await this.describe(tx, plan, columns, loaded);
      }
      const confirmed = { state: 'CONFIRMED', confirmedAt: this.clock.now() } as const;
      await tx.update(DatasetVersion, { id: version.id }, confirmed);
      return { subjectId: version.id };
    });
  }

  find(context: SecurityContext, id: string): Promise<Dataset | null> {
    return this.transactions.run(context, (tx) => tx.findOneBy(Dataset, { id }));
  }

  findIn(tx: Transaction, id: string): Promise<Dataset | null> {
    return tx.findOneBy(Dataset, { id });
  }

  list(context: SecurityContext, first: number, afterId: string | null): Promise<Dataset[]> {
    return this.transactions.run(context, (tx) =>
      tx.find(Dataset, {
        where: afterId === null ? {} : { id: MoreThan(afterId) },
        order: { id: 'ASC' },
        take: first + 1,
      }),
    );
  }

  findVersion(context: SecurityContext, id: string): Promise<DatasetVersion | null> {
    return this.transactions.run(context, (tx) => this.versionIn(tx, id));
  }

  versionIn(tx: Transaction, id: string): Promise<DatasetVersion | null> {
    return tx.findOneBy(DatasetVersion, { id });
  }

  latestConfirmedIn(tx: Transaction, datasetId: string): Promise<DatasetVersion | null> {
    return tx.findOne(DatasetVersion, {
      where: { datasetId, state: 'CONFIRMED' },
      order: { number: 'DESC' },
    });
  }

  /** All versions of these datasets, oldest first. */
  versionsOf(context: SecurityContext, datasetIds: readonly string[]): Promise<DatasetVersion[]> {
    return this.transactions.run(context, (tx) =>
      tx.find(DatasetVersion, { where: { datasetId: In(datasetIds) }, order: { number: 'ASC' } }),
    );
  }

  columnsOf(context: SecurityContext, versionIds: readonly string[]): Promise<DatasetColumn[]> {
    return this.transactions.run(context, (tx) =>
      tx.find(DatasetColumn, { where: { datasetVersionId: In(versionIds) }, order: { position: 'ASC' } }),
    );
  }

  /** What each of these versions has otherwise than the one before it; nothing for a first version. */
  differencesOf(
    context: SecurityContext,
    versionIds: readonly string[],
  ): Promise<{ readonly versionId: string; readonly differences: readonly ColumnDifference[] }[]> {
    return this.transactions.run(context, async (tx) => {
      const asked = await tx.findBy(DatasetVersion, { id: In(versionIds) });
      const datasetIds = [...new Set(asked.map(({ datasetId }) => datasetId))];
      const versions = await tx.find(DatasetVersion, { where: { datasetId: In(datasetIds) } });
      const pairs = asked.map(({ id, datasetId, number }) => ({
        id,
        before: versions.find((other) => other.datasetId === datasetId && other.number === number - 1)?.id,
      }));
      const ids = pairs.flatMap(({ id, before }) => (before === undefined ? [] : [id, before]));
      const columns = await tx.find(DatasetColumn, {
        where: { datasetVersionId: In(ids) },
        order: { position: 'ASC' },
      });
      const of = (version: string) => columns.filter(({ datasetVersionId }) => datasetVersionId === version);
      return pairs.map(({ id, before }) => ({
        versionId: id,
        differences: before === undefined ? [] : differencesOf(of(before), of(id)),
      }));
    });
  }

  /**
   * What a version holds otherwise than another of its dataset, the one before unless said, by subject. Null: not two
   * versions of one dataset of the party.
   */
  dataDifferencesOf(
    context: SecurityContext,
    versionId: string,
    comparedWith: string | null,
    first: number,
  ): Promise<DataDifferences | null> {
    return this.transactions.run(context, async (tx) => {
      const version = await this.versionIn(tx, versionId);
      if (!version) return null;
      const { datasetId, number } = version;
      const before =
        comparedWith ?? (await tx.findOneBy(DatasetVersion, { datasetId, number: number - 1 }))?.id;
      return before === undefined ? null : findDataDifferences(tx, before, versionId, first);
    });
  }

  columnsIn(tx: Transaction, datasetVersionId: string): Promise<DatasetColumn[]> {
    return tx.find(DatasetColumn, { where: { datasetVersionId }, order: { position: 'ASC' } });
  }

  columnsOfAllIn(tx: Transaction, datasetVersionIds: readonly string[]): Promise<DatasetColumn[]> {
    return tx.find(DatasetColumn, {
      where: { datasetVersionId: In(datasetVersionIds) },
      order: { position: 'ASC' },
    });
  }

  /**
   * The content sketches of those of these versions that have one made as they are made now, for an officer or a
   * regulator. Of a version of many columns, those with the most different values.
   */
  sketchesIn(tx: Transaction, datasetVersionIds: readonly string[]): Promise<VersionSketch[]> {
    return findSketches(tx, datasetVersionIds, this.sketchKey.id);
  }

  /**
   * Stores a version that is not confirmed yet, with its columns and rows. What the columns are is guessed from the first
   * rows and found out for certain while all are copied: a file is read once, and a second time only where its first
   * rows have misled.
   */
  private async load(
    tx: Transaction,
    dataset: Pick<Dataset, 'id' | 'providerId'>,
    number: number,
    { file, format, columnsOf, subjectColumn, upload }: Load,
  ): Promise<{ readonly id: string; readonly columns: readonly NewColumn[] }> {
    const id = newId();
    const { id: datasetId, providerId } = dataset;
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
    let loaded = await this.fill(tx, { ...plan, columns: guessed });
    let columns = loaded.misfit ? columnsOf(await inferTable(file, format)) : columnsOf(loaded);
    if (loaded.misfit || columns.some((column, i) => isStoredOtherwise(column, guessed[i]))) {
      for (const { name, type, meaning, isPersonal } of columns)
        await tx.update(DatasetColumn, { datasetVersionId: id, name }, { type, meaning, isPersonal });
      loaded = await this.fill(tx, { ...plan, columns });
      invariant(loaded.misfit === null, 'Every cell fits a column that was inferred from all');
      columns = columnsOf(loaded);
    }
    await tx.update(DatasetVersion, { id }, { rowCount: loaded.rowCount });
    await this.describe(tx, plan, columns, loaded);
    return { id, columns };
  }

  private get sketchKey(): SketchKey {
    return sketchKeyOf(this.keys.contentSketchSecret);
  }

  /** Makes the table, copies the rows and closes it. */
  private async fill(
    tx: Transaction,
    plan: Omit<LoadPlan, 'pseudonymOf' | 'sketchSecret'>,
  ): Promise<LoadedRows> {
    await tx.query('SELECT dataset_make_table($1)', [plan.versionId]);
    const pseudonymOf = (identifier: string) => this.keys.pseudonymHexOf(identifier);
    return loadRows(tx, { ...plan, pseudonymOf, sketchSecret: this.keys.contentSketchSecret });
  }

  /** Stores what was found out of the columns, and the content sketch. */
  private async describe(
    tx: Transaction,
    { versionId, format, subjectColumn }: Pick<LoadPlan, 'versionId' | 'format' | 'subjectColumn'>,
    columns: readonly (TypedColumn & Pick<NewColumn, 'proposedMeaning' | 'proposedShare'>)[],
    loaded: LoadedRows,
  ): Promise<void> {
    await insertSketch(tx, versionId, loaded.sketch, this.sketchKey.id);
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

/** The COPY of a large file is one statement, and reading it one pause: what is long for any other is not for these. */
async function liftTimeLimits(tx: Transaction): Promise<void> {
  await tx.query(
    `SELECT set_config('statement_timeout', '0', true), set_config('idle_in_transaction_session_timeout', '0', true)`,
  );
}

/** Ours: enough that few files have to be read twice, and not much to read. */
const SAMPLE_ROWS = 2000;

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
  const found = profiles.map(({ minimum, maximum, mean, shortest, longest, nulls, frequentValues }, i) => ({
    ...{ position: i + 1, nulls, minimum, maximum, mean, shortest, longest },
    distinct_values: known[i] ?? counted.find(({ position }) => position === i + 1)?.distinct,
    frequent_values: frequentValues,
    meaning: columns[i]?.meaning,
    proposed_meaning: columns[i]?.proposedMeaning,
    proposed_share: columns[i]?.proposedShare,
  }));
  await tx.query(
    `UPDATE dataset_column AS c SET nulls = p.nulls, distinct_values = p.distinct_values, minimum = p.minimum,
            maximum = p.maximum, mean = p.mean, shortest = p.shortest, longest = p.longest,
            frequent_values = p.frequent_values, meaning = p.meaning, proposed_meaning = p.proposed_meaning,
            proposed_share = p.proposed_share
     FROM jsonb_to_recordset($2::jsonb) AS p (position integer, nulls bigint, distinct_values bigint, minimum text,
          maximum text, mean numeric, shortest integer, longest integer, frequent_values jsonb, meaning text,
          proposed_meaning text, proposed_share numeric)
     WHERE c.dataset_version_id = $1 AND c.position = p.position`,
    [versionId, JSON.stringify(found)],
  );
}

/** @throws ColumnUnknown, InvalidInput */
function chosenColumn(known: readonly DatasetColumn[], choice: ColumnChoice, path: string): TypedColumn {
  const column = known.find(({ name }) => name === choice.name);
  if (!column) throw new ColumnUnknown(choice.name, `${path}.name`);
  const meaning = choice.meaning ?? column.meaning;
  const isResidentId = meaning === ColumnMeaning.RESIDENT_ID;
  if (isResidentId && choice.isPersonal === false)
    throw new InvalidInput(`${path}.isPersonal`, 'resident ids identify natural persons');
  const isPersonal = isResidentId || (choice.isPersonal ?? column.isPersonal);
  if (isPersonal && (choice.type ?? ColumnType.TEXT) !== ColumnType.TEXT)
    throw new InvalidInput(`${path}.type`, 'a personal column is a text: it holds pseudonyms');
  const type = isPersonal ? ColumnType.TEXT : (choice.type ?? column.type);
  return { name: column.name, type, meaning, isPersonal };
}

/** What may be known of a personal column, counts aside. */
const PROFILE_WITHOUT_VALUES = {
  ...{ minimum: null, maximum: null, mean: null, shortest: null, longest: null },
  frequentValues: [],
};

function isStoredOtherwise(column: StoredAs, was: StoredAs | undefined): boolean {
  return column.type !== was?.type || column.isPersonal !== was.isPersonal;
}

/** Whether other values are stored of it, or another profile. */
function isReadOtherwise(column: TypedColumn, was: TypedColumn | undefined): boolean {
  return isStoredOtherwise(column, was) || column.meaning !== was?.meaning;
}

function mustHave({ columns }: TableFormat, names: readonly string[], path: string): void {
  const unknown = names.find((name) => !columns.includes(name));
  if (unknown !== undefined) throw new ColumnUnknown(unknown, path);
}

/** Column by column, in the order of the earlier version, then of what is new. */
function differencesOf(before: readonly StoredAs[], after: readonly StoredAs[]): ColumnDifference[] {
  const shown = (columns: readonly StoredAs[], name: string) => {
    const column = columns.find((known) => known.name === name);
    return column ? `${column.type}${column.isPersonal ? ' personal' : ''}` : null;
  };
  return [...new Set([...before, ...after].map(({ name }) => name))]
    .map((column) => ({ column, before: shown(before, column), after: shown(after, column) }))
    .filter((difference) => difference.before !== difference.after);
}
