import { Column, Entity, PrimaryColumn } from 'typeorm';

import { bigintColumn } from '#libs/database';

/** Why a rule could not be applied as it was declared. */
export enum QualityFault {
  COLUMN_MISSING = 'COLUMN_MISSING',
  COLUMN_PERSONAL = 'COLUMN_PERSONAL',
  REFERENCE_MISSING = 'REFERENCE_MISSING',
  NO_DATE = 'NO_DATE',
}

/** What one rule has found. The database writes it; the application only reads. */
@Entity('quality_result')
export class QualityResult {
  @PrimaryColumn({ name: 'report_id', type: 'uuid' })
  readonly reportId!: string;

  @PrimaryColumn({ name: 'rule_id', type: 'uuid' })
  readonly ruleId!: string;

  @Column({ name: 'provider_id', type: 'uuid' })
  readonly providerId!: string;

  @Column({ type: 'bigint', transformer: bigintColumn })
  readonly conforming!: bigint;

  @Column({ type: 'bigint', transformer: bigintColumn })
  readonly considered!: bigint;

  @Column({ type: 'text', nullable: true })
  readonly fault!: QualityFault | null;

  @Column({ name: 'reference_version_id', type: 'uuid', nullable: true })
  readonly referenceVersionId!: string | null;

  @Column({ name: 'newest_on', type: 'date', nullable: true })
  readonly newestOn!: string | null;

  /** And not among the rows that are stored. */
  @Column({ name: 'is_counted_at_load', type: 'boolean' })
  readonly isCountedAtLoad!: boolean;
}
