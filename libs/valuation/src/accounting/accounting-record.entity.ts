import { Column, Entity, PrimaryColumn } from 'typeorm';

import type { LegalDay } from '#libs/foundation';

import type { AccountingAnswers, AccountingClass } from './accounting-class.ts';

/** 入表: what a holder has decided about an asset in its books, with the answers that it rests on. */
@Entity('accounting_record')
export class AccountingRecord {
  @PrimaryColumn({ type: 'uuid' })
  readonly id!: string;

  @Column({ name: 'asset_id', type: 'uuid' })
  readonly assetId!: string;

  @Column({ name: 'holder_id', type: 'uuid' })
  readonly holderId!: string;

  @Column({ name: 'accounting_class', type: 'text' })
  readonly accountingClass!: AccountingClass;

  @Column({ type: 'jsonb' })
  readonly answers!: AccountingAnswers;

  @Column({ type: 'text' })
  readonly grounds!: string;

  @Column({ name: 'effective_on', type: 'date' })
  readonly effectiveOn!: LegalDay;

  @Column({ name: 'recorded_by', type: 'uuid' })
  readonly recordedBy!: string;

  @Column({ name: 'recorded_at', type: 'timestamptz' })
  readonly recordedAt!: Date;
}
