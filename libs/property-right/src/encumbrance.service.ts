import { Injectable } from '@nestjs/common';
import { In, MoreThan } from 'typeorm';

import { type AuditActor, CommandRunner } from '#libs/audit';
import { type SecurityContext, type Transaction, TransactionRunner } from '#libs/database';
import { Clock, InvalidInput, newId } from '#libs/foundation';
import type { Money } from '#libs/money';
import { Outbox } from '#libs/outbox';
import { PartyService } from '#libs/party';
import { EngagementService, ValuationPurpose } from '#libs/valuation';

import { Encumbrance, EncumbranceKind, EncumbranceState } from './encumbrance.entity.ts';
import { EncumbranceNotFound, TitleNotFound } from './property-right.errors.ts';
import { TitleRegister } from './title-register.ts';
import { Title, TitleState } from './title.entity.ts';

export interface NewEncumbrance {
  readonly assetId: string;
  readonly kind: EncumbranceKind.PLEDGE | EncumbranceKind.CAPITAL_CONTRIBUTION;
  readonly beneficiaryId: string;
  /** What it secures, or is put in at; null: not stated. */
  readonly amount: Money | null;
  /** The appraisal that the amount rests on. */
  readonly valuationReportId: string | null;
  readonly terms: string;
}

/** What an appraisal must have been made for; a freeze rests on none. */
const PURPOSE_OF: Readonly<Record<EncumbranceKind, ValuationPurpose>> = {
  PLEDGE: ValuationPurpose.PLEDGE,
  CAPITAL_CONTRIBUTION: ValuationPurpose.CAPITAL_CONTRIBUTION,
  FREEZE: ValuationPurpose.OTHER,
};

/** Pledges, contributions in kind and freezes: two parties, or the registry, say that a title is bound (Art. 23, 31). */
@Injectable()
export class EncumbranceService {
  constructor(
    private readonly commands: CommandRunner,
    private readonly transactions: TransactionRunner,
    private readonly parties: PartyService,
    private readonly titles: TitleRegister,
    private readonly valuations: EngagementService,
    private readonly outbox: Outbox,
    private readonly clock: Clock,
  ) {}

  /**
   * By a holder; nothing is bound before the beneficiary agrees. What is contributed in kind is appraised, and put in for no
   * more (公司法 Art. 48).
   *
   * @throws InvalidInput, TitleNotFound, ReportNotUsable
   */
  propose(actor: AuditActor, clientId: string, input: NewEncumbrance): Promise<string> {
    const { amount, ...rest } = input;
    const content = {
      ...rest,
      amount: amount && { units: amount.minorUnits.toString(), currency: amount.currency },
    };
    return this.commands.run(actor, { clientId, action: 'PROPOSE_ENCUMBRANCE', content }, async (tx) => {
      const { assetId, kind, beneficiaryId, terms, valuationReportId } = input;
      const holderId = actor.partyId ?? '';
      const title = await tx.findOneBy(Title, { assetId });
      if (title?.state !== TitleState.REGISTERED || !title.holderIds.includes(holderId))
        throw new TitleNotFound();
      if (beneficiaryId === holderId) throw new InvalidInput('beneficiaryId', 'is your own party');
      if (!(await this.parties.findIn(tx, beneficiaryId)))
        throw new InvalidInput('beneficiaryId', 'is no party of this exchange');
      await this.mustBeCarried(tx, input);
      if (valuationReportId !== null)
        await this.valuations.discloseIn(tx, actor, valuationReportId, beneficiaryId);
      const id = newId();
      await tx.insert(Encumbrance, {
        ...{
          id,
          assetId,
          kind,
          holderId,
          beneficiaryId,
          terms,
          registryId: title.registryId,
          valuationReportId,
        },
        ...{ amount: amount?.minorUnits ?? null, currency: amount?.currency ?? null },
        ...{ state: EncumbranceState.PROPOSED, proposedBy: actor.id, proposedAt: this.clock.now() },
      });
      await this.outbox.append(tx, {
        ...{ type: 'encumbrance.proposed', subjectId: id },
        ...{ data: { assetId, kind }, partyIds: [holderId, beneficiaryId] },
      });
      return { subjectId: id, note: { assetId, kind } };
    });
  }

  /** By the beneficiary; agreed to, it holds until released. @throws EncumbranceNotFound, TitleNotFound, ReportNotUsable */
  answer(actor: AuditActor, clientId: string, encumbranceId: string, isAccepted: boolean): Promise<string> {
    const command = { clientId, action: 'ANSWER_ENCUMBRANCE', content: { encumbranceId, isAccepted } };
    return this.commands.run(actor, command, async (tx) => {
      const found = await this.lock(tx, encumbranceId);
      if (found?.state !== EncumbranceState.PROPOSED || found.beneficiaryId !== actor.partyId)
        throw new EncumbranceNotFound();
      // A transfer that is being certified comes before or after this, not at the same time.
      if (isAccepted) {
        await this.holdOf(tx, found);
        // What it rests on has to carry it on the day on which it comes into force.
        if (found.valuationReportId !== null)
          await this.valuations.reportToRestOn(tx, found.valuationReportId, {
            assetId: found.assetId,
            purpose: PURPOSE_OF[found.kind],
          });
      }
      const state = isAccepted ? EncumbranceState.IN_FORCE : EncumbranceState.DECLINED;
      await tx.update(
        Encumbrance,
        { id: encumbranceId },
        { state, answeredBy: actor.id, answeredAt: this.clock.now() },
      );
      await this.tell(tx, found, isAccepted ? 'encumbrance.accepted' : 'encumbrance.declined');
      return { subjectId: encumbranceId, note: { state } };
    });
  }

