import { Injectable } from '@nestjs/common';

import {
  Certificate,
  type CertificateWithEnd,
  EvidenceService,
  LegalDeadline,
  RegisterEntry,
  type ShownEvidence,
  type Track,
} from '#libs/asset';
import { type AuditActor, AuditLog } from '#libs/audit';
import { type Transaction, TransactionRunner } from '#libs/database';
import { addMonths, Clock, invariant, type JsonObject, type LegalDay, newId } from '#libs/foundation';

import { FilePart } from './file-inspection-request.entity.ts';
import { FileEntitlement } from './file-look.entity.ts';

/** Files are kept for at least twenty years (国数综政策〔2026〕35号 Art. 10). */
const KEPT_MONTHS = 20 * 12;
/** Of the form of Annex 1: how to reach a person. Nobody's necessary part but of those it concerns. */
const PERSONAL = ['contactPerson', 'contactPhone', 'contactAddress'] as const;

export interface FileAct {
  readonly number: number;
  readonly action: string | null;
  readonly doneBy: string;
  readonly doneAt: Date;
  readonly stateBefore: string | null;
  readonly stateAfter: string;
  readonly reason: string | null;
}

export interface FileObjection {
  readonly objectorKind: string;
  readonly isLater: boolean;
  readonly lodgedAt: Date;
  readonly state: string;
  readonly decidedAt: Date | null;
  readonly decisionReason: string | null;
}

export interface FileApplication {
  readonly name: string;
  readonly overview: string;
  readonly ground: string | null;
  readonly materials: JsonObject | null;
  readonly form: JsonObject | null;
  readonly submittedAt: Date;
  readonly acceptedAt: Date | null;
  readonly reviewedAt: Date | null;
  readonly decidedAt: Date | null;
  readonly publicityFrom: LegalDay | null;
  readonly publicityUntil: LegalDay | null;
  readonly waiverReason: string | null;
  readonly extensionReason: string | null;
  readonly remarks: string | null;
  readonly reason: string | null;
}

interface Head {
  readonly entitlement: FileEntitlement;
  readonly requestId: string | null;
  /** Null: all of them, for good. */
  readonly parts: FilePart[] | null;
  readonly openUntil: Date | null;
  readonly track: Track;
  readonly type: string;
  readonly state: string;
  readonly assetId: string;
  readonly applicantId: string;
  readonly registryId: string;
}

/** What is in the file; a part that is not open is null. */
export interface RegistrationFile extends Head {
  readonly registrationId: string;
  readonly application: FileApplication | null;
  readonly evidence: readonly ShownEvidence[] | null;
  readonly acts: readonly FileAct[] | null;
  readonly deadlines: readonly LegalDeadline[] | null;
  readonly objections: readonly FileObjection[] | null;
  readonly certificates: readonly CertificateWithEnd[];
  readonly registerEntries: readonly RegisterEntry[];
  readonly retainUntil: LegalDay;
}

/** The whole file of an application, for those entitled to see it (Art. 30). */
@Injectable()
export class RegistrationFileService {
  constructor(
    private readonly transactions: TransactionRunner,
    private readonly evidence: EvidenceService,
    private readonly auditLog: AuditLog,
    private readonly clock: Clock,
  ) {}

  /**
   * Answers the file and writes down, in the same transaction, that it was looked at: among the looks at the file, and in
   * the audit log. A look that cannot be written is not answered. Null: there is no such file for the actor; that it
   * asked is logged.
   */
  look(actor: AuditActor, registrationId: string, purpose: string): Promise<RegistrationFile | null> {
    return this.transactions.run(actor, async (tx) => {
      await tx.query(`SELECT set_config('app.looks_at', $1, true)`, [this.clock.now().toISOString()]);
      const lookId = newId();
      const [head]: Head[] = await tx.query(
        `SELECT entitlement, request_id AS "requestId", parts, open_until AS "openUntil", track, type, state,
                asset_id AS "assetId", applicant_id AS "applicantId", registry_id AS "registryId"
         FROM file_look_at($1, $2, $3, $4)`,
        [registrationId, lookId, actor.id, purpose],
      );
      await this.auditLog.append(tx, actor, {
        action: 'INSPECT_FILE',
        outcome: head ? 'DONE' : 'REFUSED',
        code: head ? null : 'FILE_NOT_FOUND',
        subjectId: head ? registrationId : null,
        body: head ? { lookId, entitlement: head.entitlement, requestId: head.requestId } : {},
      });
      return head ? this.read(tx, registrationId, head) : null;
    });
  }

