import { Injectable } from '@nestjs/common';
import { In, type QueryDeepPartialEntity } from 'typeorm';

import { AssetService, DeadlineMatter, LegalDeadline, LegalDeadlineService, SamePerson } from '#libs/asset';
import { CommandRunner, NotAPerson } from '#libs/audit';
import { type SecurityContext, type Transaction, TransactionRunner } from '#libs/database';
import { DatasetService, UploadService } from '#libs/dataset';
import {
  canonicalJson,
  Clock,
  InvalidInput,
  invariant,
  type JsonObject,
  legalDayOf,
  newId,
} from '#libs/foundation';
import type { Actor } from '#libs/graphql';
import { KeyRing } from '#libs/keys';
import { type EventType, Outbox } from '#libs/outbox';
import { PartyKind, PartyService } from '#libs/party';

import { CORRECTION, type CorrectionAct, isAllowed } from './correction-act.ts';
import { CorrectionAnswer } from './correction-answer.entity.ts';
import { CorrectionEvidence } from './correction-evidence.entity.ts';
import { CorrectionRequest } from './correction-request.entity.ts';
import {
  CorrectionAnswerNotCurrent,
  CorrectionDataNotFound,
  CorrectionEvidenceNotFound,
  CorrectionExtensionNotPossible,
  CorrectionRequestNotFound,
  CorrectionRequestNotInState,
  CorrectionVersionUnfit,
} from './correction-request.errors.ts';
import { CorrectionOutcome, CorrectionRequestState } from './correction-state.ts';

/** From receipt, where the matter is complex (Art. 17). */
const EXTENDED_WORKING_DAYS = 10;

export interface NewCorrectionRequest {
  /** The holding body, or the data bureau. */
  readonly addresseeId: string;
  /** What it is about, where the asker can name it: a dataset or an asset. */
  readonly datasetId: string | null;
  readonly assetId: string | null;
  readonly whichField: string;
  readonly whatIsWrong: string;
  readonly whatItShouldBe: string;
  readonly evidenceUploadIds: readonly string[];
}

export interface NewCorrectionAnswer {
  readonly outcome: CorrectionOutcome;
  /** What was done, or why it is not. */
  readonly explanation: string;
  readonly datasetVersionId: string | null;
}

export enum CorrectionSide {
  ASKER = 'ASKER',
  BODY = 'BODY',
}

export interface CorrectionFilter {
  /** Null: whatever the caller may see. */
  readonly side: CorrectionSide | null;
  readonly state: CorrectionRequestState | null;
  readonly isOverdue: boolean;
  readonly first: number;
  readonly afterId: string | null;
}

type Change = QueryDeepPartialEntity<CorrectionRequest>;

/** What is prepared is nobody's business but the body's. */
const EVENTS: Readonly<Record<CorrectionAct, EventType | null>> = {
  FORWARD: 'correction-request.forwarded',
  PREPARE: null,
  EXTEND: 'correction-request.extended',
  ANSWER: 'correction-request.answered',
  WITHDRAW: 'correction-request.withdrawn',
};

/**
 * Requests to correct public data, 青岛市公共数据管理办法 (令299号) Art. 17. Each act takes the lock of the request. What
 * people write may be personal data: the log and the idempotency key get a keyed digest of it.
 */
@Injectable()
export class CorrectionRequestService {
  constructor(
    private readonly commands: CommandRunner,
    private readonly transactions: TransactionRunner,
    private readonly parties: PartyService,
    private readonly datasets: DatasetService,
    private readonly uploads: UploadService,
    private readonly outbox: Outbox,
    private readonly assets: AssetService,
    private readonly deadlines: LegalDeadlineService,
    private readonly keys: KeyRing,
    private readonly clock: Clock,
  ) {}

