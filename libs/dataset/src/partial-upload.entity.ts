import { Column, Entity, PrimaryColumn } from 'typeorm';

import { bigintColumn } from '#libs/database';

@Entity('partial_upload')
export class PartialUpload {
  @PrimaryColumn({ type: 'uuid' })
  readonly id!: string;

  @Column({ name: 'party_id', type: 'uuid' })
  readonly partyId!: string;

  @Column({ name: 'file_name', type: 'text' })
  readonly fileName!: string;

  @Column({ name: 'byte_size', type: 'bigint', transformer: bigintColumn })
  readonly byteSize!: bigint;

  @Column({ name: 'begun_at', type: 'timestamptz' })
  readonly begunAt!: Date;

  @Column({ name: 'upload_id', type: 'uuid', nullable: true })
  readonly uploadId!: string | null;
}
