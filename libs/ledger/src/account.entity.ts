import { Column, Entity, PrimaryColumn } from 'typeorm';

@Entity('account')
export class Account {
  @PrimaryColumn({ type: 'uuid' })
  readonly id!: string;

  @Column({ name: 'party_id', type: 'uuid' })
  readonly partyId!: string;

  @Column({ type: 'text' })
  readonly kind!: 'RECEIVABLE' | 'PAYABLE';

  @Column({ type: 'text' })
  readonly currency!: 'CNY';
}
