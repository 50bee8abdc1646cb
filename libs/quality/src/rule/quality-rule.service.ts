import { createHash } from 'node:crypto';

import { Injectable } from '@nestjs/common';
import { In, IsNull, MoreThan } from 'typeorm';

import { type AuditActor, CommandRunner } from '#libs/audit';
import { type SecurityContext, type Transaction, TransactionRunner } from '#libs/database';
import { DatasetNotFound, DatasetService } from '#libs/dataset';
import { canonicalJson, Clock, InvalidInput, type JsonObject, newId } from '#libs/foundation';

import {
  ColumnOfRuleUnknown,
  DatasetVersionNotConfirmed,
  QualityRuleExists,
  QualityRuleNotFound,
  QualityRuleNotMeasurable,
  TooManyQualityRules,
} from '../quality.errors.ts';
import { type DeclaredRule, defineRule, type KnownColumn, type RuleDefinition } from './define-rule.ts';
import { type ProposedRule, proposeRules } from './propose-rules.ts';
import { QualityRule } from './quality-rule.entity.ts';
import { MAX_RULES, RuleKind } from './rule-kind.ts';

@Injectable()
export class QualityRuleService {
  constructor(
    private readonly commands: CommandRunner,
    private readonly transactions: TransactionRunner,
    private readonly datasets: DatasetService,
    private readonly clock: Clock,
  ) {}

  /** What the profile of a version suggests; null for a version that the context may not see. */
  proposal(context: SecurityContext, datasetVersionId: string): Promise<ProposedRule[] | null> {
    return this.transactions.run(context, async (tx) => {
      const version = await this.datasets.versionIn(tx, datasetVersionId);
      if (!version) return null;
      const columns = await this.datasets.columnsIn(tx, datasetVersionId);
      const { rowCount, subjectColumn } = version;
      return proposeRules({ rowCount, subjectColumn, columns });
    });
  }

  /**
   * Declares all of these rules of an own dataset, or none. They are checked against its newest confirmed version.
   *
   * @returns the id that these rules have in common
   * @throws DatasetNotFound, DatasetVersionNotConfirmed, InvalidInput, ColumnOfRuleUnknown, QualityRuleNotMeasurable,
   *   QualityRuleExists, TooManyQualityRules
   */
  declare(
    actor: AuditActor,
    clientId: string,
    { datasetId, rules }: { readonly datasetId: string; readonly rules: readonly DeclaredRule[] },
  ): Promise<string> {
    const content = JSON.parse(JSON.stringify({ datasetId, rules })) as JsonObject;
    return this.commands.run(actor, { clientId, action: 'DECLARE_QUALITY_RULES', content }, async (tx) => {
      const dataset = await this.datasets.findIn(tx, datasetId);
      if (!dataset || dataset.providerId !== actor.partyId) throw new DatasetNotFound();
      const known = await this.confirmedColumns(tx, datasetId);
      if (!known) throw new DatasetVersionNotConfirmed('datasetId');
      const definitions = rules.map((rule, i) => defineRule(rule, known, `rules[${i}]`));
      for (const [i, definition] of definitions.entries())
        await this.mustBeLookedUp(tx, actor, definition, { own: datasetId, known, path: `rules[${i}]` });
      // Two declarations are counted and compared one after the other.
      await tx.query('SELECT pg_advisory_xact_lock(hashtextextended($1, 0))', [`quality rules ${datasetId}`]);
      const there = await tx.countBy(QualityRule, { datasetId, retiredAt: IsNull() });
      if (there + rules.length > MAX_RULES) throw new TooManyQualityRules(MAX_RULES);
      const digests = definitions.map(digestOf);
      const taken = await this.digestsIn(tx, datasetId, digests);
      digests.forEach((digest, i) => {
        const hex = digest.toString('hex');
        if (taken.has(hex)) throw new QualityRuleExists(`rules[${i}]`);
        taken.add(hex);
      });
      const declarationId = newId();
      const declared = { declarationId, declaredBy: actor.id, declaredAt: this.clock.now() };
      await tx.insert(
        QualityRule,
        definitions.map(({ kind, group, columns, parameters }, i) => ({
          ...{ id: newId(), datasetId, providerId: dataset.providerId, kind, group },
          ...{
            columns: [...columns],
            parameters: parameters as never,
            definitionSha256: digests[i] as Buffer,
          },
          ...declared,
        })),
      );
      return { subjectId: declarationId, note: { datasetId, count: rules.length } };
    });
  }

