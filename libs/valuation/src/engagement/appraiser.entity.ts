import { Column, Entity, PrimaryColumn } from 'typeorm';

/** Somebody in charge of an engagement. */
@Entity('valuation_appraiser')
export class Appraiser {
  @PrimaryColumn({ name: 'engagement_id', type: 'uuid' })
  readonly engagementId!: string;

  @PrimaryColumn({ name: 'person_id', type: 'uuid' })
  readonly personId!: string;

  /** As the report names who has signed it. */
  @Column({ type: 'text' })
  readonly name!: string;

  @Column({ name: 'assigned_by', type: 'uuid' })
  readonly assignedBy!: string;

  @Column({ name: 'assigned_at', type: 'timestamptz' })
  readonly assignedAt!: Date;

  @Column({ name: 'recused_by', type: 'uuid', nullable: true })
  readonly recusedBy!: string | null;

  @Column({ name: 'recused_at', type: 'timestamptz', nullable: true })
  readonly recusedAt!: Date | null;

  @Column({ name: 'recusal_reason', type: 'text', nullable: true })
  readonly recusalReason!: string | null;

  @Column({ name: 'signed_draft', type: 'integer', nullable: true })
  readonly signedDraft!: number | null;

  @Column({ name: 'signed_at', type: 'timestamptz', nullable: true })
  readonly signedAt!: Date | null;
}
