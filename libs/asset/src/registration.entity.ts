import { Column, Entity, PrimaryColumn } from 'typeorm';

import type { RegistrationState } from './registration-state.ts';

/** The seven groups of materials of a first registration, 发改数据规〔2025〕26号 Art. 9. */
export interface Materials {
  readonly subject: string;
  readonly lawfulSource: string;
  readonly resource: string;
  readonly evidence: string;
  readonly productsAndServices: string;
  readonly scenarios: string;
  readonly riskAssessment: string;
}

@Entity('registration')
export class Registration {
  @PrimaryColumn({ type: 'uuid' })
  readonly id!: string;

  @Column({ name: 'asset_id', type: 'uuid' })
  readonly assetId!: string;

  @Column({ name: 'applicant_id', type: 'uuid' })
  readonly applicantId!: string;

  @Column({ name: 'registry_id', type: 'uuid' })
  readonly registryId!: string;

  @Column({ type: 'text' })
  readonly type!: 'FIRST';

  @Column({ type: 'text' })
  readonly state!: RegistrationState;

  @Column({ type: 'jsonb' })
  readonly materials!: Materials;

  @Column({ name: 'prepared_by', type: 'uuid' })
  readonly preparedBy!: string;

  @Column({ name: 'prepared_at', type: 'timestamptz' })
  readonly preparedAt!: Date;

  @Column({ name: 'submitted_by', type: 'uuid', nullable: true })
  readonly submittedBy!: string | null;

  @Column({ name: 'submitted_at', type: 'timestamptz', nullable: true })
  readonly submittedAt!: Date | null;

  @Column({ name: 'acceptance_due', type: 'date', nullable: true })
  readonly acceptanceDue!: string | null;

  @Column({ name: 'accepted_by', type: 'uuid', nullable: true })
  readonly acceptedBy!: string | null;

  @Column({ name: 'accepted_at', type: 'timestamptz', nullable: true })
  readonly acceptedAt!: Date | null;

  @Column({ name: 'review_due', type: 'date', nullable: true })
  readonly reviewDue!: string | null;

  @Column({ name: 'reviewed_by', type: 'uuid', nullable: true })
  readonly reviewedBy!: string | null;

  @Column({ name: 'reviewed_at', type: 'timestamptz', nullable: true })
  readonly reviewedAt!: Date | null;

  @Column({ name: 'publicity_from', type: 'date', nullable: true })
  readonly publicityFrom!: string | null;

  @Column({ name: 'publicity_until', type: 'date', nullable: true })
  readonly publicityUntil!: string | null;

  @Column({ name: 'decided_by', type: 'uuid', nullable: true })
  readonly decidedBy!: string | null;

  @Column({ name: 'decided_at', type: 'timestamptz', nullable: true })
  readonly decidedAt!: Date | null;

  @Column({ type: 'text', nullable: true })
  readonly reason!: string | null;
}
