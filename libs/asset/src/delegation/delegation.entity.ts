import { Column, Entity, PrimaryColumn } from 'typeorm';

/** 委托: a chief data representative lets another person of its party submit for it, for a time. */
@Entity('delegation')
export class Delegation {
  @PrimaryColumn({ type: 'uuid' })
  readonly id!: string;

  @Column({ name: 'party_id', type: 'uuid' })
  readonly partyId!: string;

  @Column({ name: 'delegator_id', type: 'uuid' })
  readonly delegatorId!: string;

  @Column({ name: 'delegate_id', type: 'uuid' })
  readonly delegateId!: string;

  /** Null: all assets of the party. */
  @Column({ name: 'asset_id', type: 'uuid', nullable: true })
  readonly assetId!: string | null;

  @Column({ name: 'first_day', type: 'date' })
  readonly firstDay!: string;

  /** Inclusive. */
  @Column({ name: 'last_day', type: 'date' })
  readonly lastDay!: string;

  @Column({ type: 'text' })
  readonly reason!: string;

  @Column({ name: 'delegated_at', type: 'timestamptz' })
  readonly delegatedAt!: Date;

  @Column({ name: 'revoked_by', type: 'uuid', nullable: true })
  readonly revokedBy!: string | null;

  @Column({ name: 'revoked_at', type: 'timestamptz', nullable: true })
  readonly revokedAt!: Date | null;
}
