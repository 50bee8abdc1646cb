import { Column, Entity, PrimaryColumn } from 'typeorm';

import type { ClassificationLevel } from './classification-level.ts';

export enum ClassificationState {
  PROPOSED = 'PROPOSED',
  CONFIRMED = 'CONFIRMED',
  REJECTED = 'REJECTED',
}

export interface ColumnLevel {
  readonly column: string;
  readonly level: ClassificationLevel;
  /** What the rules say. */
  readonly proposed: ClassificationLevel;
  readonly ground: string;
}

/** 数据分级 of a dataset version: proposed by one person, decided on by another; then its row never changes. */
@Entity('classification')
export class Classification {
  @PrimaryColumn({ type: 'uuid' })
  readonly id!: string;

  @Column({ name: 'dataset_id', type: 'uuid' })
  readonly datasetId!: string;

  @Column({ name: 'dataset_version_id', type: 'uuid' })
  readonly datasetVersionId!: string;

  @Column({ name: 'provider_id', type: 'uuid' })
  readonly providerId!: string;

  @Column({ type: 'text' })
  readonly level!: ClassificationLevel;

  @Column({ type: 'jsonb' })
  readonly columns!: readonly ColumnLevel[];

  @Column({ type: 'text' })
  readonly reason!: string;

  @Column({ type: 'text' })
  readonly state!: ClassificationState;

  @Column({ name: 'proposed_by', type: 'uuid' })
  readonly proposedBy!: string;

  @Column({ name: 'proposed_at', type: 'timestamptz' })
  readonly proposedAt!: Date;

  @Column({ name: 'decided_by', type: 'uuid', nullable: true })
  readonly decidedBy!: string | null;

  @Column({ name: 'decided_at', type: 'timestamptz', nullable: true })
  readonly decidedAt!: Date | null;

  @Column({ name: 'decision_reason', type: 'text', nullable: true })
  readonly decisionReason!: string | null;
}
