import { Injectable, Logger } from '@nestjs/common';

import { type AuditActor, AuditLog } from '#libs/audit';
import { SYSTEM, type Transaction, TransactionRunner } from '#libs/database';
import { Clock, DomainError, type JsonObject, newId } from '#libs/foundation';
import { Outbox } from '#libs/outbox';

import { DatasetLoadAbandoned } from '../dataset.errors.ts';
import { DatasetLoad, DatasetLoadState } from './dataset-load.entity.ts';
import { DatasetLoader, type LeasedLoad, type MadeVersion } from './dataset-loader.ts';
import { LoadProgress, LoadStopped } from './load-progress.ts';

/** A worker that says nothing for so long is dead. */
const LEASE = '30 seconds';
const REPORT_EVERY_MS = 500;
/** After what is no fault of the file, such as a database that is away. */
const PAUSE_BEFORE_NEXT_ATTEMPT = '5 seconds';
/** A file that kills its worker is not begun for ever. */
const MOST_ATTEMPTS = 3;

/**
 * Hands loads to workers, each once however many workers there are. A worker keeps its load as long as it reports, and
 * what it has made counts only if the load is still its own at the end; if it dies, another begins anew.
 */
@Injectable()
export class LoadQueue {
  private readonly logger = new Logger(LoadQueue.name);

  constructor(
    private readonly transactions: TransactionRunner,
    private readonly loader: DatasetLoader,
    private readonly auditLog: AuditLog,
    private readonly outbox: Outbox,
    private readonly clock: Clock,
  ) {}

  /**
   * Takes the load that waits longest, of the providers of whom fewest are running. One that was begun before may have
   * killed its worker, and whatever ran beside it there: it runs alone, so that nothing else is taken down with it, and
   * what had only been beside it gets through.
   *
   * @param underWay what this worker has
   * @returns null: none waits, or it must not be beside what is under way
   */
  async lease(underWay: readonly LeasedLoad[] = []): Promise<LeasedLoad | null> {
    if (underWay.some(({ attempts }) => attempts > 1)) return null;
    return this.transactions.run(SYSTEM, async (tx) => {
      const [leased]: LeasedLoad[] = await tx.query(
        `WITH running AS MATERIALIZED (
             SELECT provider_id, count(*) AS loads FROM dataset_load
             WHERE state = 'RUNNING' AND leased_until > now() GROUP BY provider_id
           ), next AS MATERIALIZED (
             SELECT id, attempts FROM dataset_load AS load LEFT JOIN running USING (provider_id)
             WHERE (state = 'WAITING' OR state = 'RUNNING' AND leased_until <= now()) AND attempts < $4
             ORDER BY coalesce(running.loads, 0), requested_at, id
             LIMIT 1 FOR UPDATE OF load SKIP LOCKED
           ), leased AS (
             UPDATE dataset_load SET state = 'RUNNING', step = 'CHECKING', bytes_read = 0, rows_read = 0,
                    attempts = next.attempts + 1, lease_id = $1, leased_until = now() + $2::interval,
                    begun_at = coalesce(begun_at, $3)
             FROM next WHERE dataset_load.id = next.id AND (next.attempts = 0 OR $5) RETURNING dataset_load.*
           )
           SELECT id, lease_id AS "leaseId", kind, provider_id AS "providerId", upload_id AS "uploadId",
                  dataset_id AS "datasetId", dataset_version_id AS "datasetVersionId", wanted,
                  requested_by AS "requestedBy", request_id AS "requestId", attempts FROM leased`,
        [newId(), LEASE, this.clock.now(), MOST_ATTEMPTS, underWay.length === 0],
      );
      return leased ?? null;
    });
  }

  /** Works a leased load off, and records what came of it. One that `signal` cuts off waits again as if it had not begun. */
  async run(load: LeasedLoad, signal: AbortSignal): Promise<void> {
    const lost = new AbortController();
    const progress = new LoadProgress(AbortSignal.any([signal, lost.signal]));
    let isReporting = false;
    // Not from within the transaction of the load, which nobody sees before it ends.
    const reports = setInterval(() => {
      // One that waits for the database neither takes more connections nor is overtaken.
      if (isReporting) return;
      isReporting = true;
      this.report(load, progress)
        .then(
          (isOurs) => {
            if (!isOurs) lost.abort();
          },
          (error: unknown) => {
            this.logger.error(`How far load ${load.id} has come is not recorded: ${String(error)}`);
          },
        )
        .finally(() => {
          isReporting = false;
        });
    }, REPORT_EVERY_MS);
    try {
      await this.transactions.run(actorOf(load), async (tx) => {
        await this.end(tx, load, await this.loader.make(tx, load, progress));
      });
    } catch (error) {
      if (error instanceof DomainError) await this.fail(load, error);
      else if (error instanceof LoadStopped) await this.giveBack(load);
      else {
        this.logger.error(`Load ${load.id} did not get to its end: ${String(error)}`);
        await this.pause(load);
      }
    } finally {
      clearInterval(reports);
    }
  }