  /** Is measured no more; reports that rest on it still name it. @throws QualityRuleNotFound */
  retire(actor: AuditActor, clientId: string, ruleId: string): Promise<string> {
    const command = { clientId, action: 'RETIRE_QUALITY_RULE', content: { ruleId } };
    return this.commands.run(actor, command, async (tx) => {
      const { affected } = await tx.update(
        QualityRule,
        { id: ruleId, providerId: actor.partyId ?? '', retiredAt: IsNull() },
        { retiredBy: actor.id, retiredAt: this.clock.now() },
      );
      if (affected !== 1) throw new QualityRuleNotFound();
      return { subjectId: ruleId };
    });
  }

  find(context: SecurityContext, id: string): Promise<QualityRule | null> {
    return this.transactions.run(context, (tx) => tx.findOneBy(QualityRule, { id }));
  }

  findAll(context: SecurityContext, ids: readonly string[]): Promise<QualityRule[]> {
    return this.transactions.run(context, (tx) => this.findAllIn(tx, ids));
  }

  findAllIn(tx: Transaction, ids: readonly string[]): Promise<QualityRule[]> {
    return tx.find(QualityRule, { where: { id: In(ids) }, order: { id: 'ASC' } });
  }

  declaredTogether(context: SecurityContext, declarationId: string): Promise<QualityRule[]> {
    return this.transactions.run(context, (tx) =>
      tx.find(QualityRule, { where: { declarationId }, order: { id: 'ASC' } }),
    );
  }

  /** Of a dataset, retired or not, oldest first. */
  list(
    context: SecurityContext,
    datasetId: string,
    first: number,
    afterId: string | null,
  ): Promise<QualityRule[]> {
    return this.transactions.run(context, (tx) =>
      tx.find(QualityRule, {
        where: { datasetId, ...(afterId !== null && { id: MoreThan(afterId) }) },
        order: { id: 'ASC' },
        take: first + 1,
      }),
    );
  }

  private async digestsIn(
    tx: Transaction,
    datasetId: string,
    digests: readonly Buffer[],
  ): Promise<Set<string>> {
    const there: { digest: string }[] = await tx.query(
      `SELECT encode(definition_sha256, 'hex') AS digest FROM quality_rule
       WHERE dataset_id = $1 AND definition_sha256 = ANY ($2) AND retired_at IS NULL`,
      [datasetId, digests],
    );
    return new Set(there.map(({ digest }) => digest));
  }

  private async confirmedColumns(tx: Transaction, datasetId: string): Promise<readonly KnownColumn[] | null> {
    const version = await this.datasets.latestConfirmedIn(tx, datasetId);
    return version && (await this.datasets.columnsIn(tx, version.id));
  }

  /** A reference leads to a column of the provider's own data: else one could find out what others hold. */
  private async mustBeLookedUp(
    tx: Transaction,
    actor: AuditActor,
    { kind, columns, parameters }: RuleDefinition,
    {
      own,
      known,
      path,
    }: { readonly own: string; readonly known: readonly KnownColumn[]; readonly path: string },
  ): Promise<void> {
    if (kind !== RuleKind.REFERENCE) return;
    const { datasetId, column } = parameters as { datasetId: string; column: string };
    const other = await this.datasets.findIn(tx, datasetId);
    const there = other?.providerId === actor.partyId ? await this.confirmedColumns(tx, datasetId) : null;
    if (!there)
      throw new InvalidInput(
        `${path}.referenceDatasetId`,
        'is no dataset of your party with a confirmed version',
      );
    const target = there.find(({ name }) => name === column);
    if (!target) throw new ColumnOfRuleUnknown(column, `${path}.referenceColumn`);
    if (datasetId === own && column === columns[0])
      throw new InvalidInput(`${path}.referenceColumn`, 'is the column itself, where everything is found');
    if (target.isPersonal !== known.find(({ name }) => name === columns[0])?.isPersonal)
      throw new QualityRuleNotMeasurable(
        `${path}.referenceColumn`,
        'a pseudonym is not compared with a value',
      );
  }
}

/** Of what the rule asks: the order of columns that are to be unique, of codes and of what stands for nothing is none. */
function digestOf({ kind, group, columns, parameters }: RuleDefinition): Buffer {
  const asked = {
    ...{ kind, group, columns: kind === RuleKind.UNIQUE ? columns.toSorted() : columns },
    parameters: Object.fromEntries(
      Object.entries(parameters).map(([name, value]) => [
        name,
        name === 'codes' || name === 'missing' ? (value as string[]).toSorted() : value,
      ]),
    ),
  };
  return createHash('sha256').update(canonicalJson(asked)).digest();
}