  private async read(tx: Transaction, registrationId: string, head: Head): Promise<RegistrationFile> {
    const { assetId, track } = head;
    const isInterested = head.entitlement === FileEntitlement.INTERESTED_PARTY;
    const isOpen = (part: FilePart) => !isInterested || Boolean(head.parts?.includes(part));
    const [application]: FileApplication[] = await tx.query(
      `SELECT name, overview, ground, materials, form, submitted_at AS "submittedAt", accepted_at AS "acceptedAt",
              reviewed_at AS "reviewedAt", decided_at AS "decidedAt", publicity_from::text AS "publicityFrom",
              publicity_until::text AS "publicityUntil", waiver_reason AS "waiverReason",
              extension_reason AS "extensionReason", remarks, reason
       FROM registration WHERE id = $1`,
      [registrationId],
    );
    const evidence = await this.evidence.ofIn(tx, [registrationId]);
    const acts: FileAct[] = await tx.query(
      `SELECT number, action, done_by AS "doneBy", done_at AS "doneAt", state_before AS "stateBefore",
              state_after AS "stateAfter", reason
       FROM registration_act WHERE registration_id = $1 ORDER BY number`,
      [registrationId],
    );
    const deadlines = await tx.find(LegalDeadline, { where: { registrationId }, order: { id: 'ASC' } });
    const objections: FileObjection[] = await tx.query(
      `SELECT objector_kind AS "objectorKind", is_later AS "isLater", lodged_at AS "lodgedAt", state,
              decided_at AS "decidedAt", decision_reason AS "decisionReason"
       FROM file_objections($1)`,
      [registrationId],
    );
    const certificates = await tx.findBy(Certificate, { registrationId });
    const ends: NonNullable<CertificateWithEnd['end']>[] = await tx.query(
      `SELECT certificate_id AS "certificateId", ended_at AS "endedAt", cause, reason FROM certificate_end
       WHERE certificate_id = ANY ($1)`,
      [certificates.map(({ id }) => id)],
    );
    const registerEntries = await tx.find(RegisterEntry, {
      where: { assetId, track },
      order: { number: 'ASC' },
    });
    const [kept]: { from: LegalDay | null }[] = await tx.query('SELECT file_kept_from($1)::text AS from', [
      registrationId,
    ]);
    invariant(kept?.from, 'A file that was received has an act');
    return {
      ...head,
      registrationId,
      application:
        isOpen(FilePart.APPLICATION) && application ? withoutPersonal(application, isInterested) : null,
      evidence: isOpen(FilePart.EVIDENCE) ? evidence : null,
      acts: isOpen(FilePart.ACTS) ? acts : null,
      deadlines: isOpen(FilePart.ACTS) ? deadlines : null,
      objections: isOpen(FilePart.OBJECTIONS) ? objections : null,
      certificates: certificates.map((certificate) =>
        Object.assign(certificate, {
          end: ends.find(({ certificateId }) => certificateId === certificate.id) ?? null,
        }),
      ),
      registerEntries,
      // The corresponding day, as Civil Code Art. 202 counts years.
      retainUntil: addMonths(kept.from, KEPT_MONTHS),
    };
  }
}

function withoutPersonal(application: FileApplication, isInterested: boolean): FileApplication {
  const { form } = application;
  if (!isInterested || !form) return application;
  const shown = Object.entries(form).filter(([field]) => !PERSONAL.includes(field as never));
  return { ...application, form: Object.fromEntries(shown) };
}
