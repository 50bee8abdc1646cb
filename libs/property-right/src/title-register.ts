import { Injectable } from '@nestjs/common';
import { IsNull, Not } from 'typeorm';

import { LegalDeadlineService, Register, RegisterHistory, Track } from '#libs/asset';
import type { Transaction } from '#libs/database';
import { addDays, Clock, invariant, type JsonObject, type LegalDay, startOfLegalDay } from '#libs/foundation';

import { Outbox } from '#libs/outbox';

import type { AnnexForm } from './annex-form.ts';
import { Encumbrance, EncumbranceState } from './encumbrance.entity.ts';
import { PROPERTY_RIGHT_EVENT_OF, type PropertyRightAct, TRACK_B } from './property-right-act.ts';
import type { PropertyRightRegistration } from './property-right-registration.entity.ts';
import { PropertyRightState, PropertyRightType } from './property-right-state.ts';
import { TitleEncumbered, TitleNotFound } from './property-right.errors.ts';
import { RegistrationFiler } from './registration-filer.entity.ts';
import { renewalWindowOf } from './title-rules.ts';
import { Title, TitleState } from './title.entity.ts';

/** What track B's register says: written here, inside the transactions of the acts, under the title's lock. */
@Injectable()
export class TitleRegister {
  constructor(
    private readonly register: Register,
    private readonly deadlines: LegalDeadlineService,
    private readonly history: RegisterHistory,
    private readonly outbox: Outbox,
    private readonly clock: Clock,
  ) {}

  /** Tells those who file an application, and its registry, of an act. */
  async tell(
    tx: Transaction,
    { id, assetId, applicantId, registryId, type, state }: PropertyRightRegistration,
    act: PropertyRightAct,
  ): Promise<void> {
    const event = PROPERTY_RIGHT_EVENT_OF[act];
    if (!event) return;
    const filers = await tx.findBy(RegistrationFiler, { registrationId: id });
    const others = filers.map(({ partyId }) => partyId);
    // What was not submitted yet is not the registry's business.
    const isDraft = state === PropertyRightState.DRAFT && act !== 'SUBMIT';
    const partyIds = [applicantId, ...others, ...(isDraft ? [] : [registryId])];
    const data = { assetId, type, state: TRACK_B[act].to ?? state };
    await this.outbox.append(tx, { type: event, subjectId: id, data, partyIds });
  }

  /** Whoever writes about a title holds this first, after the lock of the application. */
  lock(tx: Transaction, assetId: string): Promise<Title | null> {
    return tx.findOne(Title, { where: { assetId }, lock: { mode: 'for_no_key_update' } });
  }

  /** @throws TitleNotFound */
  async lockRegistered(tx: Transaction, assetId: string): Promise<Title> {
    const title = await this.lock(tx, assetId);
    if (title?.state !== TitleState.REGISTERED) throw new TitleNotFound();
    return title;
  }

  /** Nobody moves or ends the title until the transaction is over. @throws TitleNotFound */
  async hold(tx: Transaction, assetId: string): Promise<void> {
    const [held]: { state: TitleState }[] = await tx.query('SELECT title_hold($1) AS state', [assetId]);
    if (held?.state !== TitleState.REGISTERED) throw new TitleNotFound();
  }

  /** Under the title's lock, or while it is held. @throws TitleEncumbered */
  async refuseEncumbered(tx: Transaction, assetId: string): Promise<void> {
    if (await tx.existsBy(Encumbrance, { assetId, state: EncumbranceState.IN_FORCE }))
      throw new TitleEncumbered();
  }

  /** What is certified anew replaces what was certified before, unless it is of another term. */
  async supersede(tx: Transaction, assetId: string): Promise<void> {
    for (const { id } of await this.register.inForce(tx, Track.B, assetId))
      await this.register.end(tx, id, 'SUPERSEDED', null);
  }

