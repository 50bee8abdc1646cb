import { Injectable } from '@nestjs/common';
import { In, MoreThan, type QueryDeepPartialEntity } from 'typeorm';

import { type AuditActor, CommandRunner } from '#libs/audit';
import { isUniqueViolation, type SecurityContext, type Transaction, TransactionRunner } from '#libs/database';
import { UploadService } from '#libs/dataset';
import { Clock, InvalidInput, type JsonObject, legalDayOf, newId, workingDaysAfter } from '#libs/foundation';
import { type EventType, Outbox } from '#libs/outbox';

import { AssetState } from '../asset.entity.ts';
import {
  AnswerNotOverdue,
  AssetNotInRegister,
  CorrectionNotPossible,
  CorrectionProposalNotFound,
  CorrectionProposalNotInState,
  EvidenceNotFound,
} from '../asset.errors.ts';
import { ANSWER_DAYS } from '../deadline/counted-days.ts';
import { WorkingCalendarService } from '../deadline/working-calendar.service.ts';
import { Register } from '../register/register.ts';
import { Registration } from '../registration/registration.entity.ts';
import { RegistrationService } from '../registration/registration.service.ts';
import { CORRECTION, type CorrectionAct, CorrectionProposalState } from './correction-act.ts';
import { CorrectionProposalEvidence } from './correction-proposal-evidence.entity.ts';
import { CorrectionProposal } from './correction-proposal.entity.ts';

const WHY_NOT: Readonly<Record<string, string>> = {
  NOT_REGISTERED: 'There is no registered asset with this id',
  OWN: 'A holder files a correction of its own',
  SAME: 'The register says so already',
  TWICE: 'Your party has a proposal about this asset that is not answered or decided yet',
};

export interface NewProposal {
  readonly assetId: string;
  /** Null: as registered. */
  readonly name: string | null;
  readonly overview: string | null;
  readonly grounds: string;
  readonly evidenceUploadIds: readonly string[];
}

type Change = QueryDeepPartialEntity<CorrectionProposal>;
type Decide = (proposal: CorrectionProposal, tx: Transaction) => Change | Promise<Change>;

const SIDES = { PROPOSER: 'proposerId', HOLDER: 'holderId', REGISTRY: 'registryId' } as const;

const EVENTS: Readonly<Record<CorrectionAct, EventType>> = {
  CONSENT: 'correction-proposal.consented',
  DECLINE: 'correction-proposal.declined',
  TAKE_BACK: 'correction-proposal.declined',
  BRING: 'correction-proposal.brought',
  DISMISS: 'correction-proposal.dismissed',
  ORDER: 'correction-proposal.ordered',
  WITHDRAW: 'correction-proposal.withdrawn',
};
const TOLD_TO_REGISTRY: ReadonlySet<EventType> = new Set<EventType>([
  'correction-proposal.consented',
  'correction-proposal.brought',
]);

/**
 * 更正 that somebody else than the holder proposes (Art. 9): made on the holder's written consent, or, where it declines
 * or says nothing, on proof by order of the registry. Either leads to an application that goes the ordinary way.
 */
@Injectable()
export class CorrectionService {
  constructor(
    private readonly commands: CommandRunner,
    private readonly transactions: TransactionRunner,
    private readonly registrations: RegistrationService,
    private readonly register: Register,
    private readonly calendar: WorkingCalendarService,
    private readonly uploads: UploadService,
    private readonly outbox: Outbox,
    private readonly clock: Clock,
  ) {}

  /** By a party that is not the holder, with evidence; the holder is asked. @throws InvalidInput, EvidenceNotFound, CorrectionNotPossible */
  propose(actor: AuditActor, clientId: string, input: NewProposal): Promise<string> {
    const content = { ...input, evidenceUploadIds: [...input.evidenceUploadIds] };
    return this.commands.run(actor, { clientId, action: 'PROPOSE_CORRECTION', content }, async (tx) => {
      const { assetId, name, overview, grounds } = input;
      if (name === null && overview === null)
        throw new InvalidInput('name', 'or the overview must say what is right');
      const now = this.clock.now();
      const calendar = await this.calendar.readIn(tx);
      const { due, provisional } = workingDaysAfter(legalDayOf(now), ANSWER_DAYS, calendar);
      const id = newId();
      const [made]: { outcome: string }[] = await tx.query(
        'SELECT correction_propose($1, $2, $3, $4, $5, $6, $7, $8, $9) AS outcome',
        [id, assetId, actor.id, name, overview, grounds, now, due, provisional],
      );
      const why = WHY_NOT[made?.outcome ?? ''];
      if (why) throw new CorrectionNotPossible(why);
      const proposal = await tx.findOneByOrFail(CorrectionProposal, { id });
      const evidence = await this.show(tx, actor, proposal, input.evidenceUploadIds, false);
      await this.tell(tx, proposal, 'correction-proposal.proposed');
      return { subjectId: id, note: { evidence } };
    });
  }

