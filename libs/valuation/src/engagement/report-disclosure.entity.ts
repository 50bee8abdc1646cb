import { Column, Entity, PrimaryColumn } from 'typeorm';

/** Whom the holder has shown a report. */
@Entity('valuation_report_disclosure')
export class ReportDisclosure {
  @PrimaryColumn({ name: 'engagement_id', type: 'uuid' })
  readonly engagementId!: string;

  @PrimaryColumn({ name: 'party_id', type: 'uuid' })
  readonly partyId!: string;

  @Column({ name: 'disclosed_by', type: 'uuid' })
  readonly disclosedBy!: string;

  @Column({ name: 'disclosed_at', type: 'timestamptz' })
  readonly disclosedAt!: Date;
}