  /**
   * Files a request with the holding body, whose five working days begin today, or with the bureau, which has two to
   * forward it.
   *
   * @returns the request's id
   * @throws InvalidInput, NotAPerson, CorrectionDataNotFound, CorrectionEvidenceNotFound
   */
  file(actor: Actor, clientId: string, input: NewCorrectionRequest): Promise<string> {
    const { addresseeId, datasetId, assetId, evidenceUploadIds, ...statement } = input;
    const named = { addresseeId, datasetId, assetId, evidenceUploadIds: [...evidenceUploadIds] };
    const content = { ...named, statement: this.digestOf(statement) };
    const command = { clientId, action: 'FILE_CORRECTION_REQUEST', content };
    return this.commands.run(actor, command, async (tx) => {
      if (actor.kind !== 'PERSON') throw new NotAPerson();
      if (datasetId !== null && assetId !== null)
        throw new InvalidInput('assetId', 'name a dataset or an asset, not both');
      if (addresseeId === actor.partyId)
        throw new InvalidInput('addresseeId', 'must be another party than yours');
      const kind = (await this.parties.findIn(tx, addresseeId))?.kind;
      if (kind !== PartyKind.PROVIDER && kind !== PartyKind.REGULATOR)
        throw new InvalidInput('addresseeId', 'must be a body that holds data, or the data bureau');
      const isAtBureau = kind === PartyKind.REGULATOR;
      const path = datasetId === null ? 'assetId' : 'datasetId';
      if (datasetId !== null || assetId !== null) {
        const dataHolderId = await this.dataHolderOf(tx, { datasetId, assetId });
        if (dataHolderId === null || (!isAtBureau && dataHolderId !== addresseeId))
          throw new CorrectionDataNotFound(path);
        if (dataHolderId === actor.partyId)
          throw new InvalidInput(path, 'is your own party’s, which corrects it itself');
      }
      const id = newId();
      const now = this.clock.now();
      const askerId = actor.partyId;
      await tx.insert(CorrectionRequest, {
        id,
        askerId,
        addresseeId,
        ...(!isAtBureau && { holderId: addresseeId, receivedAt: now }),
        datasetId,
        assetId,
        ...statement,
        state: isAtBureau ? CorrectionRequestState.AT_BUREAU : CorrectionRequestState.RECEIVED,
        filedBy: actor.id,
        filedAt: now,
      });
      const evidence = [];
      for (const [i, uploadId] of evidenceUploadIds.entries()) {
        const upload = await this.uploads.findIn(tx, actor, uploadId);
        if (!upload) throw new CorrectionEvidenceNotFound(`evidenceUploadIds[${i}]`);
        evidence.push({ requestId: id, uploadId, sha256: upload.sha256 });
      }
      if (evidence.length > 0) await tx.insert(CorrectionEvidence, evidence);
      const about = { id, askerId, actingId: addresseeId };
      const due = await this.deadlines.startCorrection(
        tx,
        about,
        isAtBureau ? 'CORRECTION_FORWARD' : 'CORRECTION_ANSWER',
      );
      const event = { type: 'correction-request.filed', subjectId: id, data: { due } } as const;
      await this.outbox.append(tx, { ...event, partyIds: [askerId, addresseeId] });
      return { subjectId: id, note: { addresseeId, due } };
    });
  }

  /**
   * The bureau that was asked sends the request to the body that holds the data, whose five working days begin today.
   *
   * @throws InvalidInput, NotAPerson, CorrectionRequestNotFound, CorrectionRequestNotInState, CorrectionDataNotFound
   */
  forward(actor: Actor, clientId: string, requestId: string, holdingBodyId: string): Promise<string> {
    return this.act(actor, clientId, requestId, 'FORWARD', { holdingBodyId }, async (request, tx) => {
      const { askerId } = request;
      if (holdingBodyId === askerId)
        throw new InvalidInput('holdingBodyId', 'must be another party than the asker');
      if ((await this.parties.findIn(tx, holdingBodyId))?.kind !== PartyKind.PROVIDER)
        throw new InvalidInput('holdingBodyId', 'must be a body that holds data');
      const isNamed = request.datasetId !== null || request.assetId !== null;
      if (isNamed && (await this.dataHolderOf(tx, request)) !== holdingBodyId)
        throw new CorrectionDataNotFound('holdingBodyId');
      const now = this.clock.now();
      const forwarded = { forwardedBy: actor.id, forwardedAt: now };
      return {
        change: { holderId: holdingBodyId, receivedAt: now, ...forwarded },
        // Once the row says who holds the data.
        next: async () => {
          const about = { id: requestId, askerId, actingId: holdingBodyId };
          await this.deadlines.startCorrection(tx, about, 'CORRECTION_ANSWER');
        },
      };
    });
  }

  /**
   * Prepares an answer, or another one instead of it; nobody but the holding body sees it before it is given.
   *
   * @throws NotAPerson, CorrectionRequestNotFound, CorrectionRequestNotInState, CorrectionVersionUnfit, InvalidInput
   */
  prepareAnswer(
    actor: Actor,
    clientId: string,
    requestId: string,
    answer: NewCorrectionAnswer,
  ): Promise<string> {
    const { outcome, explanation, datasetVersionId } = answer;
    const told = { outcome, datasetVersionId, explanation: this.digestOf({ explanation }) };
    return this.act(actor, clientId, requestId, 'PREPARE', told, async (request, tx) => {
      if (datasetVersionId !== null) {
        if (outcome !== CorrectionOutcome.CORRECTED)
          throw new InvalidInput('datasetVersionId', 'is named where something was corrected');
        await this.mustHoldCorrection(tx, request, datasetVersionId);
      }
      const last = await this.lastAnswer(tx, requestId);
      await tx.insert(CorrectionAnswer, {
        requestId,
        number: (last?.number ?? 0) + 1,
        holderId: actor.partyId,
        ...answer,
        preparedBy: actor.id,
        preparedAt: this.clock.now(),
      });
      return { change: {} };
    });
  }

