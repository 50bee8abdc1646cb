import { Column, Entity, PrimaryColumn } from 'typeorm';

@Entity('settlement_month')
export class SettlementMonth {
  @PrimaryColumn({ type: 'text' })
  readonly month!: string;

  @Column({ name: 'closed_at', type: 'timestamptz' })
  readonly closedAt!: Date;

  @Column({ name: 'closed_by', type: 'uuid' })
  readonly closedBy!: string;
}
