import { Column, Entity, PrimaryColumn } from 'typeorm';

export enum AssetState {
  UNREGISTERED = 'UNREGISTERED',
  REGISTERED = 'REGISTERED',
  CANCELLED = 'CANCELLED',
  LAPSED = 'LAPSED',
  REVOKED = 'REVOKED',
}

@Entity('asset')
export class Asset {
  @PrimaryColumn({ type: 'uuid' })
  readonly id!: string;

  @Column({ name: 'dataset_version_id', type: 'uuid' })
  readonly datasetVersionId!: string;

  @Column({ name: 'provider_id', type: 'uuid' })
  readonly providerId!: string;

  @Column({ type: 'text' })
  readonly name!: string;

  @Column({ type: 'text' })
  readonly overview!: string;

  @Column({ type: 'text' })
  readonly state!: AssetState;

  @Column({ name: 'created_at', type: 'timestamptz' })
  readonly createdAt!: Date;

  /** When it left the register, for good. */
  @Column({ name: 'ended_at', type: 'timestamptz', nullable: true })
  readonly endedAt!: Date | null;
}