  /**
   * The holder's answer in writing, by a chief. A consent submits the correction in the holder's name: the proposer has
   * written it, the chief stands for it.
   *
   * @throws CorrectionProposalNotFound, CorrectionProposalNotInState, AssetNotInRegister, RegistrationUnderWay
   */
  answer(
    actor: AuditActor,
    clientId: string,
    proposalId: string,
    isConsented: boolean,
    answer: string,
  ): Promise<string> {
    const answered = () => ({ answeredBy: actor.id, answeredAt: this.clock.now(), answer });
    if (!isConsented) return this.act(actor, clientId, proposalId, 'DECLINE', { answer }, answered);
    return this.act(actor, clientId, proposalId, 'CONSENT', { answer }, answered, async (proposal, tx) => {
      await this.registrations.fileCorrection(tx, actor, proposal, false);
    });
  }

  /**
   * Puts it before the registry with proof, once the holder has declined or has let its time go by.
   *
   * @throws CorrectionProposalNotFound, CorrectionProposalNotInState, AnswerNotOverdue, EvidenceNotFound, CorrectionNotPossible
   */
  bring(
    actor: AuditActor,
    clientId: string,
    proposalId: string,
    { proof, evidenceUploadIds }: { readonly proof: string; readonly evidenceUploadIds: readonly string[] },
  ): Promise<string> {
    const told = { proof, evidenceUploadIds: [...evidenceUploadIds] };
    return this.act(actor, clientId, proposalId, 'BRING', told, async (proposal, tx) => {
      const { state, answerDue, isAnswerDueProvisional } = proposal;
      const now = this.clock.now();
      // Nothing is acted on by a calendar that is not published.
      if (
        state === CorrectionProposalState.PROPOSED &&
        (isAnswerDueProvisional || legalDayOf(now) <= answerDue)
      )
        throw new AnswerNotOverdue(answerDue, isAnswerDueProvisional);
      await this.show(tx, actor, proposal, evidenceUploadIds, true);
      return { proof, broughtBy: actor.id, broughtAt: now };
    });
  }

  /**
   * The registry's decision on the proof. An order files the correction without the holder's consent, for somebody else
   * at the registry to accept and to review.
   *
   * @throws CorrectionProposalNotFound, CorrectionProposalNotInState, AssetNotInRegister, RegistrationUnderWay
   */
  decide(
    actor: AuditActor,
    clientId: string,
    proposalId: string,
    isOrdered: boolean,
    reason: string,
  ): Promise<string> {
    const decided = () => ({ decidedBy: actor.id, decidedAt: this.clock.now(), decisionReason: reason });
    if (!isOrdered) return this.act(actor, clientId, proposalId, 'DISMISS', { reason }, decided);
    return this.act(actor, clientId, proposalId, 'ORDER', { reason }, decided, async (proposal, tx) => {
      await this.registrations.fileCorrection(tx, actor, proposal, true);
    });
  }

  /** @throws CorrectionProposalNotFound, CorrectionProposalNotInState */
  withdraw(actor: AuditActor, clientId: string, proposalId: string): Promise<string> {
    return this.act(actor, clientId, proposalId, 'WITHDRAW', {}, () => ({}));
  }

  find(context: SecurityContext, id: string): Promise<CorrectionProposal | null> {
    return this.transactions.run(context, (tx) => tx.findOneBy(CorrectionProposal, { id }));
  }

  findAll(context: SecurityContext, ids: readonly string[]): Promise<CorrectionProposal[]> {
    return this.transactions.run(context, (tx) => tx.findBy(CorrectionProposal, { id: In(ids) }));
  }

  list(
    context: SecurityContext,
    {
      state,
      first,
      afterId,
    }: { state: CorrectionProposalState | null; first: number; afterId: string | null },
  ): Promise<CorrectionProposal[]> {
    return this.transactions.run(context, (tx) =>
      tx.find(CorrectionProposal, {
        where: { ...(state && { state }), ...(afterId !== null && { id: MoreThan(afterId) }) },
        order: { id: 'ASC' },
        take: first + 1,
      }),
    );
  }

