import { Column, Entity, PrimaryColumn } from 'typeorm';

/** The State Council's arrangement of a year, as it was imported. */
@Entity('calendar_year')
export class CalendarYear {
  @PrimaryColumn({ type: 'text' })
  readonly year!: string;

  @Column({ type: 'jsonb' })
  readonly off!: [string, string][];

  @Column({ type: 'jsonb' })
  readonly worked!: string[];

  @Column({ type: 'text' })
  readonly source!: string;

  @Column({ name: 'imported_by', type: 'uuid' })
  readonly importedBy!: string;

  @Column({ name: 'imported_at', type: 'timestamptz' })
  readonly importedAt!: Date;
}
