import { Injectable } from '@nestjs/common';
import { In, MoreThan } from 'typeorm';

import { type AuditActor, CommandRunner } from '#libs/audit';
import { isUniqueViolation, type SecurityContext, type Transaction, TransactionRunner } from '#libs/database';
import { Clock, InvalidInput, invariant } from '#libs/foundation';
import { KeyRing } from '#libs/keys';

import {
  type ColumnDifference,
  differencesOf,
  isReadOtherwise,
  type TypedColumn,
} from './column-difference.ts';
import { type DataDifferences, findDataDifferences } from './data-differences.query.ts';
import { DatasetColumn } from './dataset-column.entity.ts';
import { DatasetVersion } from './dataset-version.entity.ts';
import { Dataset } from './dataset.entity.ts';
import {
  ColumnUnknown,
  DatasetLoadUnderWay,
  DatasetNameTaken,
  DatasetNotFound,
  DatasetVersionConfirmed,
  DatasetVersionNotFound,
  DatasetVersionOpen,
  UploadNotFound,
} from './dataset.errors.ts';
import {
  DatasetLoadKind,
  type WantedColumns,
  type WantedDataset,
  type WantedVersion,
} from './load/dataset-load.entity.ts';
import { DatasetLoadService } from './load/dataset-load.service.ts';
import { ColumnMeaning, meaningAs } from './profile/column-meaning.ts';
import { ColumnType } from './profile/column-type.ts';
import { type SketchKey, sketchKeyOf } from './sketch/content-sketcher.ts';
import { findSketches, type VersionSketch } from './sketch/content-sketch.query.ts';
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

/** What is left out stays as it is. */
export interface ColumnChoice {
  readonly name: string;
  readonly type: ColumnType | null;
  readonly meaning: ColumnMeaning | null;
  readonly isPersonal: boolean | null;
}

export interface ConfirmedColumns {
  readonly datasetVersionId: string;
  readonly columns: readonly ColumnChoice[];
  /** Null: as it is. */
  readonly subjectColumn: string | null;
}

@Injectable()
export class DatasetService {
  constructor(
    private readonly commands: CommandRunner,
    private readonly transactions: TransactionRunner,
    private readonly uploads: UploadService,
    private readonly loads: DatasetLoadService,
    private readonly keys: KeyRing,
    private readonly clock: Clock,
  ) {}

  /**
   * Asks for an uploaded file to be read into a typed table, with inferred types and meanings and a profile. A column that
   * is taken for one of resident ids or phones, or is called like what identifies natural persons, is personal until its
   * provider says otherwise.
   *
   * @returns the load's id
   * @throws InvalidInput, UploadNotFound, DatasetNameTaken
   */
  register(actor: AuditActor, clientId: string, input: NewDataset): Promise<string> {
    const content = { ...input, personalColumns: [...input.personalColumns] };
    return this.commands.run(actor, { clientId, action: 'REGISTER_DATASET', content }, async (tx) => {
      const { uploadId, name, description, subjectColumn, personalColumns } = content;
      const upload = await this.uploads.findIn(tx, actor, uploadId);
      if (!upload) throw new UploadNotFound();
      if (await tx.existsBy(Dataset, { providerId: upload.partyId, name })) throw new DatasetNameTaken(name);
      const wanted: WantedDataset = { name, description, subjectColumn, personalColumns };
      const of = { datasetId: null, datasetVersionId: null };
      try {
        return await this.loads.ask(tx, actor, upload, DatasetLoadKind.REGISTER_DATASET, of, wanted);
      } catch (error) {
        if (isUniqueViolation(error, 'dataset_load_name_once')) throw new DatasetNameTaken(name);
        throw error;
      }
    });
  }

  /**
   * Asks for another file to be read into the next version of a dataset, keyed by the same subject column. A column that
   * is still there keeps its type as long as all cells fit it, stays personal if it was, and is what its provider has said
   * as long as it would be taken for the same; what differs can be read off the columns.
   *
   * @returns the load's id
   * @throws DatasetNotFound, DatasetVersionOpen, DatasetLoadUnderWay, UploadNotFound, InvalidInput
   */
  addVersion(actor: AuditActor, clientId: string, input: NewVersion): Promise<string> {
    const content = { ...input, personalColumns: [...input.personalColumns] };
    return this.commands.run(actor, { clientId, action: 'ADD_DATASET_VERSION', content }, async (tx) => {
      const { datasetId, uploadId, personalColumns } = content;
      const dataset = await tx.findOneBy(Dataset, { id: datasetId, providerId: actor.partyId ?? '' });
      if (!dataset) throw new DatasetNotFound();
      const latest = await tx.findOneOrFail(DatasetVersion, {
        where: { datasetId },
        order: { number: 'DESC' },
      });
      if (latest.state !== 'CONFIRMED') throw new DatasetVersionOpen();
      const upload = await this.uploads.findIn(tx, actor, uploadId);
      if (!upload) throw new UploadNotFound();
      if (upload.sha256.equals(latest.fileSha256))
        throw new InvalidInput('uploadId', `is the very file of version ${latest.number}`);
      const wanted: WantedVersion = { personalColumns };
      const of = { datasetId, datasetVersionId: null };
      return onlyOne('datasetId', () =>
        this.loads.ask(tx, actor, upload, DatasetLoadKind.ADD_DATASET_VERSION, of, wanted),
      );
    });
  }