  evidenceOf(
    context: SecurityContext,
    proposalIds: readonly string[],
  ): Promise<CorrectionProposalEvidence[]> {
    return this.transactions.run(context, (tx) =>
      tx.find(CorrectionProposalEvidence, {
        where: { proposalId: In(proposalIds) },
        order: { isProof: 'ASC', uploadId: 'ASC' },
      }),
    );
  }

  /** The applications that these proposals have led to; the proposer sees what becomes of it by the register alone. */
  applicationsOf(context: SecurityContext, proposalIds: readonly string[]): Promise<Registration[]> {
    return this.transactions.run(context, (tx) =>
      tx.find(Registration, { where: { proposalId: In(proposalIds) }, order: { id: 'ASC' } }),
    );
  }

  /** Files of the proposer's own party, for good. @returns their SHA-256 */
  private async show(
    tx: Transaction,
    actor: AuditActor,
    { id: proposalId, proposerId, holderId, registryId }: CorrectionProposal,
    uploadIds: readonly string[],
    isProof: boolean,
  ): Promise<string[]> {
    const shown: string[] = [];
    for (const [i, uploadId] of uploadIds.entries()) {
      const upload = await this.uploads.findIn(tx, actor, uploadId);
      if (!upload) throw new EvidenceNotFound(`evidenceUploadIds.${i}`);
      const { sha256 } = upload;
      await tx.insert(CorrectionProposalEvidence, {
        ...{ proposalId, uploadId, isProof, sha256 },
        ...{ proposerId, holderId, registryId },
      });
      shown.push(sha256.toString('hex'));
    }
    return shown;
  }

  /** The registry is told of what is before it, or leads to an application. */
  private async tell(
    tx: Transaction,
    { id, assetId, proposerId, holderId, registryId, broughtAt }: CorrectionProposal,
    type: EventType,
  ): Promise<void> {
    const isBeforeRegistry = broughtAt !== null || TOLD_TO_REGISTRY.has(type);
    const partyIds = [proposerId, holderId, ...(isBeforeRegistry ? [registryId] : [])];
    await this.outbox.append(tx, { type, subjectId: id, data: { assetId }, partyIds });
  }

  /** Under the lock of the asset, where an application is to come of it, then of the proposal. */
  private act(
    actor: AuditActor,
    clientId: string,
    proposalId: string,
    act: CorrectionAct,
    told: JsonObject,
    decide: Decide,
    file?: (proposal: CorrectionProposal, tx: Transaction) => Promise<void>,
  ): Promise<string> {
    const { from, to, by, rule } = CORRECTION[act];
    const command = { clientId, action: `${act}_CORRECTION`, content: { ...told, proposalId } };
    return this.commands.run(actor, command, async (tx) => {
      const seen = await tx.findOneBy(CorrectionProposal, { id: proposalId });
      if (!seen || seen[SIDES[by]] !== actor.partyId) throw new CorrectionProposalNotFound();
      const isRegistered = !file || (await this.hold(tx, by, seen.assetId));
      const proposal = await tx.findOneOrFail(CorrectionProposal, {
        where: { id: proposalId },
        lock: { mode: 'for_no_key_update' },
      });
      if (!from.includes(proposal.state)) throw new CorrectionProposalNotInState(act, proposal.state, rule);
      if (!isRegistered) throw new AssetNotInRegister();
      const change = await decide(proposal, tx);
      try {
        await tx.update(
          CorrectionProposal,
          { id: proposalId },
          { ...change, state: CorrectionProposalState[to] },
        );
      } catch (error) {
        if (isUniqueViolation(error, 'correction_proposal_one_pending'))
          throw new CorrectionNotPossible(WHY_NOT['TWICE'] ?? '');
        throw error;
      }
      await file?.(proposal, tx);
      await this.tell(tx, proposal, EVENTS[act]);
      return { subjectId: proposalId, note: { to } };
    });
  }

  /** Nobody takes the asset out of the register until this is committed. @returns whether it is in it */
  private async hold(tx: Transaction, by: keyof typeof SIDES, assetId: string): Promise<boolean> {
    if (by === 'REGISTRY') return (await this.register.lock(tx, assetId))?.state === AssetState.REGISTERED;
    const [asset]: { state: AssetState }[] = await tx.query('SELECT asset_hold($1) AS state', [assetId]);
    return asset?.state === AssetState.REGISTERED;
  }
}
