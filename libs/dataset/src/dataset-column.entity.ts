import { Column, Entity, PrimaryColumn } from 'typeorm';

import { bigintColumn } from '#libs/database';

import type { ColumnMeaning } from './profile/column-meaning.ts';
import type { ValueCount } from './profile/column-profiler.ts';
import type { ColumnType } from './profile/column-type.ts';
import type { FormatCounts } from './profile/named-format.ts';

@Entity('dataset_column')
export class DatasetColumn {
  @PrimaryColumn({ name: 'dataset_version_id', type: 'uuid' })
  readonly datasetVersionId!: string;

  @PrimaryColumn({ type: 'integer' })
  readonly position!: number;

  @Column({ name: 'provider_id', type: 'uuid' })
  readonly providerId!: string;

  @Column({ type: 'text' })
  readonly name!: string;

  @Column({ type: 'text' })
  readonly type!: ColumnType;

  @Column({ name: 'is_personal', type: 'boolean' })
  readonly isPersonal!: boolean;

  @Column({ type: 'bigint', nullable: true, transformer: bigintColumn })
  readonly nulls!: bigint | null;

  @Column({ name: 'distinct_values', type: 'bigint', nullable: true, transformer: bigintColumn })
  readonly distinctValues!: bigint | null;

  @Column({ type: 'text', nullable: true })
  readonly minimum!: string | null;

  @Column({ type: 'text', nullable: true })
  readonly maximum!: string | null;

  @Column({ type: 'text', nullable: true })
  readonly meaning!: ColumnMeaning | null;

  @Column({ name: 'proposed_meaning', type: 'text', nullable: true })
  readonly proposedMeaning!: ColumnMeaning | null;

  @Column({ name: 'proposed_share', type: 'numeric', nullable: true })
  readonly proposedShare!: string | null;

  @Column({ type: 'numeric', nullable: true })
  readonly mean!: string | null;

  @Column({ type: 'integer', nullable: true })
  readonly shortest!: number | null;

  @Column({ type: 'integer', nullable: true })
  readonly longest!: number | null;

  @Column({ name: 'frequent_values', type: 'jsonb' })
  readonly frequentValues!: readonly ValueCount[];

  /** Of a personal column, as it was loaded. */
  @Column({ name: 'format_counts', type: 'jsonb', nullable: true })
  readonly formatCounts!: FormatCounts | null;
}