  /**
   * The provider confirms the columns, or gives some of them other types or meanings, or a first version another subject
   * column. If the file has to be read again for these, a load does it and confirms the version at its end; else it is
   * confirmed at once. From then on the version never changes.
   *
   * @returns the version's id
   * @throws DatasetVersionNotFound, DatasetVersionConfirmed, DatasetLoadUnderWay, ColumnUnknown, InvalidInput
   */
  confirm(
    actor: AuditActor,
    clientId: string,
    { datasetVersionId, columns: choices, subjectColumn }: ConfirmedColumns,
  ): Promise<string> {
    const content = {
      datasetVersionId,
      ...(subjectColumn !== null && { subjectColumn }),
      // What is left out does not count: a command that was sent before there were meanings stays the same command.
      columns: choices.map(({ name, type, meaning, isPersonal }) => ({
        name,
        ...(type !== null && { type }),
        ...(meaning !== null && { meaning }),
        ...(isPersonal !== null && { isPersonal }),
      })),
    };
    return this.commands.run(actor, { clientId, action: 'CONFIRM_COLUMNS', content }, async (tx) => {
      // A load has locked its version until it ends.
      if (await this.loads.isUnderWay(tx, datasetVersionId))
        throw new DatasetLoadUnderWay('datasetVersionId');
      const version = await tx.findOne(DatasetVersion, {
        where: { id: datasetVersionId, providerId: actor.partyId ?? '' },
        lock: { mode: 'for_no_key_update' },
      });
      if (!version) throw new DatasetVersionNotFound();
      if (version.state === 'CONFIRMED') throw new DatasetVersionConfirmed();
      const known = await this.columnsIn(tx, version.id);
      const chosen = choices.map((choice, i) => chosenColumn(known, choice, `columns[${i}]`));
      const columns = chosen.filter((column) =>
        isReadOtherwise(
          column,
          known.find(({ name }) => name === column.name),
        ),
      );
      const { datasetId } = version;
      const isOther = subjectColumn !== null && subjectColumn !== version.subjectColumn;
      if (isOther) mustBecomeSubject(subjectColumn, version, known);
      if (columns.length > 0 || isOther) {
        const upload = await this.uploads.findIn(tx, actor, version.uploadId);
        invariant(upload, 'A version was loaded from an upload');
        const wanted: WantedColumns = { columns, ...(isOther && { subjectColumn }) };
        const of = { datasetId, datasetVersionId };
        const asked = await onlyOne('datasetVersionId', () =>
          this.loads.ask(tx, actor, upload, DatasetLoadKind.CONFIRM_COLUMNS, of, wanted),
        );
        return { subjectId: version.id, note: { datasetLoadId: asked.subjectId } };
      }
      if (await this.loads.isUnderWay(tx, datasetVersionId))
        throw new DatasetLoadUnderWay('datasetVersionId');
      const confirmed = { state: 'CONFIRMED', confirmedAt: this.clock.now() } as const;
      await tx.update(DatasetVersion, { id: version.id }, confirmed);
      return { subjectId: version.id };
    });
  }

  find(context: SecurityContext, id: string): Promise<Dataset | null> {
    return this.transactions.run(context, (tx) => tx.findOneBy(Dataset, { id }));
  }

  findAll(context: SecurityContext, ids: readonly string[]): Promise<Dataset[]> {
    return this.transactions.run(context, (tx) => tx.findBy(Dataset, { id: In(ids) }));
  }

  findVersions(context: SecurityContext, ids: readonly string[]): Promise<DatasetVersion[]> {
    return this.transactions.run(context, (tx) => tx.findBy(DatasetVersion, { id: In(ids) }));
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
   *
   * @throws DatasetLoadUnderWay
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
      if (before === undefined) return null;
      // Its rows are locked while they are read anew.
      for (const id of [versionId, before])
        if (await this.loads.isUnderWay(tx, id)) throw new DatasetLoadUnderWay('datasetVersionId');
      return findDataDifferences(tx, before, version, first);
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

  private get sketchKey(): SketchKey {
    return sketchKeyOf(this.keys.contentSketchSecret);
  }
}

/** @throws DatasetLoadUnderWay, and what `ask` throws */
async function onlyOne<T>(path: string, ask: () => Promise<T>): Promise<T> {
  try {
    return await ask();
  } catch (error) {
    if (isUniqueViolation(error, 'dataset_load_one_at_a_time')) throw new DatasetLoadUnderWay(path);
    throw error;
  }
}

/** @throws ColumnUnknown, InvalidInput */
function mustBecomeSubject(name: string, version: DatasetVersion, known: readonly DatasetColumn[]): void {
  if (version.number > 1)
    throw new InvalidInput(
      'subjectColumn',
      'must be that of the first version, or versions cannot be compared',
    );
  if (!known.some((column) => column.name === name)) throw new ColumnUnknown(name, 'subjectColumn');
}

/** @throws ColumnUnknown, InvalidInput */
function chosenColumn(known: readonly DatasetColumn[], choice: ColumnChoice, path: string): TypedColumn {
  const column = known.find(({ name }) => name === choice.name);
  if (!column) throw new ColumnUnknown(choice.name, `${path}.name`);
  const isResidentId = (choice.meaning ?? column.meaning) === ColumnMeaning.RESIDENT_ID;
  if (isResidentId && choice.isPersonal === false)
    throw new InvalidInput(`${path}.isPersonal`, 'resident ids identify natural persons');
  const isPersonal = isResidentId || (choice.isPersonal ?? column.isPersonal);
  if (isPersonal && (choice.type ?? ColumnType.TEXT) !== ColumnType.TEXT)
    throw new InvalidInput(`${path}.type`, 'a personal column is a text: it holds pseudonyms');
  const type = isPersonal ? ColumnType.TEXT : (choice.type ?? column.type);
  const isRetyped = type !== column.type;
  const meaning = choice.meaning ?? (isRetyped ? meaningAs(type, column.meaning) : column.meaning);
  return { name: column.name, type, meaning, isPersonal };
}
