import { Column, Entity, PrimaryColumn } from 'typeorm';

import { bigintColumn } from '#libs/database';

import type { Encoding, FileFormat } from './reading/table-format.ts';

@Entity('dataset_version')
export class DatasetVersion {
  @PrimaryColumn({ type: 'uuid' })
  readonly id!: string;

  @Column({ name: 'dataset_id', type: 'uuid' })
  readonly datasetId!: string;

  @Column({ name: 'provider_id', type: 'uuid' })
  readonly providerId!: string;

  @Column({ type: 'integer' })
  readonly number!: number;

  @Column({ name: 'upload_id', type: 'uuid' })
  readonly uploadId!: string;

  @Column({ name: 'file_format', type: 'text' })
  readonly fileFormat!: FileFormat;

  @Column({ type: 'text' })
  readonly encoding!: Encoding;

  @Column({ type: 'text' })
  readonly delimiter!: string;

  @Column({ name: 'row_count', type: 'bigint', transformer: bigintColumn })
  readonly rowCount!: bigint;

  @Column({ name: 'subject_column', type: 'text', nullable: true })
  readonly subjectColumn!: string | null;

  @Column({ type: 'text' })
  readonly state!: 'LOADED' | 'CONFIRMED';

  @Column({ name: 'loaded_at', type: 'timestamptz' })
  readonly loadedAt!: Date;

  @Column({ name: 'confirmed_at', type: 'timestamptz', nullable: true })
  readonly confirmedAt!: Date | null;

  @Column({ name: 'file_sha256', type: 'bytea' })
  readonly fileSha256!: Buffer;
}
