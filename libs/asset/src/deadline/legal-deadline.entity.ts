import { Column, Entity, PrimaryColumn } from 'typeorm';

import type { Track } from '../track.ts';

export enum DeadlineKind {
  ACCEPTANCE = 'ACCEPTANCE',
  REVIEW = 'REVIEW',
  PUBLICITY = 'PUBLICITY',
  CANCELLATION = 'CANCELLATION',
  OBJECTION = 'OBJECTION',
  RENEWAL = 'RENEWAL',
  EXPIRY = 'EXPIRY',
  CURE = 'CURE',
  EXAMINATION = 'EXAMINATION',
  LATER_OBJECTION = 'LATER_OBJECTION',
  CORRECTION_FORWARD = 'CORRECTION_FORWARD',
  CORRECTION_ANSWER = 'CORRECTION_ANSWER',
  YEARLY_REPORT = 'YEARLY_REPORT',
}

/** What a period is about. */
export enum DeadlineMatter {
  REGISTRATION = 'REGISTRATION',
  CORRECTION_REQUEST = 'CORRECTION_REQUEST',
  YEARLY_REPORT = 'YEARLY_REPORT',
}

/** What a party has to do by a day, or what happens by itself after it. */
@Entity('legal_deadline')
export class LegalDeadline {
  @PrimaryColumn({ type: 'uuid' })
  readonly id!: string;

  @Column({ type: 'text' })
  readonly kind!: DeadlineKind;

  @Column({ type: 'text' })
  readonly matter!: DeadlineMatter;

  @Column({ name: 'matter_id', type: 'uuid' })
  readonly matterId!: string;

  /** Of an application: its register, its asset and its id; null of other matters. */
  @Column({ type: 'text', nullable: true })
  readonly track!: Track | null;

  @Column({ name: 'asset_id', type: 'uuid', nullable: true })
  readonly assetId!: string | null;

  @Column({ name: 'registration_id', type: 'uuid', nullable: true })
  readonly registrationId!: string | null;

  @Column({ name: 'party_id', type: 'uuid' })
  readonly partyId!: string;

  @Column({ name: 'applicant_id', type: 'uuid' })
  readonly applicantId!: string;

  @Column({ name: 'registry_id', type: 'uuid' })
  readonly registryId!: string;

  @Column({ name: 'begins_on', type: 'date' })
  readonly beginsOn!: string;

  @Column({ name: 'working_days', type: 'integer', nullable: true })
  readonly workingDays!: number | null;

  @Column({ type: 'date' })
  readonly due!: string;

  @Column({ name: 'is_provisional', type: 'boolean' })
  readonly isProvisional!: boolean;

  @Column({ name: 'is_blocked', type: 'boolean', default: false })
  readonly isBlocked!: boolean;

  @Column({ name: 'closed_at', type: 'timestamptz', nullable: true })
  readonly closedAt!: Date | null;
}
