import { Column, Entity, PrimaryColumn } from 'typeorm';

import type { ReportCalculation, ReportContent } from '../report/calculate-report.ts';

/** A draft of a report: what goes in, and what comes out of it. */
@Entity('valuation_draft')
export class Draft {
  @PrimaryColumn({ name: 'engagement_id', type: 'uuid' })
  readonly engagementId!: string;

  @PrimaryColumn({ type: 'integer' })
  readonly number!: number;

  @Column({ type: 'jsonb' })
  readonly content!: ReportContent;

  @Column({ type: 'jsonb' })
  readonly calculation!: ReportCalculation;

  @Column({ name: 'prepared_by', type: 'uuid' })
  readonly preparedBy!: string;

  @Column({ name: 'prepared_at', type: 'timestamptz' })
  readonly preparedAt!: Date;

  @Column({ name: 'reviewed_by', type: 'uuid', nullable: true })
  readonly reviewedBy!: string | null;

  @Column({ name: 'reviewed_at', type: 'timestamptz', nullable: true })
  readonly reviewedAt!: Date | null;

  @Column({ name: 'is_approved', type: 'boolean', nullable: true })
  readonly isApproved!: boolean | null;

  @Column({ name: 'review_note', type: 'text', nullable: true })
  readonly reviewNote!: string | null;
}
