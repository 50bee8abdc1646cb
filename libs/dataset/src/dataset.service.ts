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
  DatasetVersionConfirmed,
  DatasetVersionNotFound,
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

export interface ColumnChoice {
  readonly name: string;
  readonly type: ColumnType;
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
      const { types, rowCount } = await guessTypes(file, format);
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
      const versionId = newId();
      await tx.insert(DatasetVersion, {
        id: versionId,
        datasetId: dataset.id,
        providerId: dataset.providerId,
        number: 1,
        uploadId: upload.id,
        encoding: format.encoding,
        delimiter: format.delimiter,
        rowCount,
        subjectColumn: input.subjectColumn,
        state: 'LOADED',
        loadedAt: now,
        fileSha256: upload.sha256,
      });
      const columns = format.columns.map((name, i) => {
        const isPersonal = input.personalColumns.includes(name);
        return { name, isPersonal, type: isPersonal ? ColumnType.TEXT : (types[i] ?? ColumnType.TEXT) };
      });
      await tx.insert(
        DatasetColumn,
        columns.map((column, i) => ({
          ...column,
          datasetVersionId: versionId,
          position: i + 1,
          providerId: dataset.providerId,
        })),
      );
      await this.fill(tx, { versionId, file, format, columns, subjectColumn: input.subjectColumn });
      return {
        subjectId: dataset.id,
        note: { datasetVersionId: versionId, sha256: upload.sha256.toString('hex') },
      };
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
): Promise<{ types: ColumnType[]; rowCount: bigint }> {
  const guesses = format.columns.map(() => new TypeGuess());
  let rowCount = 0n;
  for await (const { cells } of rowsOf(file, format)) {
    rowCount += 1n;
    guesses.forEach((guess, i) => {
      guess.see(cells[i] ?? '');
    });
  }
  return { types: guesses.map(({ type }) => type), rowCount };
}

function mustHave({ columns }: CsvFormat, names: readonly string[], path: string): void {
  const unknown = names.find((name) => !columns.includes(name));
  if (unknown !== undefined) throw new ColumnUnknown(unknown, path);
}
