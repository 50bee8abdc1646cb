import { createHash } from 'node:crypto';

import { Injectable } from '@nestjs/common';
import { In, IsNull, MoreThan } from 'typeorm';

import { LegalDeadline, SamePerson, WorkingCalendarService } from '#libs/asset';
import { type AuditActor, CommandRunner } from '#libs/audit';
import { type SecurityContext, type Transaction, TransactionRunner } from '#libs/database';
import { canonicalJson, Clock, invariant, type JsonValue } from '#libs/foundation';
import { PartyKind, PartyService } from '#libs/party';

import {
  YearlyReportNotAsRead,
  YearlyReportNotDue,
  YearlyReportSubmitted,
} from '../registry-office.errors.ts';
import { type YearlyFigures, yearlyFigures } from './yearly-figures.query.ts';
import { YearlyReport, YearlyReportState } from './yearly-report.entity.ts';

const NOBODY: SecurityContext = { partyId: null, roles: [] };
const RULE = '数据产权登记工作指引(试行) (国数综政策〔2026〕35号) Art. 11';

/** A registry's report of a year: figures that the database gives and a text, frozen by one person, submitted by another. */
@Injectable()
export class YearlyReportService {
  constructor(
    private readonly commands: CommandRunner,
    private readonly transactions: TransactionRunner,
    private readonly calendar: WorkingCalendarService,
    private readonly parties: PartyService,
    private readonly clock: Clock,
  ) {}

  /** The figures as they are now, of one's own registry; a regulator sees every registry's. Null: it is none. */
  figures(context: SecurityContext, registryId: string, year: number): Promise<YearlyFigures | null> {
    if (context.partyId !== registryId && !context.roles.includes('REGULATOR')) return Promise.resolve(null);
    return this.transactions.run(context, async (tx) => {
      const party = await this.parties.findIn(tx, registryId);
      return party?.kind === PartyKind.REGISTRY ? this.figuresIn(tx, registryId, year) : null;
    });
  }

  /** Freezes the figures as they are now; done again before it is submitted, it freezes them anew. @throws YearlyReportNotDue, YearlyReportSubmitted */
  prepare(actor: AuditActor, clientId: string, year: number, text: string): Promise<string> {
    const command = { clientId, action: 'PREPARE_YEARLY_REPORT', content: { year, text } };
    return this.commands.run(actor, command, async (tx) => {
      const report = await this.ownIn(tx, actor, year);
      const { registryId } = report;
      const registry = await this.parties.findIn(tx, registryId);
      invariant(registry, 'A report is of a registry');
      const preparedAt = this.clock.now();
      const figures = await this.figuresIn(tx, registryId, year);
      const document = canonicalJson({
        rule: RULE,
        registry: { id: registryId, name: registry.name, uscc: registry.uscc },
        year,
        preparedAt: preparedAt.toISOString(),
        figures: figures as unknown as JsonValue,
        text,
      });
      const documentSha256 = sha256Of(document);
      const prepared = { state: YearlyReportState.PREPARED, document, documentSha256 };
      const { affected } = await tx.update(
        YearlyReport,
        { id: report.id, state: In([YearlyReportState.DUE, YearlyReportState.PREPARED]) },
        { ...prepared, preparedBy: actor.id, preparedAt },
      );
      // Somebody has submitted it since it was read.
      if (affected !== 1) throw new YearlyReportSubmitted();
      return { subjectId: report.id, note: { sha256: documentSha256.toString('hex') } };
    });
  }

  /**
   * Submits what was prepared, by somebody else than who prepared it, and just what the submitter has read. From then on
   * it is public and never changes.
   *
   * @throws YearlyReportNotDue, YearlyReportSubmitted, YearlyReportNotAsRead, SamePerson
   */
  submit(actor: AuditActor, clientId: string, year: number, sha256: string): Promise<string> {
    const command = { clientId, action: 'SUBMIT_YEARLY_REPORT', content: { year, sha256 } };
    return this.commands.run(actor, command, async (tx) => {
      const { id, preparedBy } = await this.ownIn(tx, actor, year);
      if (preparedBy === actor.id) throw new SamePerson('prepared a report');
      const submitted = { submittedBy: actor.id, submittedAt: this.clock.now() };
      const { affected } = await tx.update(
        YearlyReport,
        { id, state: YearlyReportState.PREPARED, documentSha256: Buffer.from(sha256, 'hex') },
        { ...submitted, state: YearlyReportState.SUBMITTED },
      );
      // It was not prepared, or anew since it was read.
      if (affected !== 1) throw new YearlyReportNotAsRead();
      await tx.update(
        LegalDeadline,
        { matterId: id, closedAt: IsNull() },
        { closedAt: submitted.submittedAt },
      );
      return { subjectId: id, note: { sha256 } };
    });
  }

  find(context: SecurityContext, id: string): Promise<YearlyReport | null> {
    return this.transactions.run(context, (tx) => tx.findOneBy(YearlyReport, { id }));
  }

  /** What was submitted, by all registries, for anyone. */
  listSubmitted(registryId: string | null, first: number, afterId: string | null): Promise<YearlyReport[]> {
    return this.transactions.run(NOBODY, (tx) =>
      tx.find(YearlyReport, {
        where: {
          state: YearlyReportState.SUBMITTED,
          ...(registryId !== null && { registryId }),
          ...(afterId !== null && { id: MoreThan(afterId) }),
        },
        order: { id: 'ASC' },
        take: first + 1,
      }),
    );
  }

  /** One's own registry's, in any state. */
  listOwn(context: SecurityContext, first: number, afterId: string | null): Promise<YearlyReport[]> {
    const registryId = context.partyId;
    invariant(registryId, 'Reports are a registry’s');
    return this.transactions.run(context, (tx) =>
      tx.find(YearlyReport, {
        where: { registryId, ...(afterId !== null && { id: MoreThan(afterId) }) },
        order: { id: 'ASC' },
        take: first + 1,
      }),
    );
  }

  private async ownIn(tx: Transaction, actor: AuditActor, year: number): Promise<YearlyReport> {
    const report = await tx.findOneBy(YearlyReport, { registryId: actor.partyId ?? '', year });
    if (!report) throw new YearlyReportNotDue();
    if (report.state === YearlyReportState.SUBMITTED) throw new YearlyReportSubmitted();
    return report;
  }

  private async figuresIn(tx: Transaction, registryId: string, year: number): Promise<YearlyFigures> {
    const calendar = await this.calendar.readIn(tx);
    return yearlyFigures(tx, registryId, year, { now: this.clock.now(), calendar });
  }
}

const sha256Of = (text: string): Buffer => createHash('sha256').update(text).digest();
