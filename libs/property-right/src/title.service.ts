import { Injectable } from '@nestjs/common';
import { ArrayContains, In, MoreThan } from 'typeorm';

import {
  EvidenceNotFound,
  LegalDeadlineService,
  Objection,
  ObjectionNotFound,
  ObjectionState,
  Track,
  workingDaysOf,
} from '#libs/asset';
import { type AuditActor, CommandRunner } from '#libs/audit';
import { type SecurityContext, TransactionRunner } from '#libs/database';
import { UploadService } from '#libs/dataset';
import { Clock, newId } from '#libs/foundation';

import { Outbox } from '#libs/outbox';

import { PropertyRightRegistration } from './property-right-registration.entity.ts';
import { LaterObjectionNotPossible } from './property-right.errors.ts';
import { Title } from './title.entity.ts';

const WHY_NOT: Readonly<Record<string, string>> = {
  NOT_REGISTERED: 'No right in this asset is registered',
  OWN: 'A holder changes or transfers its right, it does not object to itself',
  TWICE: 'Your party has objected to this registration already',
};

/** What is registered on track B, for anyone to see, and objections that come later (Art. 29). */
@Injectable()
export class TitleService {
  constructor(
    private readonly commands: CommandRunner,
    private readonly transactions: TransactionRunner,
    private readonly deadlines: LegalDeadlineService,
    private readonly uploads: UploadService,
    private readonly outbox: Outbox,
    private readonly clock: Clock,
  ) {}

  find(context: SecurityContext, assetId: string): Promise<Title | null> {
    return this.transactions.run(context, (tx) => tx.findOneBy(Title, { assetId }));
  }

  list(
    context: SecurityContext,
    page: { readonly holderId: string | null; readonly first: number; readonly afterId: string | null },
  ): Promise<Title[]> {
    const { holderId, first, afterId } = page;
    return this.transactions.run(context, (tx) =>
      tx.find(Title, {
        where: {
          ...(holderId !== null && { holderIds: ArrayContains([holderId]) }),
          ...(afterId !== null && { assetId: MoreThan(afterId) }),
        },
        order: { assetId: 'ASC' },
        take: first + 1,
      }),
    );
  }

  findAll(context: SecurityContext, assetIds: readonly string[]): Promise<Title[]> {
    return this.transactions.run(context, (tx) => tx.findBy(Title, { assetId: In(assetIds) }));
  }

  /** By real name and with evidence; the registry then tells the registrant. @throws EvidenceNotFound, LaterObjectionNotPossible */
  object(
    actor: AuditActor,
    clientId: string,
    input: { readonly assetId: string; readonly grounds: string; readonly evidenceUploadId: string },
  ): Promise<string> {
    const command = { clientId, action: 'LODGE_LATER_OBJECTION', content: { ...input } };
    return this.commands.run(actor, command, async (tx) => {
      const upload = await this.uploads.findIn(tx, actor, input.evidenceUploadId);
      if (!upload) throw new EvidenceNotFound();
      const { due, provisional } = await this.deadlines.countIn(tx, Track.B, 'LATER_OBJECTION');
      const id = newId();
      const [lodged]: { outcome: string }[] = await tx.query(
        'SELECT objection_lodge_later($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) AS outcome',
        [
          ...[id, input.assetId, actor.id, input.grounds, upload.id, upload.sha256, this.clock.now()],
          ...[workingDaysOf(Track.B, 'LATER_OBJECTION'), due, provisional],
        ],
      );
      const why = WHY_NOT[lodged?.outcome ?? ''];
      if (why) throw new LaterObjectionNotPossible(why);
      const { registrationId, objectorId, registryId } = await tx.findOneByOrFail(Objection, { id });
      // The registrant is told by the registry (Art. 29).
      const event = { type: 'objection.lodged', subjectId: id, data: { registrationId } } as const;
      await this.outbox.append(tx, { ...event, partyIds: [objectorId, registryId] });
      return { subjectId: id, note: { evidence: upload.sha256.toString('hex') } };
    });
  }

  /** Tells the registrant of an objection, within five working days (Art. 29). @throws ObjectionNotFound */
  notify(actor: AuditActor, clientId: string, objectionId: string, message: string): Promise<string> {
    const command = { clientId, action: 'NOTIFY_OF_OBJECTION', content: { objectionId, message } };
    return this.commands.run(actor, command, async (tx) => {
      const { affected } = await tx.update(
        Objection,
        { id: objectionId, registryId: actor.partyId ?? '', isLater: true, state: ObjectionState.OPEN },
        {
          state: ObjectionState.NOTIFIED,
          decidedBy: actor.id,
          decidedAt: this.clock.now(),
          decisionReason: message,
        },
      );
      if (affected !== 1) throw new ObjectionNotFound();
      await this.deadlines.close(tx, objectionId);
      const { registrationId, objectorId, applicantId } = await tx.findOneByOrFail(Objection, {
        id: objectionId,
      });
      const { assetId } = await tx.findOneByOrFail(PropertyRightRegistration, { id: registrationId });
      const title = await tx.findOneBy(Title, { assetId });
      const event = { type: 'objection.notified', subjectId: objectionId, data: { registrationId } } as const;
      const partyIds = [applicantId, objectorId, ...(title?.holderIds ?? [])];
      await this.outbox.append(tx, { ...event, partyIds });
      return { subjectId: objectionId };
    });
  }
}