  /**
   * Gives the prepared answer, by somebody else than who prepared it.
   *
   * @param number of the answer that is to be given: the last one
   * @throws NotAPerson, CorrectionRequestNotFound, CorrectionRequestNotInState, CorrectionAnswerNotCurrent, SamePerson
   */
  answer(actor: Actor, clientId: string, requestId: string, number: number): Promise<string> {
    return this.act(actor, clientId, requestId, 'ANSWER', { answerNumber: number }, async (_, tx) => {
      const last = await this.lastAnswer(tx, requestId);
      invariant(last, 'What is prepared has an answer');
      if (last.number !== number) throw new CorrectionAnswerNotCurrent(last.number);
      if (last.preparedBy === actor.id) throw new SamePerson('prepared an answer');
      const given = { givenBy: actor.id, givenAt: this.clock.now() };
      const { affected } = await tx.update(CorrectionAnswer, { requestId, number }, given);
      invariant(affected === 1, 'An answer is given once');
      return { change: {} };
    });
  }

  /**
   * Makes the five working days ten in all, once, up to the last second of the fifth; the asker is told why.
   *
   * @throws NotAPerson, CorrectionRequestNotFound, CorrectionRequestNotInState, CorrectionExtensionNotPossible
   */
  extend(actor: Actor, clientId: string, requestId: string, reason: string): Promise<string> {
    const told = { reason: this.digestOf({ reason }) };
    return this.act(actor, clientId, requestId, 'EXTEND', told, async ({ extendedAt }, tx) => {
      if (extendedAt) throw new CorrectionExtensionNotPossible('The time to answer was extended already');
      const period = await this.deadlines.running(tx, requestId, 'CORRECTION_ANSWER');
      invariant(period, 'A request that is not answered has a period');
      const now = this.clock.now();
      if (legalDayOf(now) > period.due)
        throw new CorrectionExtensionNotPossible(`The time to answer ran to the end of ${period.due}`);
      const { id, beginsOn } = period;
      await this.deadlines.recount(tx, id, { beginsOn, workingDays: EXTENDED_WORKING_DAYS });
      return { change: { extendedBy: actor.id, extendedAt: now, extensionReason: reason } };
    });
  }

  /** @throws NotAPerson, CorrectionRequestNotFound, CorrectionRequestNotInState */
  withdraw(actor: Actor, clientId: string, requestId: string): Promise<string> {
    return this.act(actor, clientId, requestId, 'WITHDRAW', {}, () =>
      Promise.resolve({ change: { withdrawnBy: actor.id, withdrawnAt: this.clock.now() } }),
    );
  }

  find(context: SecurityContext, id: string): Promise<CorrectionRequest | null> {
    return this.transactions.run(context, (tx) => tx.findOneBy(CorrectionRequest, { id }));
  }

  /** Oldest first, one more than `first`. */
  list(
    context: SecurityContext,
    { side, state, isOverdue, first, afterId }: CorrectionFilter,
  ): Promise<CorrectionRequest[]> {
    return this.transactions.run(context, (tx) => {
      const query = tx
        .createQueryBuilder(CorrectionRequest, 'request')
        .orderBy('request.id')
        .limit(first + 1);
      const { partyId } = context;
      if (side === CorrectionSide.ASKER) query.andWhere('request.asker_id = :partyId', { partyId });
      if (side === CorrectionSide.BODY)
        query.andWhere('(request.addressee_id = :partyId OR request.holder_id = :partyId)', { partyId });
      // Row-level security says the same, but not so that an index answers it.
      if (side === null && !context.roles.includes('REGULATOR'))
        query.andWhere(
          '(request.asker_id = :partyId OR request.addressee_id = :partyId OR request.holder_id = :partyId)',
          { partyId },
        );
      if (state) query.andWhere('request.state = :state', { state });
      if (afterId !== null) query.andWhere('request.id > :afterId', { afterId });
      if (isOverdue)
        query.andWhere(
          (outer) =>
            `request.id IN ${outer
              .subQuery()
              .select('deadline.matter_id')
              .from(LegalDeadline, 'deadline')
              .where('deadline.matter = :matter AND deadline.closed_at IS NULL', {
                matter: DeadlineMatter.CORRECTION_REQUEST,
              })
              .andWhere('NOT deadline.is_blocked AND deadline.due < :today', {
                today: legalDayOf(this.clock.now()),
              })
              .getQuery()}`,
        );
      return query.getMany();
    });
  }

