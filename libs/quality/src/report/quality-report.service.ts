import { Injectable } from '@nestjs/common';
import { In, MoreThan } from 'typeorm';

import { type AuditActor, CommandRunner } from '#libs/audit';
import { compactOf, keyIdOf, signingInputOf } from '#libs/credential';
import { type SecurityContext, sqlStateOf, type Transaction, TransactionRunner } from '#libs/database';
import { DatasetService } from '#libs/dataset';
import { Clock, invariant, legalDayOf, newId } from '#libs/foundation';
import { KeyRing } from '#libs/keys';
import { ExchangeService } from '#libs/party';

import {
  DatasetVersionNotConfirmed,
  FailingRowsNotKept,
  MeasurementTooLong,
  NoQualityRules,
} from '../quality.errors.ts';
import { QualityRuleService } from '../rule/quality-rule.service.ts';
import { QualityReport } from './quality-report.entity.ts';
import { QualityResult } from './quality-result.entity.ts';
import { scoresOf } from './quality-scores.ts';
import { REPORT_TYPE, reportDocument } from './report-document.ts';

/** A row that a rule found failing, by its number from 1; what its columns hold, but for personal ones. */
export interface FailingRow {
  readonly rowNumber: string;
  readonly cells: readonly {
    readonly column: string;
    readonly value: string | null;
    readonly isHidden: boolean;
  }[];
}

/** Longer than a statement usually may, for a version has any number of rows; clients wait for an answer for 300 s. */
const MEASURING_SECONDS = 240;
const QUERY_CANCELED = '57014';

@Injectable()
export class QualityReportService {
  constructor(
    private readonly commands: CommandRunner,
    private readonly transactions: TransactionRunner,
    private readonly datasets: DatasetService,
    private readonly rules: QualityRuleService,
    private readonly exchange: ExchangeService,
    private readonly keys: KeyRing,
    private readonly clock: Clock,
  ) {}

  /**
   * Measures an own, confirmed version by the rules that its dataset has now, and signs what was found.
   *
   * @returns the report's id
   * @throws DatasetVersionNotConfirmed, NoQualityRules, MeasurementTooLong
   */
  measure(actor: AuditActor, clientId: string, datasetVersionId: string): Promise<string> {
    const command = { clientId, action: 'MEASURE_QUALITY', content: { datasetVersionId } };
    return this.commands.run(actor, command, async (tx) => {
      const version = await this.datasets.versionIn(tx, datasetVersionId);
      if (version?.state !== 'CONFIRMED' || version.providerId !== actor.partyId)
        throw new DatasetVersionNotConfirmed('datasetVersionId');
      const id = newId();
      const now = this.clock.now();
      const measured = await rulesMeasuredIn(tx, [id, version.id, now, legalDayOf(now)]);
      if (measured.length === 0) throw new NoQualityRules();
      const found = await tx.findBy(QualityResult, { reportId: id });
      const rules = await this.rules.findAllIn(tx, measured);
      const results = rules.map(({ id: ruleId, group, kind, columns, parameters }) => {
        const result = found.find((other) => other.ruleId === ruleId);
        invariant(result, 'Every rule has its result');
        const { conforming, considered, fault, referenceVersionId, newestOn, isCountedAtLoad } = result;
        const counted = { conforming, considered, fault, referenceVersionId, newestOn, isCountedAtLoad };
        return { ruleId, group, kind, columns, parameters, ...counted };
      });
      const scores = scoresOf(results);
      const dataset = await this.datasets.findIn(tx, version.datasetId);
      const exchange = await this.exchange.findIn(tx);
      invariant(dataset && exchange, 'A version is of a dataset on an exchange');
      const document = reportDocument({
        id,
        exchange: exchange.logOrigin,
        dataset: { id: dataset.id, name: dataset.name },
        version: {
          ...{ id: version.id, number: version.number, rowCount: version.rowCount },
          fileSha256: version.fileSha256.toString('hex'),
        },
        measuredAt: now,
        results,
        ...scores,
      });
      const key = this.keys.signing('QUALITY');
      const keyId = keyIdOf(key.publicKey);
      await tx.insert(QualityReport, {
        ...{ id, datasetId: dataset.id, datasetVersionId, providerId: version.providerId },
        ...{ groupScores: scores.groupScores as never, score: scores.score },
        measuredRules: scores.measuredRules as never,
        ...{ document, keyId, signature: key.sign(signingInputOf(document, keyId, REPORT_TYPE)) },
        ...{ measuredBy: actor.id, measuredAt: now },
      });
      return { subjectId: id, note: { datasetVersionId, score: scores.score } };
    });
  }

