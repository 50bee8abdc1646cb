import { Injectable } from '@nestjs/common';
import { In, LessThan } from 'typeorm';

import { type AuditActor, CommandRunner } from '#libs/audit';
import { type SecurityContext, type Transaction, TransactionRunner } from '#libs/database';
import { Clock, type JsonObject, newId } from '#libs/foundation';

import { DatasetVersion } from '../dataset-version.entity.ts';
import { DatasetLoadEnded, DatasetLoadNotFound } from '../dataset.errors.ts';
import type { Upload } from '../upload.entity.ts';
import { DatasetLoad, type DatasetLoadKind, DatasetLoadState } from './dataset-load.entity.ts';

const UNDER_WAY = In([DatasetLoadState.WAITING, DatasetLoadState.RUNNING]);

/** Loads as those see them who ask for them. */
@Injectable()
export class DatasetLoadService {
  constructor(
    private readonly commands: CommandRunner,
    private readonly transactions: TransactionRunner,
    private readonly clock: Clock,
  ) {}

  /** Leaves a load to the workers, in the caller's transaction. */
  async ask(
    tx: Transaction,
    actor: AuditActor,
    { id: uploadId, partyId: providerId, sha256, byteSize }: Upload,
    kind: DatasetLoadKind,
    of: Pick<DatasetLoad, 'datasetId' | 'datasetVersionId'>,
    wanted: DatasetLoad['wanted'],
  ): Promise<{ readonly subjectId: string; readonly note: JsonObject }> {
    const id = newId();
    await tx.insert(DatasetLoad, {
      ...{ id, providerId, kind, uploadId, byteSize, wanted, ...of },
      requestedBy: actor.id,
      requestId: actor.requestId,
      requestedAt: this.clock.now(),
      state: DatasetLoadState.WAITING,
    });
    return { subjectId: id, note: { sha256: sha256.toString('hex') } };
  }

  isUnderWay(tx: Transaction, datasetVersionId: string): Promise<boolean> {
    return tx.existsBy(DatasetLoad, { datasetVersionId, state: UNDER_WAY });
  }

  /**
   * Cancels a load that has not ended. Whoever works on it finds that it is lost.
   *
   * @returns the load's id
   * @throws DatasetLoadNotFound, DatasetLoadEnded
   */
  cancel(actor: AuditActor, clientId: string, datasetLoadId: string): Promise<string> {
    const content = { datasetLoadId };
    return this.commands.run(actor, { clientId, action: 'CANCEL_DATASET_LOAD', content }, async (tx) => {
      const load = await tx.findOne(DatasetLoad, {
        where: { id: datasetLoadId },
        lock: { mode: 'for_no_key_update' },
      });
      if (!load) throw new DatasetLoadNotFound();
      const { id, state } = load;
      if (state !== DatasetLoadState.WAITING && state !== DatasetLoadState.RUNNING)
        throw new DatasetLoadEnded(state);
      const cancelled = { state: DatasetLoadState.CANCELLED, endedAt: this.clock.now() };
      await tx.update(DatasetLoad, { id }, { ...cancelled, step: null, leaseId: null, leasedUntil: null });
      return { subjectId: id };
    });
  }

  find(context: SecurityContext, id: string): Promise<DatasetLoad | null> {
    return this.transactions.run(context, (tx) => tx.findOneBy(DatasetLoad, { id }));
  }

  /** Newest first. */
  list(
    context: SecurityContext,
    { state, first, afterId }: { state: DatasetLoadState | null; first: number; afterId: string | null },
  ): Promise<DatasetLoad[]> {
    return this.transactions.run(context, (tx) =>
      tx.find(DatasetLoad, {
        where: { ...(state !== null && { state }), ...(afterId !== null && { id: LessThan(afterId) }) },
        order: { id: 'DESC' },
        take: first + 1,
      }),
    );
  }

  /** The newest load of each of these versions that has one; once confirmed, of those that were done. */
  newestOf(context: SecurityContext, datasetVersionIds: readonly string[]): Promise<DatasetLoad[]> {
    return this.transactions.run(context, (tx) =>
      tx
        .createQueryBuilder(DatasetLoad, 'load')
        .distinctOn(['load.dataset_version_id'])
        .innerJoin(DatasetVersion, 'version', 'version.id = load.dataset_version_id')
        .where('load.dataset_version_id = ANY (:ids)', { ids: datasetVersionIds })
        .andWhere("(load.state = 'DONE' OR version.state <> 'CONFIRMED')")
        .orderBy({ 'load.dataset_version_id': 'ASC', 'load.id': 'DESC' })
        .getMany(),
    );
  }
}
