import { Column, Entity, PrimaryColumn } from 'typeorm';

import { bigintColumn } from '#libs/database';

@Entity('upload')
export class Upload {
  @PrimaryColumn({ type: 'uuid' })
  readonly id!: string;

  @Column({ name: 'party_id', type: 'uuid' })
  readonly partyId!: string;

  @Column({ name: 'file_name', type: 'text' })
  readonly fileName!: string;

  @Column({ type: 'bytea' })
  readonly sha256!: Buffer;

  @Column({ name: 'byte_size', type: 'bigint', transformer: bigintColumn })
  readonly byteSize!: bigint;

  @Column({ name: 'uploaded_at', type: 'timestamptz' })
  readonly uploadedAt!: Date;
}