  find(context: SecurityContext, id: string): Promise<QualityReport | null> {
    return this.transactions.run(context, (tx) => tx.findOneBy(QualityReport, { id }));
  }

  /** Of a dataset, over all its versions, oldest first: the trend. */
  list(
    context: SecurityContext,
    datasetId: string,
    first: number,
    afterId: string | null,
  ): Promise<QualityReport[]> {
    return this.transactions.run(context, (tx) =>
      tx.find(QualityReport, {
        where: { datasetId, ...(afterId !== null && { id: MoreThan(afterId) }) },
        order: { id: 'ASC' },
        take: first + 1,
      }),
    );
  }

  /** The newest reports of these versions, for those who may see them. */
  latestOf(context: SecurityContext, datasetVersionIds: readonly string[]): Promise<QualityReport[]> {
    return this.transactions.run(context, (tx) => this.latestIn(tx, datasetVersionIds));
  }

  /** As `latestOf`, in the caller's transaction: what an appraisal may rest on. */
  async latestIn(tx: Transaction, datasetVersionIds: readonly string[]): Promise<QualityReport[]> {
    const newest: { id: string }[] = await tx.query(
      `SELECT DISTINCT ON (dataset_version_id) id FROM quality_report WHERE dataset_version_id = ANY ($1)
       ORDER BY dataset_version_id, id DESC`,
      [datasetVersionIds],
    );
    return tx.findBy(QualityReport, { id: In(newest.map(({ id }) => id)) });
  }

  resultsOf(context: SecurityContext, reportIds: readonly string[]): Promise<QualityResult[]> {
    return this.transactions.run(context, (tx) =>
      tx.find(QualityResult, { where: { reportId: In(reportIds) }, order: { ruleId: 'ASC' } }),
    );
  }

  /**
   * The rows that a rule has found failing, by number, one more than `first`; nothing for all but the provider.
   *
   * @throws FailingRowsNotKept
   */
  async failingRows(
    context: SecurityContext,
    { reportId, ruleId }: { readonly reportId: string; readonly ruleId: string },
    first: number,
    afterRow: bigint,
  ): Promise<FailingRow[]> {
    const rows: { row_number: string; cells: FailingRow['cells'] }[] = await this.transactions.run(
      context,
      async (tx) => {
        const result = await tx.findOneBy(QualityResult, { reportId, ruleId });
        if (result?.isCountedAtLoad && result.providerId === context.partyId) throw new FailingRowsNotKept();
        return tx.query(
          'SELECT row_number, cells FROM quality_failing_rows($1, $2, $3, $4) ORDER BY row_number',
          [reportId, ruleId, afterRow.toString(), first + 1],
        );
      },
    );
    return rows.map(({ row_number: rowNumber, cells }) => ({ rowNumber, cells }));
  }

  /** As it is handed out: a compact JWS. */
  compactOf({ document, keyId, signature }: QualityReport): string {
    return compactOf(document, keyId, signature, REPORT_TYPE);
  }
}

/** The ids of the rules that were applied. @throws MeasurementTooLong */
async function rulesMeasuredIn(tx: Transaction, parameters: readonly unknown[]): Promise<string[]> {
  await tx.query(`SELECT set_config('statement_timeout', $1, true)`, [`${MEASURING_SECONDS}s`]);
  try {
    const measured: { rule_id: string }[] = await tx.query(
      'SELECT rule_id FROM quality_measure($1, $2, $3, $4)',
      [...parameters],
    );
    return measured.map(({ rule_id }) => rule_id);
  } catch (error) {
    throw sqlStateOf(error) === QUERY_CANCELED ? new MeasurementTooLong(MEASURING_SECONDS) : error;
  }
}