  /** By the beneficiary; of a freeze, by the registry that has noted it. @throws EncumbranceNotFound */
  release(actor: AuditActor, clientId: string, encumbranceId: string, reason: string): Promise<string> {
    const command = { clientId, action: 'RELEASE_ENCUMBRANCE', content: { encumbranceId, reason } };
    return this.commands.run(actor, command, async (tx) => {
      const found = await this.lock(tx, encumbranceId);
      const releaser = found?.kind === EncumbranceKind.FREEZE ? found.registryId : found?.beneficiaryId;
      if (found?.state !== EncumbranceState.IN_FORCE || releaser !== actor.partyId)
        throw new EncumbranceNotFound();
      await tx.update(
        Encumbrance,
        { id: encumbranceId },
        {
          state: EncumbranceState.RELEASED,
          releasedBy: actor.id,
          releasedAt: this.clock.now(),
          releaseReason: reason,
        },
      );
      await this.tell(tx, found, 'encumbrance.released');
      return { subjectId: encumbranceId };
    });
  }

  /** 查封: the registry notes that a title is frozen, as it was told by who may order it (Art. 23). @throws TitleNotFound */
  freeze(
    actor: AuditActor,
    clientId: string,
    { assetId, terms }: { readonly assetId: string; readonly terms: string },
  ): Promise<string> {
    const command = { clientId, action: 'FREEZE_TITLE', content: { assetId, terms } };
    return this.commands.run(actor, command, async (tx) => {
      const title = await this.titles.lockRegistered(tx, assetId);
      const [holderId] = title.holderIds;
      if (title.registryId !== actor.partyId || !holderId) throw new TitleNotFound();
      const id = newId();
      const now = this.clock.now();
      await tx.insert(Encumbrance, {
        ...{ id, assetId, kind: EncumbranceKind.FREEZE, holderId, terms, registryId: title.registryId },
        ...{ state: EncumbranceState.IN_FORCE, proposedBy: actor.id, proposedAt: now },
      });
      const { holderIds, registryId } = title;
      await this.outbox.append(tx, {
        ...{ type: 'encumbrance.frozen', subjectId: id },
        ...{ data: { assetId }, partyIds: [...holderIds, registryId] },
      });
      return { subjectId: id, note: { assetId, kind: EncumbranceKind.FREEZE } };
    });
  }

  find(context: SecurityContext, id: string): Promise<Encumbrance | null> {
    return this.transactions.run(context, (tx) => tx.findOneBy(Encumbrance, { id }));
  }

  /** What a party has proposed, or is or was to be secured by, oldest first. */
  list(
    context: SecurityContext & { readonly partyId: string },
    page: {
      readonly state: EncumbranceState | null;
      readonly first: number;
      readonly afterId: string | null;
    },
  ): Promise<Encumbrance[]> {
    const { partyId } = context;
    const { state, first, afterId } = page;
    const rest = { ...(state && { state }), ...(afterId !== null && { id: MoreThan(afterId) }) };
    return this.transactions.run(context, (tx) =>
      tx.find(Encumbrance, {
        where: [
          { holderId: partyId, ...rest },
          { beneficiaryId: partyId, ...rest },
        ],
        order: { id: 'ASC' },
        take: first + 1,
      }),
    );
  }

  /** What binds these titles or has bound them, oldest first; what was only proposed, for those it concerns. */
  of(context: SecurityContext, assetIds: readonly string[]): Promise<Encumbrance[]> {
    return this.transactions.run(context, (tx) =>
      tx.find(Encumbrance, { where: { assetId: In(assetIds) }, order: { id: 'ASC' } }),
    );
  }

  /** @throws InvalidInput, ReportNotUsable */
  private async mustBeCarried(
    tx: Transaction,
    { assetId, kind, amount, valuationReportId }: NewEncumbrance,
  ): Promise<void> {
    const isContribution = kind === EncumbranceKind.CAPITAL_CONTRIBUTION;
    if (valuationReportId === null) {
      if (isContribution)
        throw new InvalidInput(
          'valuationReportId',
          '公司法 Art. 48: what is contributed in kind is appraised',
        );
      return;
    }
    const report = await this.valuations.reportToRestOn(tx, valuationReportId, {
      assetId,
      purpose: PURPOSE_OF[kind],
    });
    if (!isContribution) return;
    if (amount === null)
      throw new InvalidInput('amount', '公司法 Art. 48: a contribution is put in at an amount');
    if (amount.minorUnits > (report.valueMinor ?? 0n))
      throw new InvalidInput('amount', '公司法 Art. 48: must not be above the appraised value');
  }

  private async tell(
    tx: Transaction,
    { id, assetId, kind, holderId, beneficiaryId, registryId }: Encumbrance,
    type: 'encumbrance.accepted' | 'encumbrance.declined' | 'encumbrance.released',
  ): Promise<void> {
    // What was declined was never in the register.
    const office = type === 'encumbrance.declined' ? [] : [registryId];
    const partyIds = [holderId, ...(beneficiaryId === null ? [] : [beneficiaryId]), ...office];
    await this.outbox.append(tx, { type, subjectId: id, data: { assetId, kind }, partyIds });
  }

  private lock(tx: Transaction, id: string): Promise<Encumbrance | null> {
    return tx.findOne(Encumbrance, { where: { id }, lock: { mode: 'for_no_key_update' } });
  }

  /** The title still belongs to who has bound it. @throws TitleNotFound */
  private async holdOf(tx: Transaction, { assetId, holderId }: Encumbrance): Promise<void> {
    await this.titles.hold(tx, assetId);
    const title = await tx.findOneBy(Title, { assetId });
    if (!title?.holderIds.includes(holderId)) throw new TitleNotFound();
  }
}
