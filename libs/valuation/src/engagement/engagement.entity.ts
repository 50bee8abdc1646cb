import { Column, Entity, PrimaryColumn } from 'typeorm';

import type { LegalDay } from '#libs/foundation';

import type { EngagementState, ValuationKind, ValuationPurpose } from './engagement-state.ts';

/** 委托: one valuation of one asset, by one firm, as of one day, for one purpose. */
@Entity('valuation_engagement')
export class Engagement {
  @PrimaryColumn({ type: 'uuid' })
  readonly id!: string;

  @Column({ type: 'text' })
  readonly kind!: ValuationKind;

  @Column({ name: 'asset_id', type: 'uuid' })
  readonly assetId!: string;

  @Column({ name: 'dataset_version_id', type: 'uuid' })
  readonly datasetVersionId!: string;

  @Column({ name: 'holder_id', type: 'uuid' })
  readonly holderId!: string;

  @Column({ name: 'firm_id', type: 'uuid' })
  readonly firmId!: string;

  @Column({ type: 'text' })
  readonly purpose!: ValuationPurpose;

  @Column({ name: 'use_scope', type: 'text' })
  readonly useScope!: string;

  @Column({ name: 'base_date', type: 'date' })
  readonly baseDate!: LegalDay;

  @Column({ name: 'is_statutory', type: 'boolean' })
  readonly isStatutory!: boolean;

  @Column({ name: 'is_state_owned', type: 'boolean' })
  readonly isStateOwned!: boolean;

  @Column({ type: 'text' })
  readonly state!: EngagementState;

  @Column({ name: 'commissioned_by', type: 'uuid' })
  readonly commissionedBy!: string;

  @Column({ name: 'commissioned_at', type: 'timestamptz' })
  readonly commissionedAt!: Date;

  @Column({ name: 'accepted_by', type: 'uuid', nullable: true })
  readonly acceptedBy!: string | null;

  @Column({ name: 'accepted_at', type: 'timestamptz', nullable: true })
  readonly acceptedAt!: Date | null;

  @Column({ name: 'ended_by', type: 'uuid', nullable: true })
  readonly endedBy!: string | null;

  @Column({ name: 'ended_at', type: 'timestamptz', nullable: true })
  readonly endedAt!: Date | null;

  /** Why it was declined or withdrawn. */
  @Column({ name: 'end_reason', type: 'text', nullable: true })
  readonly endReason!: string | null;
}
