import { Column, Entity, PrimaryColumn } from 'typeorm';

@Entity('dataset')
export class Dataset {
  @PrimaryColumn({ type: 'uuid' })
  readonly id!: string;

  @Column({ name: 'provider_id', type: 'uuid' })
  readonly providerId!: string;

  @Column({ type: 'text' })
  readonly name!: string;

  @Column({ type: 'text' })
  readonly description!: string;

  @Column({ name: 'registered_at', type: 'timestamptz' })
  readonly registeredAt!: Date;
}
