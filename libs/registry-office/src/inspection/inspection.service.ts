import { Injectable } from '@nestjs/common';
import { MoreThan } from 'typeorm';

import { EvidenceNotFound } from '#libs/asset';
import { type AuditActor, CommandRunner } from '#libs/audit';
import { type SecurityContext, TransactionRunner } from '#libs/database';
import { UploadService } from '#libs/dataset';
import { addDays, Clock, InvalidInput, legalDayOf, newId, startOfLegalDay } from '#libs/foundation';

import {
  FileNotFound,
  FileOpenAnyway,
  InspectionRequestedAlready,
  InspectionRequestNotFound,
} from '../registry-office.errors.ts';
import {
  FileInspectionRequest,
  FileInspectionState,
  type FilePart,
} from './file-inspection-request.entity.ts';
import { FileLook } from './file-look.entity.ts';

export interface NewInspectionRequest {
  readonly registrationId: string | null;
  readonly queryCode: string | null;
  readonly interest: string;
  readonly purpose: string;
  readonly evidenceUploadIds: readonly string[];
}

export interface InspectionDecision {
  readonly requestId: string;
  readonly isGranted: boolean;
  readonly days: number | null;
  readonly parts: readonly FilePart[] | null;
  readonly reason: string;
}

export interface ShownInterest {
  readonly requestId: string;
  readonly uploadId: string;
  readonly sha256: Buffer;
}

/** 查询: interested parties ask to see files, the registry opens the necessary parts for some days (Art. 30). */
@Injectable()
export class InspectionService {
  constructor(
    private readonly commands: CommandRunner,
    private readonly transactions: TransactionRunner,
    private readonly uploads: UploadService,
    private readonly clock: Clock,
  ) {}

  /** @throws InvalidInput, EvidenceNotFound, FileNotFound, FileOpenAnyway, InspectionRequestedAlready */
  request(actor: AuditActor, clientId: string, input: NewInspectionRequest): Promise<string> {
    const { registrationId, queryCode, interest, purpose, evidenceUploadIds } = input;
    const content = { ...input, evidenceUploadIds: [...evidenceUploadIds] };
    return this.commands.run(actor, { clientId, action: 'REQUEST_FILE_INSPECTION', content }, async (tx) => {
      if ((registrationId === null) === (queryCode === null))
        throw new InvalidInput('registrationId', 'either it or queryCode must be given');
      for (const [i, uploadId] of evidenceUploadIds.entries())
        if (!(await this.uploads.findIn(tx, actor, uploadId)))
          throw new EvidenceNotFound(`evidenceUploadIds.${i}`);
      const id = newId();
      const [asked]: { outcome: string }[] = await tx.query(
        'SELECT file_inspection_ask($1, $2, $3, $4, $5, $6, $7) AS outcome',
        [id, registrationId, queryCode, interest, purpose, actor.id, this.clock.now()],
      );
      const path = registrationId === null ? 'queryCode' : 'registrationId';
      if (asked?.outcome === 'OWN') throw new FileOpenAnyway(path);
      if (asked?.outcome === 'TWICE') throw new InspectionRequestedAlready(path);
      if (asked?.outcome !== 'DONE') throw new FileNotFound(path);
      await tx.query(
        `INSERT INTO file_inspection_evidence
         SELECT request.id, upload.id, upload.sha256, requester_id, registry_id
         FROM file_inspection_request AS request, upload WHERE request.id = $1 AND upload.id = ANY ($2)`,
        [id, evidenceUploadIds],
      );
      return { subjectId: id };
    });
  }

  /** By an officer of the registry that keeps the file, once. @throws InvalidInput, InspectionRequestNotFound */
  decide(actor: AuditActor, clientId: string, decision: InspectionDecision): Promise<string> {
    const { requestId, isGranted, days, parts, reason } = decision;
    const content = { ...decision, parts: parts && [...parts] };
    return this.commands.run(actor, { clientId, action: 'DECIDE_FILE_INSPECTION', content }, async (tx) => {
      if (isGranted && days === null) throw new InvalidInput('days', 'is needed to open a file');
      if (isGranted && !parts?.length) throw new InvalidInput('parts', 'is needed to open a file');
      if (!isGranted && days !== null) throw new InvalidInput('days', 'goes with an opened file');
      if (!isGranted && parts !== null) throw new InvalidInput('parts', 'goes with an opened file');
      const now = this.clock.now();
      // The day on which it begins is not counted (Civil Code Art. 201).
      const openUntil = days === null ? null : startOfLegalDay(addDays(legalDayOf(now), days + 1));
      const state = isGranted ? FileInspectionState.GRANTED : FileInspectionState.DECLINED;
      const { affected } = await tx.update(
        FileInspectionRequest,
        { id: requestId, registryId: actor.partyId ?? '', state: FileInspectionState.REQUESTED },
        {
          state,
          decidedBy: actor.id,
          decidedAt: now,
          decisionReason: reason,
          parts: parts && [...parts],
          openUntil,
        },
      );
      // It is not there, not this registry's, or somebody was faster.
      if (affected !== 1) throw new InspectionRequestNotFound();
      return { subjectId: requestId, note: { state } };
    });
  }

  find(context: SecurityContext, id: string): Promise<FileInspectionRequest | null> {
    return this.transactions.run(context, (tx) => tx.findOneBy(FileInspectionRequest, { id }));
  }

  /** Those that the context's party has made or decides; a regulator sees everybody's. */
  list(
    context: SecurityContext,
    state: FileInspectionState | null,
    first: number,
    afterId: string | null,
  ): Promise<FileInspectionRequest[]> {
    return this.transactions.run(context, (tx) =>
      tx.find(FileInspectionRequest, {
        where: { ...(state && { state }), ...(afterId !== null && { id: MoreThan(afterId) }) },
        order: { id: 'ASC' },
        take: first + 1,
      }),
    );
  }

  /** What these requests show. */
  interestOf(context: SecurityContext, requestIds: readonly string[]): Promise<ShownInterest[]> {
    return this.transactions.run(context, (tx) =>
      tx.query(
        `SELECT request_id AS "requestId", upload_id AS "uploadId", sha256 FROM file_inspection_evidence
         WHERE request_id = ANY ($1) ORDER BY request_id, upload_id`,
        [requestIds],
      ),
    );
  }

  /** Who has looked at a file, oldest first; its owners, its registry and a regulator may know. */
  listLooks(
    context: SecurityContext,
    registrationId: string,
    first: number,
    after: readonly [lookedAt: string, id: string] | null,
  ): Promise<FileLook[]> {
    return this.transactions.run(context, (tx) => {
      const query = tx
        .createQueryBuilder(FileLook, 'look')
        .where('registration_id = :registrationId', { registrationId })
        .orderBy('looked_at')
        .addOrderBy('id')
        .limit(first + 1);
      if (after) query.andWhere('(looked_at, id) > (:at, :id)', { at: after[0], id: after[1] });
      return query.getMany();
    });
  }
}
