import { Column, Entity, PrimaryColumn } from 'typeorm';

import type { Materials } from './materials.ts';
import type { RegistrationGround, RegistrationState, RegistrationType } from './registration-state.ts';
import type { Track } from '../track.ts';

@Entity('registration')
export class Registration {
  @PrimaryColumn({ type: 'uuid' })
  readonly id!: string;

  @Column({ name: 'asset_id', type: 'uuid' })
  readonly assetId!: string;

  @Column({ name: 'applicant_id', type: 'uuid' })
  readonly applicantId!: string;

  @Column({ name: 'registry_id', type: 'uuid' })
  readonly registryId!: string;

  /** Always A: track B's applications are another entity over the same table. */
  @Column({ type: 'text' })
  readonly track!: Track;

  @Column({ type: 'text' })
  readonly type!: RegistrationType;

  /** What it would have the register say. */
  @Column({ type: 'text' })
  readonly name!: string;

  @Column({ type: 'text' })
  readonly overview!: string;

  @Column({ type: 'text', nullable: true })
  readonly ground!: RegistrationGround | null;

  @Column({ type: 'text' })
  readonly state!: RegistrationState;

  /** Null on track B only. */
  @Column({ type: 'jsonb', nullable: true })
  readonly materials!: Materials;

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

  @Column({ name: 'reviewed_by', type: 'uuid', nullable: true })
  readonly reviewedBy!: string | null;

  @Column({ name: 'reviewed_at', type: 'timestamptz', nullable: true })
  readonly reviewedAt!: Date | null;

  @Column({ name: 'publicity_from', type: 'date', nullable: true })
  readonly publicityFrom!: string | null;

  @Column({ name: 'publicity_until', type: 'date', nullable: true })
  readonly publicityUntil!: string | null;

  @Column({ name: 'decided_by', type: 'uuid', nullable: true })
  readonly decidedBy!: string | null;

  @Column({ name: 'decided_at', type: 'timestamptz', nullable: true })
  readonly decidedAt!: Date | null;

  @Column({ type: 'text', nullable: true })
  readonly reason!: string | null;
}
