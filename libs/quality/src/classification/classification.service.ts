import { Injectable } from '@nestjs/common';
import { In, MoreThan } from 'typeorm';

import { type AuditActor, CommandRunner } from '#libs/audit';
import { isUniqueViolation, type SecurityContext, type Transaction, TransactionRunner } from '#libs/database';
import { DatasetService } from '#libs/dataset';
import { Clock, InvalidInput, newId } from '#libs/foundation';

import {
  ClassificationNotFound,
  ClassificationOpen,
  ClassifierIsSamePerson,
  DataLevelForbids,
  DataNotClassified,
  DatasetVersionNotConfirmed,
} from '../quality.errors.ts';
import {
  type ClassificationLevel,
  EFFECT_OF,
  highestOf,
  type Offer,
  rankOf,
} from './classification-level.ts';
import { Classification, ClassificationState, type ColumnLevel } from './classification.entity.ts';
import { proposeClassification, type ProposedLevel } from './propose-classification.ts';

export interface LevelChoice {
  readonly column: string;
  readonly level: ClassificationLevel;
  readonly ground: string;
}

export interface NewClassification {
  readonly datasetVersionId: string;
  /** Null: the highest of the columns. */
  readonly level: ClassificationLevel | null;
  /** Columns that have another level than the rules propose. */
  readonly columns: readonly LevelChoice[];
  readonly reason: string;
}

@Injectable()
export class ClassificationService {
  constructor(
    private readonly commands: CommandRunner,
    private readonly transactions: TransactionRunner,
    private readonly datasets: DatasetService,
    private readonly clock: Clock,
  ) {}

  /** What names and types of the columns suggest; null for a version that the context may not see. */
  proposal(
    context: SecurityContext,
    datasetVersionId: string,
  ): Promise<{ readonly level: ClassificationLevel; readonly columns: readonly ProposedLevel[] } | null> {
    return this.transactions.run(context, async (tx) => {
      const columns = await this.datasets.columnsIn(tx, datasetVersionId);
      return columns.length === 0 ? null : proposeClassification(columns);
    });
  }

  /**
   * Puts a level before somebody else of the provider. A column below what the rules propose needs a ground; the whole
   * is never below the highest of its columns.
   *
   * @throws DatasetVersionNotConfirmed, InvalidInput, ClassificationOpen
   */
  propose(actor: AuditActor, clientId: string, input: NewClassification): Promise<string> {
    const content = { ...input, columns: input.columns.map((choice) => ({ ...choice })) };
    return this.commands.run(actor, { clientId, action: 'PROPOSE_CLASSIFICATION', content }, async (tx) => {
      const { datasetVersionId, reason } = input;
      const version = await this.datasets.versionIn(tx, datasetVersionId);
      if (version?.state !== 'CONFIRMED' || version.providerId !== actor.partyId)
        throw new DatasetVersionNotConfirmed('datasetVersionId');
      const proposed = proposeClassification(await this.datasets.columnsIn(tx, datasetVersionId)).columns;
      const columns = chosen(proposed, input.columns);
      const highest = highestOf(columns.map(({ level }) => level));
      const level = input.level ?? highest;
      if (rankOf(level) < rankOf(highest))
        throw new InvalidInput('level', `must be ${highest} at least, the highest of its columns (就高从严)`);
      const id = newId();
      const { datasetId, providerId } = version;
      try {
        await tx.insert(Classification, {
          ...{ id, datasetId, datasetVersionId, providerId, level, reason },
          columns: columns as never,
          state: ClassificationState.PROPOSED,
          ...{ proposedBy: actor.id, proposedAt: this.clock.now() },
        });
      } catch (error) {
        if (isUniqueViolation(error, 'classification_one_open')) throw new ClassificationOpen();
        throw error;
      }
      return { subjectId: id, note: { datasetVersionId, level } };
    });
  }

  /**
   * By somebody else than who proposed it. What a confirmed level forbids is neither offered nor answered from then on.
   *
   * @throws ClassificationNotFound, ClassifierIsSamePerson, InvalidInput
   */
  decide(
    actor: AuditActor,
    clientId: string,
    input: {
      readonly classificationId: string;
      readonly isConfirmed: boolean;
      readonly reason: string | null;
    },
  ): Promise<string> {
    const command = { clientId, action: 'DECIDE_CLASSIFICATION', content: { ...input } };
    return this.commands.run(actor, command, async (tx) => {
      const { classificationId: id, isConfirmed, reason } = input;
      const found = await tx.findOne(Classification, {
        where: { id, providerId: actor.partyId ?? '' },
        lock: { mode: 'for_no_key_update' },
      });
      if (found?.state !== ClassificationState.PROPOSED) throw new ClassificationNotFound();
      if (found.proposedBy === actor.id) throw new ClassifierIsSamePerson();
      if (!isConfirmed && !reason) throw new InvalidInput('reason', 'must say why it is rejected');
      // Whoever is listing a product under the level that was is waited for, and what it has listed is found then.
      await tx.query('SELECT pg_advisory_xact_lock(hashtextextended($1, 0))', [
        lockName(found.datasetVersionId),
      ]);
      const state = isConfirmed ? ClassificationState.CONFIRMED : ClassificationState.REJECTED;
      const decided = { decidedBy: actor.id, decidedAt: this.clock.now(), decisionReason: reason };
      await tx.update(Classification, { id }, { state, ...decided });
      return { subjectId: id, note: { level: found.level, state } };
    });
  }

