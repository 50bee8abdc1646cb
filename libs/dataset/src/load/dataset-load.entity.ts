import { Column, Entity, PrimaryColumn } from 'typeorm';

import { bigintColumn } from '#libs/database';

import type { TypedColumn } from '../column-difference.ts';

/** What a load makes. */
export enum DatasetLoadKind {
  REGISTER_DATASET = 'REGISTER_DATASET',
  ADD_DATASET_VERSION = 'ADD_DATASET_VERSION',
  CONFIRM_COLUMNS = 'CONFIRM_COLUMNS',
}

export enum DatasetLoadState {
  WAITING = 'WAITING',
  RUNNING = 'RUNNING',
  DONE = 'DONE',
  FAILED = 'FAILED',
  CANCELLED = 'CANCELLED',
}

/** What is done of a load right now, in this order. */
export enum DatasetLoadStep {
  CHECKING = 'CHECKING',
  COPYING = 'COPYING',
  COPYING_AGAIN = 'COPYING_AGAIN',
  COUNTING = 'COUNTING',
}

/** Why a load has failed: a refusal as any other. */
export interface StoredRefusal {
  readonly code: string;
  readonly message: string;
  readonly path: string | null;
  readonly rule: string | null;
}

export interface WantedDataset {
  readonly name: string;
  readonly description: string;
  readonly subjectColumn: string | null;
  readonly personalColumns: readonly string[];
}

export interface WantedVersion {
  readonly personalColumns: readonly string[];
}

export interface WantedColumns {
  /** Those that the provider has said to be otherwise than they are. */
  readonly columns: readonly TypedColumn[];
  /** Left out: as it is. */
  readonly subjectColumn?: string;
}

@Entity('dataset_load')
export class DatasetLoad {
  @PrimaryColumn({ type: 'uuid' })
  readonly id!: string;

  @Column({ name: 'provider_id', type: 'uuid' })
  readonly providerId!: string;

  @Column({ type: 'text' })
  readonly kind!: DatasetLoadKind;

  @Column({ name: 'upload_id', type: 'uuid' })
  readonly uploadId!: string;

  @Column({ name: 'dataset_id', type: 'uuid', nullable: true })
  readonly datasetId!: string | null;

  @Column({ name: 'dataset_version_id', type: 'uuid', nullable: true })
  readonly datasetVersionId!: string | null;

  @Column({ type: 'jsonb' })
  readonly wanted!: WantedDataset | WantedVersion | WantedColumns;

  @Column({ name: 'requested_by', type: 'uuid' })
  readonly requestedBy!: string;

  @Column({ name: 'request_id', type: 'text' })
  readonly requestId!: string;

  @Column({ name: 'requested_at', type: 'timestamptz' })
  readonly requestedAt!: Date;

  @Column({ type: 'text' })
  readonly state!: DatasetLoadState;

  @Column({ type: 'text', nullable: true })
  readonly step!: DatasetLoadStep | null;

  @Column({ name: 'byte_size', type: 'bigint', transformer: bigintColumn })
  readonly byteSize!: bigint;

  @Column({ name: 'bytes_read', type: 'bigint', transformer: bigintColumn })
  readonly bytesRead!: bigint;

  @Column({ name: 'rows_read', type: 'bigint', transformer: bigintColumn })
  readonly rowsRead!: bigint;

  @Column({ name: 'begun_at', type: 'timestamptz', nullable: true })
  readonly begunAt!: Date | null;

  @Column({ name: 'ended_at', type: 'timestamptz', nullable: true })
  readonly endedAt!: Date | null;

  @Column({ type: 'jsonb', nullable: true })
  readonly refusal!: StoredRefusal | null;

  @Column({ type: 'integer' })
  readonly attempts!: number;

  @Column({ name: 'lease_id', type: 'uuid', nullable: true })
  readonly leaseId!: string | null;

  @Column({ name: 'leased_until', type: 'timestamptz', nullable: true })
  readonly leasedUntil!: Date | null;
}
