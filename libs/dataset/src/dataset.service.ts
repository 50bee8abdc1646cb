import { Injectable } from '@nestjs/common';
import { In, MoreThan } from 'typeorm';

import { type AuditActor, CommandRunner } from '#libs/audit';
import { isUniqueViolation, type SecurityContext, type Transaction, TransactionRunner } from '#libs/database';
import { Clock, InvalidInput, invariant, newId } from '#libs/foundation';
import { KeyRing } from '#libs/keys';

import { ColumnType, TypeGuess } from './column-type.ts';
import { type CsvFormat, formatOf, rowsOf } from './csv-file.ts';
import { DatasetColumn } from './dataset-column.entity.ts';
import { DatasetVersion } from './dataset-version.entity.ts';
import { Dataset } from './dataset.entity.ts';
import {
  ColumnUnknown,
  DatasetNameTaken,
  DatasetNotFound,
  DatasetVersionConfirmed,
  DatasetVersionNotFound,
  DatasetVersionOpen,
  SubjectTwice,
  UploadNotFound,
} from './dataset.errors.ts';
import { FileStore } from './file-store.ts';
import { type LoadPlan, loadRows } from './load-rows.ts';
import { ContentSketcher, type SketchKey, sketchKeyOf } from './sketch/content-sketcher.ts';
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

export interface ColumnChoice {
  readonly name: string;
  readonly type: ColumnType;
}

type TypedColumn = Pick<DatasetColumn, 'name' | 'type' | 'isPersonal'>;

