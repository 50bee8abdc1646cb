import { Column, Entity, PrimaryColumn } from 'typeorm';

import { bigintColumn } from '#libs/database';

import type { Purpose } from './purpose.ts';

@Entity('access_request')
export class AccessRequest {
  @PrimaryColumn({ type: 'uuid' })
  readonly id!: string;

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

  @Column({ type: 'text' })
  readonly justification!: string;

  @Column({ type: 'text', array: true, nullable: true })
  readonly fields!: string[] | null;

  @Column({ type: 'bigint', transformer: bigintColumn })
  readonly quota!: bigint;

  @Column({ name: 'valid_until', type: 'timestamptz' })
  readonly validUntil!: Date;

  @Column({ type: 'text' })
  readonly state!: 'SUBMITTED' | 'APPROVED' | 'REJECTED';

  @Column({ name: 'requested_by', type: 'uuid' })
  readonly requestedBy!: string;

  @Column({ name: 'requested_at', type: 'timestamptz' })
  readonly requestedAt!: Date;

  @Column({ name: 'reviewed_by', type: 'uuid', nullable: true })
  readonly reviewedBy!: string | null;

  @Column({ name: 'reviewer_party_id', type: 'uuid', nullable: true })
  readonly reviewerPartyId!: string | null;

  @Column({ name: 'reviewed_at', type: 'timestamptz', nullable: true })
  readonly reviewedAt!: Date | null;

  @Column({ type: 'text', nullable: true })
  readonly reason!: string | null;
}