  /** Whether what has to be done about a request is late today, by the request's periods. */
  isOverdue(deadlines: readonly LegalDeadline[]): boolean {
    const today = legalDayOf(this.clock.now());
    return deadlines.some(({ closedAt, isBlocked, due }) => closedAt === null && !isBlocked && due < today);
  }

  evidenceOf(context: SecurityContext, requestIds: readonly string[]): Promise<CorrectionEvidence[]> {
    return this.transactions.run(context, (tx) =>
      tx.find(CorrectionEvidence, {
        where: { requestId: In(requestIds) },
        order: { requestId: 'ASC', uploadId: 'ASC' },
      }),
    );
  }

  /** In order; the ones that were not given are there for the holding body only. */
  answersOf(context: SecurityContext, requestIds: readonly string[]): Promise<CorrectionAnswer[]> {
    return this.transactions.run(context, (tx) =>
      tx.find(CorrectionAnswer, {
        where: { requestId: In(requestIds) },
        order: { requestId: 'ASC', number: 'ASC' },
      }),
    );
  }

  /** Who holds a dataset, or an asset that the actor may see; null: nobody. */
  private async dataHolderOf(
    tx: Transaction,
    { datasetId, assetId }: Pick<CorrectionRequest, 'datasetId' | 'assetId'>,
  ): Promise<string | null> {
    if (assetId !== null) return (await this.assets.findIn(tx, assetId))?.providerId ?? null;
    const [dataset]: { holder: string | null }[] = await tx.query('SELECT dataset_holder($1) AS holder', [
      datasetId,
    ]);
    return dataset?.holder ?? null;
  }

  /** Of the data in question, or where none were named, of any that the body holds. @throws CorrectionVersionUnfit */
  private async mustHoldCorrection(
    tx: Transaction,
    { datasetId, assetId, holderId, filedAt }: CorrectionRequest,
    datasetVersionId: string,
  ): Promise<void> {
    const version = await this.datasets.versionIn(tx, datasetVersionId);
    const asset = assetId === null ? null : await this.assets.findIn(tx, assetId);
    const registered = asset && (await this.datasets.versionIn(tx, asset.datasetVersionId));
    const inQuestion = datasetId ?? registered?.datasetId ?? version?.datasetId;
    const isFit =
      version?.state === 'CONFIRMED' &&
      version.providerId === holderId &&
      version.datasetId === inQuestion &&
      version.loadedAt > filedAt;
    if (!isFit) throw new CorrectionVersionUnfit();
  }

  private lastAnswer(tx: Transaction, requestId: string): Promise<CorrectionAnswer | null> {
    return tx.findOne(CorrectionAnswer, { where: { requestId }, order: { number: 'DESC' } });
  }

  private digestOf(words: JsonObject): string {
    return this.keys.pseudonymOf(canonicalJson(words)).toString('hex');
  }

  private act(
    actor: Actor,
    clientId: string,
    requestId: string,
    act: CorrectionAct,
    told: JsonObject,
    decide: (
      request: CorrectionRequest,
      tx: Transaction,
    ) => Promise<{ readonly change: Change; readonly next?: () => Promise<void> }>,
  ): Promise<string> {
    const { to, by, endsPeriod, rule } = CORRECTION[act];
    const command = { clientId, action: `${act}_CORRECTION_REQUEST`, content: { ...told, requestId } };
    return this.commands.run(actor, command, async (tx) => {
      if (actor.kind !== 'PERSON') throw new NotAPerson();
      const request = await tx.findOne(CorrectionRequest, {
        where: { id: requestId },
        lock: { mode: 'for_no_key_update' },
      });
      if (!request) throw new CorrectionRequestNotFound();
      const { askerId, addresseeId, holderId, state } = request;
      const whose = { ASKER: askerId, BUREAU: addresseeId, HOLDER: holderId }[by];
      if (whose !== actor.partyId) throw new CorrectionRequestNotFound();
      if (!isAllowed(act, state)) throw new CorrectionRequestNotInState(act, state, rule);
      if (endsPeriod) await this.deadlines.closeOf(tx, requestId);
      const { change, next } = await decide(request, tx);
      await tx.update(
        CorrectionRequest,
        { id: requestId },
        { ...change, ...(to && { state: CorrectionRequestState[to] }) },
      );
      await next?.();
      const type = EVENTS[act];
      if (type) {
        const body = change.holderId ?? holderId;
        const partyIds = [askerId, addresseeId, ...(typeof body === 'string' ? [body] : [])];
        await this.outbox.append(tx, { type, subjectId: requestId, data: { state: to ?? state }, partyIds });
      }
      return { subjectId: requestId, note: { to: to ?? state } };
    });
  }
}
