import { Column, Entity, PrimaryColumn } from 'typeorm';

import type { Track } from '../track.ts';

@Entity('certificate')
export class Certificate {
  @PrimaryColumn({ type: 'uuid' })
  readonly id!: string;

  @Column({ type: 'text' })
  readonly track!: Track;

  @Column({ name: 'registration_id', type: 'uuid' })
  readonly registrationId!: string;

  @Column({ name: 'asset_id', type: 'uuid' })
  readonly assetId!: string;

  @Column({ name: 'holder_id', type: 'uuid' })
  readonly holderId!: string;

  @Column({ name: 'query_code', type: 'text' })
  readonly queryCode!: string;

  @Column({ name: 'valid_from', type: 'date' })
  readonly validFrom!: string;

  @Column({ name: 'valid_until', type: 'date' })
  readonly validUntil!: string;

  @Column({ type: 'text' })
  readonly document!: string;

  @Column({ type: 'bytea' })
  readonly signature!: Buffer;

  @Column({ name: 'key_id', type: 'text' })
  readonly keyId!: string;

  @Column({ name: 'issued_at', type: 'timestamptz' })
  readonly issuedAt!: Date;

  @Column({ name: 'status_index', type: 'integer' })
  readonly statusIndex!: number;
}
