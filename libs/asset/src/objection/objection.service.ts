import { Injectable } from '@nestjs/common';
import { MoreThan } from 'typeorm';

import { type AuditActor, CommandRunner } from '#libs/audit';
import { type SecurityContext, TransactionRunner } from '#libs/database';
import { UploadService } from '#libs/dataset';
import { Clock, newId } from '#libs/foundation';
import { Outbox } from '#libs/outbox';

import { EvidenceNotFound, ObjectionNotFound, ObjectionNotPossible } from '../asset.errors.ts';
import { LegalDeadlineService, workingDaysOf } from '../deadline/legal-deadline.service.ts';
import { Objection, type ObjectionState } from './objection.entity.ts';
import { RegistrationService } from '../registration/registration.service.ts';
import { Track } from '../track.ts';

const WHY_NOT: Readonly<Record<string, string>> = {
  NOT_PUBLICIZED: 'There is no registration with this id on public notice',
  OWN: 'An applicant may withdraw, not object to itself',
  TWICE: 'Your party has objected to this registration already',
};

/** 异议 against what is on public notice (Art. 12): by real name, with evidence, up to the notice's last second. */
@Injectable()
export class ObjectionService {
  constructor(
    private readonly commands: CommandRunner,
    private readonly transactions: TransactionRunner,
    private readonly registrations: RegistrationService,
    private readonly deadlines: LegalDeadlineService,
    private readonly uploads: UploadService,
    private readonly outbox: Outbox,
    private readonly clock: Clock,
  ) {}

  /** @throws EvidenceNotFound, ObjectionNotPossible */
  lodge(
    actor: AuditActor,
    clientId: string,
    input: { readonly registrationId: string; readonly grounds: string; readonly evidenceUploadId: string },
  ): Promise<string> {
    const command = { clientId, action: 'LODGE_OBJECTION', content: { ...input } };
    return this.commands.run(actor, command, async (tx) => {
      const upload = await this.uploads.findIn(tx, actor, input.evidenceUploadId);
      if (!upload) throw new EvidenceNotFound();
      // Ten working days on both tracks (B Art. 25; A's are ours).
      const { due, provisional } = await this.deadlines.countIn(tx, Track.B, 'OBJECTION');
      const id = newId();
      const [lodged]: { outcome: string }[] = await tx.query(
        'SELECT objection_lodge($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) AS outcome',
        [
          ...[id, input.registrationId, actor.id, input.grounds, upload.id, upload.sha256, this.clock.now()],
          ...[workingDaysOf(Track.B, 'OBJECTION'), due, provisional],
        ],
      );
      const why = WHY_NOT[lodged?.outcome ?? ''];
      if (why) throw new ObjectionNotPossible(why);
      const { registrationId, applicantId, registryId, objectorId } = await tx.findOneByOrFail(Objection, {
        id,
      });
      const partyIds = [applicantId, registryId, objectorId];
      await this.outbox.append(tx, {
        type: 'objection.lodged',
        subjectId: id,
        data: { registrationId },
        partyIds,
      });
      return { subjectId: id, note: { evidence: upload.sha256.toString('hex') } };
    });
  }

  /** By the registry that has the application. @throws ObjectionNotFound, RegistrationNotInState, SamePerson */
  async decide(
    actor: AuditActor,
    clientId: string,
    objectionId: string,
    isUpheld: boolean,
    reason: string,
  ): Promise<string> {
    const objection = await this.find(actor, objectionId);
    if (objection?.registryId !== actor.partyId) throw new ObjectionNotFound();
    await this.registrations.decideObjection(actor, clientId, objection, isUpheld, reason);
    return objectionId;
  }

  find(context: SecurityContext, id: string): Promise<Objection | null> {
    return this.transactions.run(context, (tx) => tx.findOneBy(Objection, { id }));
  }

  list(
    context: SecurityContext,
    page: { readonly state: ObjectionState | null; readonly first: number; readonly afterId: string | null },
  ): Promise<Objection[]> {
    const { state, first, afterId } = page;
    return this.transactions.run(context, (tx) =>
      tx.find(Objection, {
        where: { ...(state && { state }), ...(afterId !== null && { id: MoreThan(afterId) }) },
        order: { id: 'ASC' },
        take: first + 1,
      }),
    );
  }
}
