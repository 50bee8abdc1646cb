import { Column, Entity, PrimaryColumn } from 'typeorm';

@Entity('journal_entry')
export class JournalEntry {
  @PrimaryColumn({ type: 'uuid' })
  readonly id!: string;

  @Column({ type: 'text' })
  readonly kind!: 'STATEMENT';

  @Column({ name: 'reference_id', type: 'uuid' })
  readonly referenceId!: string;

  @Column({ name: 'booked_at', type: 'timestamptz' })
  readonly bookedAt!: Date;
}
