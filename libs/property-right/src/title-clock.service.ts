import { Injectable } from '@nestjs/common';

import {
  DeadlineKind,
  LegalDeadline,
  LegalDeadlineService,
  SetAside,
  Track,
  WorkingCalendarService,
} from '#libs/asset';
import { AuditLog } from '#libs/audit';
import { SYSTEM, type Transaction, TransactionRunner } from '#libs/database';
import { Clock, invariant, legalDayOf, startOfLegalDay, workingDaysAfter } from '#libs/foundation';

import { isPropertyRightActAllowed, type PropertyRightAct, TRACK_B } from './property-right-act.ts';
import { PropertyRightRegistration } from './property-right-registration.entity.ts';
import { PropertyRightState, PropertyRightType, RefusalGround } from './property-right-state.ts';
import { TitleRegister } from './title-register.ts';
import { TitleState } from './title.entity.ts';

/** How many of a kind are looked for at a time. */
const BATCH = 100;

/** What happens on track B by itself, each in a transaction of its own and once, however many workers run. */
@Injectable()
export class TitleClockService {
  constructor(
    private readonly transactions: TransactionRunner,
    private readonly titles: TitleRegister,
    private readonly deadlines: LegalDeadlineService,
    private readonly calendar: WorkingCalendarService,
    private readonly auditLog: AuditLog,
    private readonly clock: Clock,
  ) {}

  private readonly setAside = new SetAside(TitleClockService.name);

  /** Does some of what is due; what cannot be done holds up nothing else. @returns how much was done */
  async actDue(): Promise<number> {
    return (
      (await this.each(DeadlineKind.ACCEPTANCE, (deadline, tx) => this.acceptBySilence(deadline, tx))) +
      (await this.each(DeadlineKind.CURE, (deadline, tx) => this.close(deadline, tx))) +
      (await this.each(DeadlineKind.EXPIRY, (deadline, tx) => this.lapse(deadline, tx)))
    );
  }

  private async each(
    kind: DeadlineKind,
    act: (deadline: LegalDeadline, tx: Transaction) => Promise<boolean>,
  ): Promise<number> {
    const without = this.setAside.at(this.clock.now());
    const due = await this.transactions.run(SYSTEM, (tx) =>
      this.deadlines.overdue(tx, Track.B, kind, BATCH, without),
    );
    let done = 0;
    for (const deadline of due)
      try {
        if (await this.transactions.run(SYSTEM, (tx) => act(deadline, tx))) done += 1;
      } catch (error) {
        this.setAside.add(deadline.id, error, this.clock.now());
      }
    return done;
  }

  /** 逾期未反馈视为受理: accepted on the first working day after the limit, whenever that is noticed (Art. 17). */
  private async acceptBySilence(deadline: LegalDeadline, tx: Transaction): Promise<boolean> {
    const registration = await this.lockFor(tx, deadline, 'ACCEPT_BY_SILENCE');
    if (!registration) return false;
    const next = workingDaysAfter(deadline.due, 1, await this.calendar.readIn(tx));
    if (next.provisional || next.due > legalDayOf(this.clock.now())) return false;
    await this.deadlines.closeKind(tx, registration.id, 'ACCEPTANCE');
    await this.deadlines.start(tx, registration, 'EXAMINATION', { beginsOn: next.due });
    await this.record(tx, registration, 'ACCEPT_BY_SILENCE', {
      isAcceptedBySilence: true,
      acceptedAt: startOfLegalDay(next.due),
      reason: null,
    });
    return true;
  }

  /** What was returned and not completed is not accepted; what was not supplemented is refused. */
  private async close(deadline: LegalDeadline, tx: Transaction): Promise<boolean> {
    const returned = await this.lockFor(tx, deadline, 'CLOSE_UNCURED');
    const act = returned ? 'CLOSE_UNCURED' : 'CLOSE_UNSUPPLEMENTED';
    const registration = returned ?? (await this.lockFor(tx, deadline, act));
    if (!registration) return false;
    await this.deadlines.closeOf(tx, registration.id);
    const isRefused = act === 'CLOSE_UNSUPPLEMENTED';
    await this.record(tx, registration, act, {
      ...(isRefused && { refusalGround: RefusalGround.NOT_SUPPLEMENTED }),
    });
    if (registration.type === PropertyRightType.RENEWAL)
      await this.deadlines.blockExpiry(tx, Track.B, registration.assetId, false);
    return true;
  }

  /** A title that was not renewed ends with its last day (Art. 36). */
  private async lapse({ id, assetId, registrationId }: LegalDeadline, tx: Transaction): Promise<boolean> {
    invariant(assetId && registrationId, 'What expires is registered');
    const title = await this.titles.lock(tx, assetId);
    if (title?.state !== TitleState.REGISTERED) return false;
    // Since it was looked for, a renewal may have been filed, or another worker may have come first.
    if (!(await this.deadlines.isStillOverdue(tx, Track.B, DeadlineKind.EXPIRY, id))) return false;
    await this.titles.end(tx, title, TitleState.LAPSED, { registrationId, by: null, reason: null });
    await this.auditLog.append(tx, null, {
      action: 'LAPSE_PROPERTY_RIGHT',
      outcome: 'DONE',
      code: null,
      subjectId: assetId,
      body: { registrationId },
    });
    return true;
  }

  /** The application, locked, if the clock may still do this to it. */
  private async lockFor(
    tx: Transaction,
    { id, kind, registrationId }: LegalDeadline,
    act: PropertyRightAct,
  ): Promise<PropertyRightRegistration | null> {
    invariant(registrationId, 'It is an application’s');
    const registration = await tx.findOne(PropertyRightRegistration, {
      where: { id: registrationId, track: Track.B },
      lock: { mode: 'for_no_key_update' },
    });
    const isAllowed =
      registration &&
      isPropertyRightActAllowed(act, registration.state, registration.type) &&
      (await this.deadlines.isStillOverdue(tx, Track.B, kind, id));
    return isAllowed ? registration : null;
  }

  private async record(
    tx: Transaction,
    registration: PropertyRightRegistration,
    act: PropertyRightAct,
    change: Partial<PropertyRightRegistration>,
  ): Promise<void> {
    const { id } = registration;
    const { to } = TRACK_B[act];
    invariant(to, 'The clock moves what it acts on');
    await tx.update(PropertyRightRegistration, { id }, { ...change, state: PropertyRightState[to] });
    await this.auditLog.append(tx, null, {
      action: `${act}_PROPERTY_RIGHT`,
      outcome: 'DONE',
      code: null,
      subjectId: id,
      body: { to },
    });
    await this.titles.tell(tx, registration, act);
  }
}
