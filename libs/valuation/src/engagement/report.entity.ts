import { Column, Entity, PrimaryColumn } from 'typeorm';

import { bigintColumn } from '#libs/database';
import type { LegalDay } from '#libs/foundation';
import type { Currency } from '#libs/money';

import type { ValuationKind, ValuationPurpose } from './engagement-state.ts';

/** A delivered report: the signed document, and what of it is asked for. */
@Entity('valuation_report')
export class Report {
  @PrimaryColumn({ name: 'engagement_id', type: 'uuid' })
  readonly engagementId!: string;

  @Column({ name: 'asset_id', type: 'uuid' })
  readonly assetId!: string;

  @Column({ name: 'holder_id', type: 'uuid' })
  readonly holderId!: string;

  @Column({ name: 'firm_id', type: 'uuid' })
  readonly firmId!: string;

  @Column({ type: 'text' })
  readonly kind!: ValuationKind;

  @Column({ type: 'text' })
  readonly purpose!: ValuationPurpose;

  @Column({ name: 'is_state_owned', type: 'boolean' })
  readonly isStateOwned!: boolean;

  /** Compact JWS. */
  @Column({ type: 'text' })
  readonly document!: string;

  /** Of the document. */
  @Column({ type: 'bytea' })
  readonly sha256!: Buffer;

  @Column({ name: 'value_minor', type: 'bigint', nullable: true, transformer: bigintColumn })
  readonly valueMinor!: bigint | null;

  @Column({ type: 'text', nullable: true })
  readonly currency!: Currency | null;

  @Column({ type: 'numeric', nullable: true })
  readonly score!: string | null;

  @Column({ name: 'base_date', type: 'date' })
  readonly baseDate!: LegalDay;

  /** The last day on which it may be used. */
  @Column({ name: 'valid_until', type: 'date' })
  readonly validUntil!: LegalDay;

  @Column({ name: 'kept_until', type: 'date' })
  readonly keptUntil!: LegalDay;

  @Column({ name: 'delivered_by', type: 'uuid' })
  readonly deliveredBy!: string;

  @Column({ name: 'delivered_at', type: 'timestamptz' })
  readonly deliveredAt!: Date;

  /** Through all status lists; null: it was delivered before there were any. */
  @Column({ name: 'status_index', type: 'integer', nullable: true })
  readonly statusIndex!: number | null;
}