  /** Fails one load that no worker has survived. @returns how many */
  failAbandoned(): Promise<number> {
    return this.transactions.run(SYSTEM, async (tx) => {
      const [abandoned]: LeasedLoad[] = await tx.query(
        `SELECT id, lease_id AS "leaseId", kind, provider_id AS "providerId", upload_id AS "uploadId",
                dataset_id AS "datasetId", requested_by AS "requestedBy", request_id AS "requestId"
         FROM dataset_load WHERE state = 'RUNNING' AND leased_until <= now() AND attempts >= $1
         LIMIT 1 FOR UPDATE SKIP LOCKED`,
        [MOST_ATTEMPTS],
      );
      if (!abandoned) return 0;
      await this.failIn(tx, abandoned, new DatasetLoadAbandoned(MOST_ATTEMPTS));
      return 1;
    });
  }

  /** @returns whether the load is still this worker's */
  private report({ id, leaseId }: LeasedLoad, { step, bytesRead, rowsRead }: LoadProgress): Promise<boolean> {
    return this.transactions.run(SYSTEM, async (tx) => {
      const [, affected]: [unknown, number] = await tx.query(
        `UPDATE dataset_load SET step = $3, bytes_read = least($4, byte_size), rows_read = $5,
                leased_until = now() + $6::interval
         WHERE id = $1 AND lease_id = $2 AND state = 'RUNNING'`,
        [id, leaseId, step, bytesRead, rowsRead, LEASE],
      );
      return affected === 1;
    });
  }

  /** In the transaction that has made it: what was made by a worker that has lost its load is rolled back. */
  private async end(tx: Transaction, load: LeasedLoad, made: MadeVersion): Promise<void> {
    const { datasetId, datasetVersionId, byteSize, rowCount, note } = made;
    const read = { bytesRead: byteSize, rowsRead: rowCount };
    const done = { state: DatasetLoadState.DONE, datasetId, datasetVersionId, ...read };
    if (!(await this.close(tx, load, done))) throw new LoadStopped();
    await this.auditLog.append(tx, actorOf(load), {
      ...{ action: 'LOAD_DATASET', outcome: 'DONE', code: null, subjectId: datasetVersionId },
      body: { kind: load.kind, datasetLoadId: load.id, note },
    });
    await this.tell(tx, load, 'dataset.loaded', { datasetId, datasetVersionId });
  }

  private fail(load: LeasedLoad, error: DomainError): Promise<void> {
    return this.transactions.run(actorOf(load), (tx) => this.failIn(tx, load, error));
  }

  private async failIn(tx: Transaction, load: LeasedLoad, error: DomainError): Promise<void> {
    const { code, message, path = null, rule = null } = error;
    const failed = { state: DatasetLoadState.FAILED, refusal: { code, message, path, rule } };
    if (!(await this.close(tx, load, failed))) return;
    await this.auditLog.append(tx, actorOf(load), {
      ...{ action: 'LOAD_DATASET', outcome: 'REFUSED', code, subjectId: load.datasetId },
      body: { kind: load.kind, datasetLoadId: load.id },
    });
    await this.tell(tx, load, 'dataset.load-failed', { code });
  }

  /** @returns whether it was still this worker's */
  private async close(
    tx: Transaction,
    { id, leaseId }: LeasedLoad,
    ended: Partial<DatasetLoad>,
  ): Promise<boolean> {
    const { affected } = await tx.update(
      DatasetLoad,
      { id, leaseId, state: DatasetLoadState.RUNNING },
      { ...ended, step: null, leaseId: null, leasedUntil: null, endedAt: this.clock.now() },
    );
    return affected === 1;
  }

  private async giveBack({ id, leaseId }: LeasedLoad): Promise<void> {
    await this.transactions.run(SYSTEM, (tx) =>
      tx.query(
        `UPDATE dataset_load SET state = 'WAITING', step = NULL, bytes_read = 0, rows_read = 0,
                attempts = attempts - 1, lease_id = NULL, leased_until = NULL
         WHERE id = $1 AND lease_id = $2 AND state = 'RUNNING'`,
        [id, leaseId],
      ),
    );
  }

  private async pause({ id, leaseId }: LeasedLoad): Promise<void> {
    await this.transactions.run(SYSTEM, (tx) =>
      tx.query(
        `UPDATE dataset_load SET leased_until = now() + $3::interval
         WHERE id = $1 AND lease_id = $2 AND state = 'RUNNING'`,
        [id, leaseId, PAUSE_BEFORE_NEXT_ATTEMPT],
      ),
    );
  }

  private async tell(
    tx: Transaction,
    { id, providerId, kind }: LeasedLoad,
    type: 'dataset.loaded' | 'dataset.load-failed',
    data: JsonObject,
  ): Promise<void> {
    await this.outbox.append(tx, { type, subjectId: id, data: { kind, ...data }, partyIds: [providerId] });
  }
}

/** A load is done on behalf of who asked for it. */
function actorOf({ providerId, requestedBy, requestId }: LeasedLoad): AuditActor {
  return { id: requestedBy, requestId, partyId: providerId, roles: ['DATA_SPECIALIST'] };
}
