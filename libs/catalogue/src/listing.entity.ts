import { Column, Entity, PrimaryColumn } from 'typeorm';

@Entity('listing')
export class Listing {
  @PrimaryColumn({ type: 'uuid' })
  readonly id!: string;

  @Column({ name: 'product_id', type: 'uuid' })
  readonly productId!: string;

  @Column({ name: 'provider_id', type: 'uuid' })
  readonly providerId!: string;

  @Column({ name: 'operator_id', type: 'uuid' })
  readonly operatorId!: string;

  @Column({ name: 'platform_id', type: 'uuid' })
  readonly platformId!: string;

  /** Currency units, exact, as decimal text. */
  @Column({ name: 'price_per_call', type: 'numeric', precision: 20, scale: 10 })
  readonly pricePerCall!: string;

  @Column({ type: 'text' })
  readonly currency!: 'CNY';

  @Column({ name: 'provider_weight', type: 'integer' })
  readonly providerWeight!: number;

  @Column({ name: 'operator_weight', type: 'integer' })
  readonly operatorWeight!: number;

  @Column({ name: 'platform_weight', type: 'integer' })
  readonly platformWeight!: number;

  @Column({ type: 'text' })
  readonly state!: 'LISTED' | 'DELISTED';

  @Column({ name: 'listed_by', type: 'uuid' })
  readonly listedBy!: string;

  @Column({ name: 'listed_at', type: 'timestamptz' })
  readonly listedAt!: Date;

  @Column({ name: 'delisted_at', type: 'timestamptz', nullable: true })
  readonly delistedAt!: Date | null;
}
