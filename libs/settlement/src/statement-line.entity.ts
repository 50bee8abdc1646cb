import { Column, Entity, PrimaryColumn } from 'typeorm';

import { bigintColumn } from '#libs/database';

@Entity('statement_line')
export class StatementLine {
  @PrimaryColumn({ name: 'statement_id', type: 'uuid' })
  readonly statementId!: string;

  @PrimaryColumn({ type: 'integer' })
  readonly line!: number;

  @Column({ type: 'text' })
  readonly month!: string;

  @Column({ name: 'consumer_id', type: 'uuid' })
  readonly consumerId!: string;

  @Column({ name: 'provider_id', type: 'uuid' })
  readonly providerId!: string;

  @Column({ name: 'usage_grant_id', type: 'uuid' })
  readonly usageGrantId!: string;

  @Column({ name: 'product_id', type: 'uuid' })
  readonly productId!: string;

  @Column({ type: 'bigint', transformer: bigintColumn })
  readonly units!: bigint;

  @Column({ name: 'price_per_call', type: 'numeric', precision: 20, scale: 10 })
  readonly pricePerCall!: string;

  @Column({ name: 'amount_minor', type: 'bigint', transformer: bigintColumn })
  readonly amountMinor!: bigint;

  @Column({ type: 'text' })
  readonly currency!: 'CNY';
}
