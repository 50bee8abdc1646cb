import { Column, Entity, PrimaryColumn } from 'typeorm';

import { bigintColumn } from '#libs/database';

@Entity('statement')
export class Statement {
  @PrimaryColumn({ type: 'uuid' })
  readonly id!: string;

  @Column({ type: 'text' })
  readonly month!: string;

  @Column({ name: 'consumer_id', type: 'uuid' })
  readonly consumerId!: string;

  @Column({ type: 'bigint', transformer: bigintColumn })
  readonly units!: bigint;

  @Column({ name: 'amount_minor', type: 'bigint', transformer: bigintColumn })
  readonly amountMinor!: bigint;

  @Column({ type: 'text' })
  readonly currency!: 'CNY';

  @Column({ name: 'issued_at', type: 'timestamptz' })
  readonly issuedAt!: Date;
}
