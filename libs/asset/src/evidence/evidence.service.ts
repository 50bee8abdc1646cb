import { Injectable } from '@nestjs/common';
import { In, MoreThan } from 'typeorm';

import { type AuditActor, CommandRunner } from '#libs/audit';
import { isUniqueViolation, type SecurityContext, type Transaction, TransactionRunner } from '#libs/database';
import { UploadService } from '#libs/dataset';
import { Clock, InvalidInput, newId } from '#libs/foundation';

import { EvidenceDepositedAlready, EvidenceNotDeposited, EvidenceNotFound } from '../asset.errors.ts';
import { EvidenceDeposit } from './evidence-deposit.entity.ts';

/** What a piece of evidence is for: the registered file itself, or a group of materials. */
export enum EvidenceSubject {
  DATA = 'DATA',
  SUBJECT = 'SUBJECT',
  LAWFUL_SOURCE = 'LAWFUL_SOURCE',
  RESOURCE = 'RESOURCE',
  RIGHTS = 'RIGHTS',
  PRODUCTS_AND_SERVICES = 'PRODUCTS_AND_SERVICES',
  SCENARIOS = 'SCENARIOS',
  RISK_ASSESSMENT = 'RISK_ASSESSMENT',
}

export interface Evidence {
  readonly depositId: string;
  readonly subject: EvidenceSubject;
}

export interface ShownEvidence {
  readonly registrationId: string;
  readonly subject: EvidenceSubject;
  readonly deposit: EvidenceDeposit;
}

interface Filed {
  readonly id: string;
  readonly applicantId: string;
  readonly registryId: string;
}

/** 存证 comes before registration (A Art. 9; B Art. 26): files are deposited once, and applications point at them. */
@Injectable()
export class EvidenceService {
  constructor(
    private readonly commands: CommandRunner,
    private readonly transactions: TransactionRunner,
    private readonly uploads: UploadService,
    private readonly clock: Clock,
  ) {}

  /** @throws EvidenceNotFound, EvidenceDepositedAlready */
  deposit(
    actor: AuditActor,
    clientId: string,
    { uploadId, title }: { readonly uploadId: string; readonly title: string },
  ): Promise<string> {
    const command = { clientId, action: 'DEPOSIT_EVIDENCE', content: { uploadId, title } };
    return this.commands.run(actor, command, async (tx) => {
      const upload = await this.uploads.findIn(tx, actor, uploadId);
      if (!upload) throw new EvidenceNotFound('uploadId');
      const id = newId();
      const { partyId, sha256 } = upload;
      const deposited = { depositedBy: actor.id, depositedAt: this.clock.now() };
      try {
        await tx.insert(EvidenceDeposit, { id, partyId, uploadId, sha256, title, ...deposited });
      } catch (error) {
        if (isUniqueViolation(error, 'evidence_deposit_once')) throw new EvidenceDepositedAlready();
        throw error;
      }
      // The log's entry is what proves the day.
      return { subjectId: id, note: { sha256: sha256.toString('hex') } };
    });
  }

  /** What an application shows from now on; every piece was deposited by its applicant. @throws InvalidInput */
  async bind(tx: Transaction, filed: Filed, evidence: readonly Evidence[]): Promise<void> {
    await tx.query('DELETE FROM registration_evidence WHERE registration_id = $1', [filed.id]);
    await this.add(tx, filed, evidence);
  }

  /** More of it, besides what is shown already. @throws InvalidInput */
  async add(
    tx: Transaction,
    { id, applicantId, registryId }: Filed,
    evidence: readonly Evidence[],
  ): Promise<void> {
    const depositIds = evidence.map(({ depositId }) => depositId);
    const own = await tx.findBy(EvidenceDeposit, { id: In(depositIds), partyId: applicantId });
    const unknown = depositIds.findIndex((depositId) => own.every((deposit) => deposit.id !== depositId));
    if (unknown >= 0) throw new InvalidInput(`evidence.${unknown}.depositId`, 'is no deposit of your party');
    await tx.query(
      `INSERT INTO registration_evidence
       SELECT $1, deposit_id, subject, $2, $3 FROM unnest($4::uuid[], $5::text[]) AS piece (deposit_id, subject)
       ON CONFLICT DO NOTHING`,
      [id, applicantId, registryId, depositIds, evidence.map(({ subject }) => subject)],
    );
  }

  /** Refuses what does not show all of it, in one list. @throws EvidenceNotDeposited */
  async check(
    tx: Transaction,
    registrationId: string,
    fileSha256: Buffer | null,
    needed: readonly EvidenceSubject[] = [],
  ): Promise<void> {
    const missing = await this.missing(tx, registrationId, fileSha256, needed);
    if (missing.length > 0) throw new EvidenceNotDeposited(missing);
  }

  /** What is not shown: the file to be registered, if there is one, and each subject of `needed`. */
  async missing(
    tx: Transaction,
    registrationId: string,
    fileSha256: Buffer | null,
    needed: readonly EvidenceSubject[] = [],
  ): Promise<EvidenceSubject[]> {
    const shown = await this.ofIn(tx, [registrationId]);
    const missing = needed.filter((subject) => shown.every((piece) => piece.subject !== subject));
    const isDataShown = shown.some(
      ({ subject, deposit }) =>
        subject === EvidenceSubject.DATA && fileSha256 !== null && deposit.sha256.equals(fileSha256),
    );
    return isDataShown || fileSha256 === null ? missing : [EvidenceSubject.DATA, ...missing];
  }

  find(context: SecurityContext, id: string): Promise<EvidenceDeposit | null> {
    return this.transactions.run(context, (tx) => tx.findOneBy(EvidenceDeposit, { id }));
  }

  list(context: SecurityContext, first: number, afterId: string | null): Promise<EvidenceDeposit[]> {
    return this.transactions.run(context, (tx) =>
      tx.find(EvidenceDeposit, {
        where: afterId === null ? {} : { id: MoreThan(afterId) },
        order: { id: 'ASC' },
        take: first + 1,
      }),
    );
  }

  /** The evidence that these applications show. */
  of(context: SecurityContext, registrationIds: readonly string[]): Promise<ShownEvidence[]> {
    return this.transactions.run(context, (tx) => this.ofIn(tx, registrationIds));
  }

  /** As `of`, in the caller's transaction. */
  async ofIn(tx: Transaction, registrationIds: readonly string[]): Promise<ShownEvidence[]> {
    const bound: { registrationId: string; depositId: string; subject: EvidenceSubject }[] = await tx.query(
      `SELECT registration_id AS "registrationId", deposit_id AS "depositId", subject FROM registration_evidence
       WHERE registration_id = ANY ($1) ORDER BY registration_id, subject, deposit_id`,
      [registrationIds],
    );
    const deposits = await tx.findBy(EvidenceDeposit, { id: In(bound.map(({ depositId }) => depositId)) });
    return bound.flatMap(({ registrationId, depositId, subject }) => {
      const deposit = deposits.find(({ id }) => id === depositId);
      return deposit ? [{ registrationId, subject, deposit }] : [];
    });
  }
}
