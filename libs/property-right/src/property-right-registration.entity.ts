import { Column, Entity, PrimaryColumn } from 'typeorm';

import type { Track } from '#libs/asset';

import type { AnnexForm } from './annex-form.ts';
import type { PropertyRightState, PropertyRightType, RefusalGround } from './property-right-state.ts';

/** An application on track B: the rows of `registration` whose track it is. */
@Entity('registration')
export class PropertyRightRegistration {
  @PrimaryColumn({ type: 'uuid' })
  readonly id!: string;

  @Column({ type: 'text' })
  readonly track!: Track;

  @Column({ name: 'asset_id', type: 'uuid' })
  readonly assetId!: string;

  @Column({ name: 'applicant_id', type: 'uuid' })
  readonly applicantId!: string;

  @Column({ name: 'registry_id', type: 'uuid' })
  readonly registryId!: string;

  @Column({ type: 'text' })
  readonly type!: PropertyRightType;

  @Column({ type: 'text' })
  readonly state!: PropertyRightState;

  @Column({ type: 'text' })
  readonly name!: string;

  @Column({ type: 'text' })
  readonly overview!: string;

  /** Null on track A only. */
  @Column({ type: 'jsonb', nullable: true })
  readonly form!: AnnexForm;

  @Column({ name: 'prepared_by', type: 'uuid' })
  readonly preparedBy!: string;

  @Column({ name: 'prepared_at', type: 'timestamptz' })
  readonly preparedAt!: Date;

  @Column({ name: 'submitted_by', type: 'uuid', nullable: true })
  readonly submittedBy!: string | null;

  @Column({ name: 'submitted_at', type: 'timestamptz', nullable: true })
  readonly submittedAt!: Date | null;

  @Column({ name: 'accepted_by', type: 'uuid', nullable: true })
  readonly acceptedBy!: string | null;

  @Column({ name: 'accepted_at', type: 'timestamptz', nullable: true })
  readonly acceptedAt!: Date | null;

  @Column({ name: 'is_accepted_by_silence', type: 'boolean', default: false })
  readonly isAcceptedBySilence!: boolean;

  @Column({ name: 'extension_days', type: 'integer', nullable: true })
  readonly extensionDays!: number | null;

  @Column({ name: 'extension_reason', type: 'text', nullable: true })
  readonly extensionReason!: string | null;

  @Column({ name: 'reviewed_by', type: 'uuid', nullable: true })
  readonly reviewedBy!: string | null;

  @Column({ name: 'reviewed_at', type: 'timestamptz', nullable: true })
  readonly reviewedAt!: Date | null;

  @Column({ name: 'waiver_reason', type: 'text', nullable: true })
  readonly waiverReason!: string | null;

  @Column({ name: 'publicity_from', type: 'date', nullable: true })
  readonly publicityFrom!: string | null;

  @Column({ name: 'publicity_until', type: 'date', nullable: true })
  readonly publicityUntil!: string | null;

  @Column({ name: 'decided_by', type: 'uuid', nullable: true })
  readonly decidedBy!: string | null;

  @Column({ name: 'decided_at', type: 'timestamptz', nullable: true })
  readonly decidedAt!: Date | null;

  @Column({ type: 'text', nullable: true })
  readonly remarks!: string | null;

  @Column({ name: 'refusal_ground', type: 'text', nullable: true })
  readonly refusalGround!: RefusalGround | null;

  @Column({ type: 'text', nullable: true })
  readonly reason!: string | null;
}
