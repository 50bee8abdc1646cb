import { Injectable } from '@nestjs/common';
import { In, IsNull, MoreThan } from 'typeorm';

import { CommandRunner, NotAPerson } from '#libs/audit';
import {
  constraintOf,
  isUniqueViolation,
  type SecurityContext,
  type Transaction,
  TransactionRunner,
} from '#libs/database';
import { Clock, InvalidInput, type LegalDay, legalDayOf, newId } from '#libs/foundation';
import type { Actor } from '#libs/graphql';
import { PartyKind, PartyService } from '#libs/party';

import { NotQualified, QualificationNotFound, QualificationNumberTaken } from './qualification.errors.ts';
import { Qualification, QualificationKind } from './qualification.entity.ts';

export type NewQualification = Pick<
  Qualification,
  'kind' | 'firmId' | 'personId' | 'number' | 'validFrom' | 'validUntil'
>;

/** Who is asked about, and where its id was given. */
export interface Appraising {
  readonly personId: string;
  readonly path: string;
}

const LAW = '资产评估法';
const FIRM_RULE = `${LAW} Art. 16: a firm is on file (备案)`;
const PERSON_RULE = `${LAW} Art. 8, 24: 评估专业人员 are in charge; that they are on record here is ours`;
const STATUTORY_RULE = `${LAW} Art. 28: 评估师 of the speciality; that it is 资产评估 for data, and of all in charge, is ours`;

/** Who may appraise (资产评估法 Art. 8, 16), as a registry has it on record. */
@Injectable()
export class QualificationService {
  constructor(
    private readonly commands: CommandRunner,
    private readonly transactions: TransactionRunner,
    private readonly parties: PartyService,
    private readonly clock: Clock,
  ) {}

  /** @throws InvalidInput, NotAPerson, QualificationNumberTaken */
  record(actor: Actor, clientId: string, input: NewQualification): Promise<string> {
    const command = { clientId, action: 'RECORD_QUALIFICATION', content: { ...input } };
    return this.commands.run(actor, command, async (tx) => {
      if (actor.kind !== 'PERSON') throw new NotAPerson();
      const { kind, firmId, personId, validFrom, validUntil } = input;
      if ((kind === QualificationKind.FIRM_FILING) !== (personId === null))
        throw new InvalidInput('personId', 'is given for people, and left out for the filing of a firm');
      if (validUntil !== null && validUntil < validFrom)
        throw new InvalidInput('validUntil', 'must not be before validFrom');
      if ((await this.parties.findIn(tx, firmId))?.kind !== PartyKind.APPRAISAL_FIRM)
        throw new InvalidInput('firmId', 'must be an appraisal firm');
      const id = newId();
      try {
        await tx.insert(Qualification, {
          ...{ ...input, id, recordedBy: actor.id, recordedAt: this.clock.now() },
        });
      } catch (error) {
        if (isUniqueViolation(error, 'appraisal_qualification_number_unique'))
          throw new QualificationNumberTaken();
        if (constraintOf(error) === 'appraisal_qualification_at_own_firm')
          throw new InvalidInput('personId', `must be of this firm, and of no other (${LAW} Art. 5)`);
        throw error;
      }
      return { subjectId: id, note: { firmId, personId } };
    });
  }

  /** 注销, 停业 or 停止从业: from now on nothing rests on it. @throws NotAPerson, QualificationNotFound */
  end(actor: Actor, clientId: string, id: string, reason: string): Promise<string> {
    const command = { clientId, action: 'END_QUALIFICATION', content: { id, reason } };
    return this.commands.run(actor, command, async (tx) => {
      if (actor.kind !== 'PERSON') throw new NotAPerson();
      const { affected } = await tx.update(
        Qualification,
        { id, endedAt: IsNull() },
        { endedBy: actor.id, endedAt: this.clock.now(), endReason: reason },
      );
      if (affected !== 1) throw new QualificationNotFound();
      return { subjectId: id };
    });
  }

  find(context: SecurityContext, id: string): Promise<Qualification | null> {
    return this.transactions.run(context, (tx) => tx.findOneBy(Qualification, { id }));
  }

  /** Oldest first, one more than `first`. */
  list(
    context: SecurityContext,
    { firmId, first, afterId }: { firmId: string | null; first: number; afterId: string | null },
  ): Promise<Qualification[]> {
    return this.transactions.run(context, (tx) =>
      tx.find(Qualification, {
        where: { ...(firmId !== null && { firmId }), ...(afterId !== null && { id: MoreThan(afterId) }) },
        order: { id: 'ASC' },
        take: first + 1,
      }),
    );
  }

  /** @param path where the firm was named. @throws NotQualified */
  async firmMustBeOnFile(tx: Transaction, firmId: string, path: string): Promise<void> {
    const filings = await tx.findBy(Qualification, { firmId, personId: IsNull() });
    inForce(filings, legalDayOf(this.clock.now()), path, FIRM_RULE);
  }

  /**
   * That the actor's firm and people of it may appraise today: what they do so by, the firm's first, held until the
   * transaction ends.
   *
   * @throws NotQualified
   */
  async holdIn(
    tx: Transaction,
    { firmId, isStatutory }: { readonly firmId: string; readonly isStatutory: boolean },
    people: readonly Appraising[],
  ): Promise<readonly Qualification[]> {
    const personIds = people.map(({ personId }) => personId);
    await tx.query('SELECT FROM appraisal_qualification_hold($1)', [personIds]);
    const held = await tx.find(Qualification, {
      where: [
        { firmId, personId: IsNull() },
        { firmId, personId: In(personIds) },
      ],
      order: { id: 'ASC' },
    });
    const today = legalDayOf(this.clock.now());
    const isEnough = ({ kind }: Qualification) => !isStatutory || kind === QualificationKind.ASSET_APPRAISER;
    const filings = held.filter(({ personId }) => personId === null);
    return [
      inForce(filings, today, 'engagementId', FIRM_RULE),
      ...people.map(({ personId, path }) =>
        inForce(
          held.filter((one) => one.personId === personId && isEnough(one)),
          today,
          path,
          isStatutory ? STATUTORY_RULE : PERSON_RULE,
        ),
      ),
    ];
  }
}

/** The latest that is in force on a day. @throws NotQualified saying what the latest lacks */
function inForce(
  recorded: readonly Qualification[],
  today: LegalDay,
  path: string,
  rule: string,
): Qualification {
  const found = recorded.findLast((one) => faultOf(one, today) === null);
  if (found) return found;
  const latest = recorded.at(-1);
  throw new NotQualified(path, (latest && faultOf(latest, today)) ?? 'None is on record here', rule);
}

function faultOf(
  { number, validFrom, validUntil, endedAt, endReason }: Qualification,
  today: LegalDay,
): string | null {
  if (endedAt !== null) return `${number} has ended: ${endReason ?? ''}`;
  if (today < validFrom) return `${number} is valid from ${validFrom}`;
  if (validUntil !== null && today > validUntil) return `${number} ran out on ${validUntil}`;
  return null;
}
