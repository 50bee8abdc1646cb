import { Column, Entity, PrimaryColumn } from 'typeorm';

@Entity('usage_record')
export class UsageRecord {
  @PrimaryColumn({ name: 'usage_grant_id', type: 'uuid' })
  readonly usageGrantId!: string;

  @PrimaryColumn({ name: 'client_id', type: 'text' })
  readonly clientId!: string;

  @Column({ name: 'consumer_id', type: 'uuid' })
  readonly consumerId!: string;

  @Column({ name: 'provider_id', type: 'uuid' })
  readonly providerId!: string;

  @Column({ name: 'product_id', type: 'uuid' })
  readonly productId!: string;

  @Column({ name: 'listing_id', type: 'uuid' })
  readonly listingId!: string;

  @Column({ name: 'price_per_call', type: 'numeric', precision: 20, scale: 10 })
  readonly pricePerCall!: string;

  @Column({ name: 'request_hash', type: 'bytea' })
  readonly requestHash!: Buffer;

  @Column({ name: 'answer_digest', type: 'bytea' })
  readonly answerDigest!: Buffer;

  @Column({ name: 'occurred_at', type: 'timestamptz' })
  readonly occurredAt!: Date;
}
