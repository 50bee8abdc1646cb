import { Column, Entity, PrimaryColumn } from 'typeorm';

/** 备案 of a report on what the state owns, with the authority that supervises it. */
@Entity('valuation_report_filing')
export class ReportFiling {
  @PrimaryColumn({ name: 'engagement_id', type: 'uuid' })
  readonly engagementId!: string;

  @Column({ type: 'text' })
  readonly number!: string;

  @Column({ name: 'filed_with', type: 'uuid' })
  readonly filedWith!: string;

  @Column({ name: 'filed_by', type: 'uuid' })
  readonly filedBy!: string;

  @Column({ name: 'filed_at', type: 'timestamptz' })
  readonly filedAt!: Date;
}