  /** The newest confirmed level of a version; null: nobody has confirmed one. */
  async levelIn(tx: Transaction, datasetVersionId: string): Promise<ClassificationLevel | null> {
    const confirmed = await tx.findOne(Classification, {
      where: { datasetVersionId, state: ClassificationState.CONFIRMED },
      order: { decidedAt: 'DESC', id: 'DESC' },
    });
    return confirmed?.level ?? null;
  }

  /** Whether data of the confirmed level, if there is one, may be registered. @throws DataLevelForbids */
  async mustBeRegistrable(tx: Transaction, datasetVersionId: string, path: string): Promise<void> {
    const level = await this.levelIn(tx, datasetVersionId);
    if (level !== null && !EFFECT_OF[level].isRegistrable) throw forbids(level, path);
  }

  /** Whether what is declared may be offered over data of the confirmed level, if there is one. @throws DataLevelForbids */
  async mustAllow(tx: Transaction, datasetVersionId: string, offer: Offer, path: string): Promise<void> {
    const level = await this.levelIn(tx, datasetVersionId);
    if (level !== null && !EFFECT_OF[level].allows(offer)) throw forbids(level, path);
  }

  /** The confirmed level stays until the transaction is over. To be taken before the locks of any rows. */
  async holdIn(tx: Transaction, datasetVersionId: string): Promise<void> {
    await tx.query('SELECT pg_advisory_xact_lock_shared(hashtextextended($1, 0))', [
      lockName(datasetVersionId),
    ]);
  }

  /** As `mustAllow`, and somebody has confirmed a level. @throws DataNotClassified, DataLevelForbids */
  async mustAllowListing(
    tx: Transaction,
    datasetVersionId: string,
    offer: Offer,
    path: string,
  ): Promise<void> {
    const level = await this.levelIn(tx, datasetVersionId);
    if (level === null) throw new DataNotClassified(path);
    if (!EFFECT_OF[level].allows(offer)) throw forbids(level, path);
  }

  find(context: SecurityContext, id: string): Promise<Classification | null> {
    return this.transactions.run(context, (tx) => tx.findOneBy(Classification, { id }));
  }

  /** All of a dataset, oldest first: its history. */
  list(
    context: SecurityContext,
    datasetId: string,
    first: number,
    afterId: string | null,
  ): Promise<Classification[]> {
    return this.transactions.run(context, (tx) =>
      tx.find(Classification, {
        where: { datasetId, ...(afterId !== null && { id: MoreThan(afterId) }) },
        order: { id: 'ASC' },
        take: first + 1,
      }),
    );
  }

  /** Those of these versions that count now. */
  confirmedOf(context: SecurityContext, datasetVersionIds: readonly string[]): Promise<Classification[]> {
    return this.transactions.run(context, async (tx) => {
      const newest: { id: string }[] = await tx.query(
        `SELECT DISTINCT ON (dataset_version_id) id FROM classification
         WHERE dataset_version_id = ANY ($1) AND state = 'CONFIRMED'
         ORDER BY dataset_version_id, decided_at DESC, id DESC`,
        [datasetVersionIds],
      );
      return tx.findBy(Classification, { id: In(newest.map(({ id }) => id)) });
    });
  }
}

const lockName = (datasetVersionId: string) => `classification ${datasetVersionId}`;

const forbids = (level: ClassificationLevel, path: string) =>
  new DataLevelForbids(EFFECT_OF[level].message, path, EFFECT_OF[level].rule);

/** The rules' levels with those that a person has chosen otherwise. @throws InvalidInput */
function chosen(proposed: readonly ProposedLevel[], choices: readonly LevelChoice[]): ColumnLevel[] {
  choices.forEach(({ column, level, ground }, i) => {
    const rule = proposed.find((other) => other.column === column);
    if (!rule) throw new InvalidInput(`columns[${i}].column`, 'is no column of the version');
    if (choices.findIndex((other) => other.column === column) < i)
      throw new InvalidInput(`columns[${i}].column`, 'is there twice');
    if (rankOf(level) < rankOf(rule.level) && ground.trim() === '')
      throw new InvalidInput(`columns[${i}].ground`, `must say why it is below ${rule.level}`);
  });
  return proposed.map(({ column, level, ground }) => {
    const choice = choices.find((other) => other.column === column);
    return { column, level: choice?.level ?? level, proposed: level, ground: choice?.ground || ground };
  });
}
