import { Injectable } from '@nestjs/common';

import { DeadlineKind, DeadlineMatter, LegalDeadline } from '#libs/asset';
import { AuditLog } from '#libs/audit';
import { SYSTEM, type Transaction, TransactionRunner } from '#libs/database';
import { Clock, legalDayOf, newId, startOfLegalDay } from '#libs/foundation';

import { YearlyReportState } from './yearly-report.entity.ts';

const LAST_DAY = '03-31';

/** The period of a registry's yearly report, which begins when the year is over (国数综政策〔2026〕35号 Art. 11). */
@Injectable()
export class YearlyReportDuty {
  constructor(
    private readonly transactions: TransactionRunner,
    private readonly auditLog: AuditLog,
    private readonly clock: Clock,
  ) {}

  /**
   * Opens the reports of all years that are over, for every registry that had received an application by then; each
   * once, however many workers do it.
   *
   * @returns how many were opened
   */
  async openDue(): Promise<number> {
    const year = Number(legalDayOf(this.clock.now()).slice(0, 4));
    const end = startOfLegalDay(`${year}-01-01`);
    const owing = await this.transactions.run(SYSTEM, (tx): Promise<{ id: string; since: Date }[]> =>
      tx.query(
        `SELECT party.id, first.since
         FROM party, LATERAL (SELECT done_at AS since FROM registration_act
                              WHERE registry_id = party.id AND state_after = 'SUBMITTED' AND done_at < $2
                              ORDER BY done_at LIMIT 1) AS first
         WHERE party.kind = 'REGISTRY'
           AND NOT EXISTS (SELECT FROM yearly_report WHERE registry_id = party.id AND year = $1)`,
        [year - 1, end],
      ),
    );
    let opened = 0;
    for (const { id, since } of owing)
      for (let owed = Number(legalDayOf(since).slice(0, 4)); owed < year; owed += 1)
        if (await this.transactions.run(SYSTEM, (tx) => this.open(tx, id, owed))) opened += 1;
    return opened;
  }

  private async open(tx: Transaction, registryId: string, year: number): Promise<boolean> {
    const id = newId();
    // Another worker may have come first.
    const inserted: unknown[] = await tx.query(
      `INSERT INTO yearly_report (id, registry_id, year, state) VALUES ($1, $2, $3, $4)
       ON CONFLICT ON CONSTRAINT yearly_report_one_per_year DO NOTHING RETURNING id`,
      [id, registryId, year, YearlyReportState.DUE],
    );
    if (inserted.length === 0) return false;
    await tx.insert(LegalDeadline, {
      id: newId(),
      kind: DeadlineKind.YEARLY_REPORT,
      matter: DeadlineMatter.YEARLY_REPORT,
      matterId: id,
      track: null,
      assetId: null,
      registrationId: null,
      partyId: registryId,
      applicantId: registryId,
      registryId,
      beginsOn: `${year}-12-31`,
      workingDays: null,
      // A day that the rule names, not the last day of a period that is counted: no holiday moves it (Civil Code Art. 203).
      due: `${year + 1}-${LAST_DAY}`,
      isProvisional: false,
    });
    await this.auditLog.append(tx, null, {
      action: 'OPEN_YEARLY_REPORT',
      outcome: 'DONE',
      code: null,
      subjectId: id,
      body: { registryId, year },
    });
    return true;
  }
}
