import { Column, Entity, PrimaryColumn } from 'typeorm';

import { bigintColumn } from '#libs/database';

import type { Purpose } from './purpose.ts';

@Entity('usage_grant')
export class UsageGrant {
  @PrimaryColumn({ type: 'uuid' })
  readonly id!: string;

  @Column({ name: 'access_request_id', type: 'uuid' })
  readonly accessRequestId!: string;

  @Column({ name: 'listing_id', type: 'uuid' })
  readonly listingId!: string;

  @Column({ name: 'product_id', type: 'uuid' })
  readonly productId!: string;

  @Column({ name: 'provider_id', type: 'uuid' })
  readonly providerId!: string;

  @Column({ name: 'consumer_id', type: 'uuid' })
  readonly consumerId!: string;

  @Column({ type: 'text' })
  readonly purpose!: Purpose;

  @Column({ type: 'text', array: true, nullable: true })
  readonly fields!: string[] | null;

  @Column({ name: 'demands_consent', type: 'boolean' })
  readonly demandsConsent!: boolean;

  @Column({ name: 'price_per_call', type: 'numeric', precision: 20, scale: 10 })
  readonly pricePerCall!: string;

  @Column({ type: 'bigint', transformer: bigintColumn })
  readonly quota!: bigint;

  @Column({ type: 'bigint', transformer: bigintColumn })
  readonly remaining!: bigint;

  @Column({ name: 'valid_from', type: 'timestamptz' })
  readonly validFrom!: Date;

  @Column({ name: 'expires_at', type: 'timestamptz' })
  readonly expiresAt!: Date;

  @Column({ name: 'is_frozen', type: 'boolean' })
  readonly isFrozen!: boolean;
}
