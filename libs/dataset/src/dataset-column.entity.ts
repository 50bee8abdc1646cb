import { Column, Entity, PrimaryColumn } from 'typeorm';

import { bigintColumn } from '#libs/database';

import type { ColumnType } from './column-type.ts';

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
}