interface Load {
  readonly file: string;
  readonly format: CsvFormat;
  readonly rowCount: bigint;
  readonly columns: readonly TypedColumn[];
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
   * Reads an uploaded file into a typed table, with inferred types and a profile. One transaction: a file that is wrong
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
      const format = await formatOf(file);
      mustHave(format, input.subjectColumn === null ? [] : [input.subjectColumn], 'subjectColumn');
      mustHave(format, input.personalColumns, 'personalColumns');
      const { guesses, rowCount } = await guessTypes(file, format);
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
      const columns = format.columns.map((name, i) => {
        const isPersonal = input.personalColumns.includes(name);
        return {
          name,
          isPersonal,
          type: isPersonal ? ColumnType.TEXT : (guesses[i]?.type ?? ColumnType.TEXT),
        };
      });
      const { subjectColumn } = input;
      const load = { file, format, rowCount, columns, subjectColumn, upload };
      const versionId = await this.load(tx, dataset, 1, load);
      return {
        subjectId: dataset.id,
        note: { datasetVersionId: versionId, sha256: upload.sha256.toString('hex') },
      };
    });
  }

  /**
   * Reads another file into the next version of a dataset, keyed by the same subject column. A column that is still there
   * keeps its type as long as all cells fit it, and stays personal if it was; what differs can be read off the columns.
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
      const format = await formatOf(file);
      const { subjectColumn } = latest;
      mustHave(format, subjectColumn === null ? [] : [subjectColumn], 'uploadId');
      mustHave(format, input.personalColumns, 'personalColumns');
      const { guesses, rowCount } = await guessTypes(file, format);
      const earlier = await this.columnsIn(tx, latest.id);
      const columns = format.columns.map((name, i) => {
        const was = earlier.find((column) => column.name === name);
        const guess = guesses[i];
        if (was?.isPersonal || input.personalColumns.includes(name))
          return { name, isPersonal: true, type: ColumnType.TEXT };
        const type = was && guess?.fits(was.type) ? was.type : (guess?.type ?? ColumnType.TEXT);
        return { name, isPersonal: false, type };
      });
      const load = { file, format, rowCount, columns, subjectColumn, upload };
      const id = await this.load(tx, dataset, latest.number + 1, load);
      const differences = differencesOf(earlier, columns).map((difference) => ({ ...difference }));
      return { subjectId: id, note: { sha256: upload.sha256.toString('hex'), differences } };
    });
  }

  /**
   * The provider confirms the columns, or gives some of them other types, for which the file is read again. From then
   * on the version never changes.
   *
   * @throws DatasetVersionNotFound, DatasetVersionConfirmed, ColumnUnknown, InvalidInput, CellNotOfType
   */
  confirm(
    actor: AuditActor,
    clientId: string,
    { datasetVersionId, columns: choices }: { datasetVersionId: string; columns: readonly ColumnChoice[] },
  ): Promise<string> {
    const content = { datasetVersionId, columns: choices.map(({ name, type }) => ({ name, type })) };
    return this.commands.run(actor, { clientId, action: 'CONFIRM_COLUMNS', content }, async (tx) => {
      const version = await tx.findOne(DatasetVersion, {
        where: { id: datasetVersionId, providerId: actor.partyId ?? '' },
        lock: { mode: 'for_no_key_update' },
      });
      if (!version) throw new DatasetVersionNotFound();
      if (version.state === 'CONFIRMED') throw new DatasetVersionConfirmed();
      const columns = await this.columnsIn(tx, version.id);
      const changed = choices.filter(({ name, type }, i) => {
        const column = columns.find((known) => known.name === name);
        if (!column) throw new ColumnUnknown(name, `columns[${i}].name`);
        if (column.isPersonal && type !== ColumnType.TEXT)
          throw new InvalidInput(`columns[${i}].type`, 'a personal column is a text: it holds pseudonyms');
        return column.type !== type;
      });
      for (const { name, type } of changed)
        await tx.update(DatasetColumn, { datasetVersionId: version.id, name }, { type });
      if (changed.length > 0) {
        const upload = await this.uploads.findIn(tx, actor, version.uploadId);
        invariant(upload, 'A version was loaded from an upload');
        const names = columns.map(({ name }) => name);
        const types = columns.map(({ name, type, isPersonal }) => ({
          type: changed.find((choice) => choice.name === name)?.type ?? type,
          isPersonal,
        }));
        await this.fill(tx, {
          versionId: version.id,
          file: this.files.pathOf(upload.sha256),
          format: { encoding: version.encoding, delimiter: version.delimiter, columns: names },
          columns: types,
          subjectColumn: version.subjectColumn,
        });
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

  /** Stores a version that is not confirmed yet, with its columns and rows. @returns its id */
  private async load(
    tx: Transaction,
    dataset: Pick<Dataset, 'id' | 'providerId'>,
    number: number,
    { file, format, rowCount, columns, subjectColumn, upload }: Load,
  ): Promise<string> {
    const id = newId();
    const { id: datasetId, providerId } = dataset;
    const { encoding, delimiter } = format;
    await tx.insert(DatasetVersion, {
      ...{ id, datasetId, providerId, number, uploadId: upload.id },
      ...{ encoding, delimiter, rowCount, subjectColumn },
      state: 'LOADED',
      loadedAt: this.clock.now(),
      fileSha256: upload.sha256,
    });
    await tx.insert(
      DatasetColumn,
      columns.map((column, i) => ({ ...column, datasetVersionId: id, position: i + 1, providerId })),
    );
    await this.fill(tx, { versionId: id, file, format, columns, subjectColumn });
    return id;
  }

  private get sketchKey(): SketchKey {
    return sketchKeyOf(this.keys.contentSketchSecret);
  }

  /** Makes the table, copies the rows, closes it and stores profile and content sketch. */
  private async fill(tx: Transaction, plan: Omit<LoadPlan, 'pseudonymOf' | 'sketcher'>): Promise<void> {
    await tx.query('SELECT dataset_make_table($1)', [plan.versionId]);
    const { sketchKey } = this;
    const sketcher = new ContentSketcher(sketchKey, plan.columns.length);
    const pseudonymOf = (identifier: string) => this.keys.pseudonymOf(identifier);
    await loadRows(tx, { ...plan, pseudonymOf, sketcher });
    await insertSketch(tx, plan.versionId, sketcher.sketch, sketchKey.id);
    try {
      await tx.query('SELECT dataset_seal_table($1)', [plan.versionId]);
    } catch (error) {
      if (isUniqueViolation(error, 'dataset_row_subject_unique')) throw new SubjectTwice();
      throw error;
    }
    await tx.query(
      `UPDATE dataset_column AS c SET nulls = p.nulls, distinct_values = p.distinct_values,
              minimum = p.minimum, maximum = p.maximum
       FROM dataset_profile($1) AS p WHERE c.dataset_version_id = $1 AND c.position = p.column_position`,
      [plan.versionId],
    );
  }
}

async function guessTypes(
  file: string,
  format: CsvFormat,
): Promise<{ guesses: TypeGuess[]; rowCount: bigint }> {
  const guesses = format.columns.map(() => new TypeGuess());
  let rowCount = 0n;
  for await (const { cells } of rowsOf(file, format)) {
    rowCount += 1n;
    guesses.forEach((guess, i) => {
      guess.see(cells[i] ?? '');
    });
  }
  return { guesses, rowCount };
}

function mustHave({ columns }: CsvFormat, names: readonly string[], path: string): void {
  const unknown = names.find((name) => !columns.includes(name));
  if (unknown !== undefined) throw new ColumnUnknown(unknown, path);
}

/** Column by column, in the order of the earlier version, then of what is new. */
function differencesOf(before: readonly TypedColumn[], after: readonly TypedColumn[]): ColumnDifference[] {
  const shown = (columns: readonly TypedColumn[], name: string) => {
    const column = columns.find((known) => known.name === name);
    return column ? `${column.type}${column.isPersonal ? ' personal' : ''}` : null;
  };
  return [...new Set([...before, ...after].map(({ name }) => name))]
    .map((column) => ({ column, before: shown(before, column), after: shown(after, column) }))
    .filter((difference) => difference.before !== difference.after);
}
