import { Column, Entity, PrimaryColumn } from 'typeorm';

import { bigintColumn } from '#libs/database';
import type { Currency } from '#libs/money';

export enum EncumbranceKind {
  PLEDGE = 'PLEDGE',
  CAPITAL_CONTRIBUTION = 'CAPITAL_CONTRIBUTION',
  FREEZE = 'FREEZE',
}

export enum EncumbranceState {
  PROPOSED = 'PROPOSED',
  IN_FORCE = 'IN_FORCE',
  DECLINED = 'DECLINED',
  RELEASED = 'RELEASED',
}

/** 质押, 作价入股 or a freeze: while it is in force, the title neither moves nor ends by will. */
@Entity('encumbrance')
export class Encumbrance {
  @PrimaryColumn({ type: 'uuid' })
  readonly id!: string;

  @Column({ name: 'asset_id', type: 'uuid' })
  readonly assetId!: string;

  @Column({ type: 'text' })
  readonly kind!: EncumbranceKind;

  @Column({ name: 'holder_id', type: 'uuid' })
  readonly holderId!: string;

  @Column({ name: 'beneficiary_id', type: 'uuid', nullable: true })
  readonly beneficiaryId!: string | null;

  @Column({ name: 'registry_id', type: 'uuid' })
  readonly registryId!: string;

  @Column({ type: 'bigint', nullable: true, transformer: bigintColumn })
  readonly amount!: bigint | null;

  @Column({ type: 'text', nullable: true })
  readonly currency!: Currency | null;

  /** The appraisal that the amount rests on. */
  @Column({ name: 'valuation_report_id', type: 'uuid', nullable: true })
  readonly valuationReportId!: string | null;

  @Column({ type: 'text' })
  readonly terms!: string;

  @Column({ type: 'text' })
  readonly state!: EncumbranceState;

  @Column({ name: 'proposed_by', type: 'uuid' })
  readonly proposedBy!: string;

  @Column({ name: 'proposed_at', type: 'timestamptz' })
  readonly proposedAt!: Date;

  @Column({ name: 'answered_by', type: 'uuid', nullable: true })
  readonly answeredBy!: string | null;

  @Column({ name: 'answered_at', type: 'timestamptz', nullable: true })
  readonly answeredAt!: Date | null;

  @Column({ name: 'released_by', type: 'uuid', nullable: true })
  readonly releasedBy!: string | null;

  @Column({ name: 'released_at', type: 'timestamptz', nullable: true })
  readonly releasedAt!: Date | null;

  @Column({ name: 'release_reason', type: 'text', nullable: true })
  readonly releaseReason!: string | null;
}
