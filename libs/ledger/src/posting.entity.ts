import { Column, Entity, PrimaryColumn } from 'typeorm';

import { bigintColumn } from '#libs/database';

@Entity('posting')
export class Posting {
  @PrimaryColumn({ name: 'journal_entry_id', type: 'uuid' })
  readonly journalEntryId!: string;

  @PrimaryColumn({ type: 'integer' })
  readonly line!: number;

  @Column({ name: 'account_id', type: 'uuid' })
  readonly accountId!: string;

  @Column({ name: 'party_id', type: 'uuid' })
  readonly partyId!: string;

  @Column({ name: 'amount_minor', type: 'bigint', transformer: bigintColumn })
  readonly amountMinor!: bigint;

  @Column({ type: 'text' })
  readonly currency!: 'CNY';
}