  /**
   * Makes an application what the register says, under the lock of the title if there is one; `until` is exclusive.
   *
   * @param code the code of its certificate
   */
  async enter(
    tx: Transaction,
    registration: PropertyRightRegistration,
    before: Title | null,
    at: { readonly from: LegalDay; readonly until: LegalDay; readonly code: string; readonly by: string },
  ): Promise<void> {
    const { assetId, type, form } = registration;
    const { from, until, code, by } = at;
    const isNewTerm = type === PropertyRightType.INITIAL || type === PropertyRightType.RENEWAL;
    const content = {
      registryId: registration.registryId,
      state: TitleState.REGISTERED,
      lastType: type,
      version: (before?.version ?? 0) + 1,
      name: form.name,
      overview: form.overview,
      rights: form.rights,
      holderIds: form.rights.map(({ holderId }) => holderId),
      // A renewal goes on from where the running term ends.
      validFrom: type === PropertyRightType.RENEWAL && before ? before.validFrom : from,
      validUntil: until,
      endedAt: null,
    };
    if (before) await tx.update(Title, { assetId }, content);
    else await tx.insert(Title, { assetId, ...content });
    const isTransfer = type === PropertyRightType.TRANSFER;
    if (isNewTerm || isTransfer) {
      await this.deadlines.closeValidity(tx, Track.B, assetId);
      const last = addDays(until, -1);
      const window = renewalWindowOf(last);
      // Whoever has transferred it does not renew it any more.
      const { holderIds } = content;
      const heir = holderIds.find((id) => !before?.holderIds.includes(id)) ?? holderIds[0];
      const renewer = holderIds.includes(registration.applicantId) ? registration.applicantId : heir;
      invariant(renewer, 'A transfer is to somebody');
      const { id, track, registryId } = registration;
      const about = { id, track, assetId, registryId, applicantId: renewer };
      await this.deadlines.startValidity(tx, about, {
        from,
        renewableFrom: window.first,
        renewableTo: window.last,
        last,
        holderIds,
      });
    }
    await this.history.append(tx, {
      assetId,
      track: Track.B,
      registrationId: registration.id,
      act: type,
      facts: factsOf(form, { from: content.validFrom, until, code, remarks: registration.remarks }),
      effectiveFrom: startOfLegalDay(from),
      by,
      reason: registration.reason,
    });
  }

  /** Ends a title, under its lock: as its holders applied for, or because it has run out. */
  async end(
    tx: Transaction,
    title: Title,
    state: TitleState.CANCELLED | TitleState.LAPSED,
    cause: {
      readonly registrationId: string | null;
      readonly by: string | null;
      readonly reason: string | null;
    },
  ): Promise<void> {
    const { assetId } = title;
    const now = this.clock.now();
    const hasLapsed = state === TitleState.LAPSED;
    // A certificate that has run out needs no end.
    if (!hasLapsed)
      for (const { id } of await this.register.inForce(tx, Track.B, assetId))
        await this.register.end(tx, id, 'CANCELLED', cause.reason);
    await this.deadlines.closeValidity(tx, Track.B, assetId);
    const lastType = hasLapsed ? title.lastType : PropertyRightType.CANCELLATION;
    await tx.update(
      Title,
      { assetId, endedAt: IsNull(), state: Not(state) },
      { state, lastType, version: title.version + 1, endedAt: now },
    );
    await this.history.append(tx, {
      ...cause,
      assetId,
      track: Track.B,
      act: hasLapsed ? 'LAPSE' : PropertyRightType.CANCELLATION,
      facts: null,
      // Whenever it is noticed, what has run out ended with its last day.
      effectiveFrom: hasLapsed ? startOfLegalDay(title.validUntil) : now,
    });
    if (hasLapsed) {
      const { registrationId } = cause;
      const partyIds = [...title.holderIds, title.registryId];
      const event = {
        type: 'property-right.lapsed',
        subjectId: assetId,
        data: { registrationId },
        partyIds,
      } as const;
      await this.outbox.append(tx, event);
    }
  }
}

/** What the public register keeps of a form: nothing of how to reach the applicant. */
function factsOf(
  form: AnnexForm,
  at: {
    readonly from: LegalDay;
    readonly until: LegalDay;
    readonly code: string;
    readonly remarks: string | null;
  },
): JsonObject {
  const { name, overview, industry, source, basis, dataClass, level, limits } = form;
  const { regionScope, regionCode, periodFrom, periodTo, updateFrequency, medium, structure } = form;
  return {
    ...{ name, overview, industry, source, basis, dataClass, level, limits },
    ...{ regionScope, regionCode, periodFrom, periodTo, updateFrequency, medium, structure },
    rights: form.rights.map(({ holderId, kinds, until, limits: own }) => ({
      holderId,
      kinds: [...kinds],
      until,
      limits: own,
    })),
    validFrom: at.from,
    validUntil: at.until,
    code: at.code,
    remarks: at.remarks,
  };
}
