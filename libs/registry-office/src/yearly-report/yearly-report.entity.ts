import { Column, Entity, PrimaryColumn } from 'typeorm';

export enum YearlyReportState {
  DUE = 'DUE',
  PREPARED = 'PREPARED',
  SUBMITTED = 'SUBMITTED',
}

/** What a registry reports of a year; once submitted it never changes. */
@Entity('yearly_report')
export class YearlyReport {
  @PrimaryColumn({ type: 'uuid' })
  readonly id!: string;

  @Column({ name: 'registry_id', type: 'uuid' })
  readonly registryId!: string;

  @Column({ type: 'integer' })
  readonly year!: number;

  @Column({ type: 'text' })
  readonly state!: YearlyReportState;

  /** Figures and text, canonical JSON; null until it is prepared. */
  @Column({ type: 'text', nullable: true })
  readonly document!: string | null;

  @Column({ name: 'document_sha256', type: 'bytea', nullable: true })
  readonly documentSha256!: Buffer | null;

  @Column({ name: 'prepared_by', type: 'uuid', nullable: true })
  readonly preparedBy!: string | null;

  @Column({ name: 'prepared_at', type: 'timestamptz', nullable: true })
  readonly preparedAt!: Date | null;

  @Column({ name: 'submitted_by', type: 'uuid', nullable: true })
  readonly submittedBy!: string | null;

  @Column({ name: 'submitted_at', type: 'timestamptz', nullable: true })
  readonly submittedAt!: Date | null;
}
