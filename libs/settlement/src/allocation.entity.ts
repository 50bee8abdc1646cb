import { Column, Entity, PrimaryColumn } from 'typeorm';

import { bigintColumn } from '#libs/database';

import type { Capacity } from './split-line.ts';

@Entity('allocation')
export class Allocation {
  @PrimaryColumn({ name: 'statement_id', type: 'uuid' })
  readonly statementId!: string;

  @PrimaryColumn({ type: 'integer' })
  readonly line!: number;

  @PrimaryColumn({ type: 'text' })
  readonly capacity!: Capacity;

  @Column({ name: 'party_id', type: 'uuid' })
  readonly partyId!: string;

  @Column({ type: 'integer' })
  readonly weight!: number;

  @Column({ name: 'amount_minor', type: 'bigint', transformer: bigintColumn })
  readonly amountMinor!: bigint;

  @Column({ type: 'text' })
  readonly currency!: 'CNY';
}
