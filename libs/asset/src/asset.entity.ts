import { Column, Entity, PrimaryColumn } from 'typeorm';

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
  readonly state!: 'UNREGISTERED' | 'REGISTERED';

  @Column({ name: 'created_at', type: 'timestamptz' })
  readonly createdAt!: Date;
}
