import { Column, Entity, PrimaryColumn } from 'typeorm';

export enum ObjectionState {
  OPEN = 'OPEN',
  DISMISSED = 'DISMISSED',
  UPHELD = 'UPHELD',
  MOOT = 'MOOT',
  NOTIFIED = 'NOTIFIED',
}

/** 异议: a party known by name is, with evidence, against what is on public notice. */
@Entity('objection')
export class Objection {
  @PrimaryColumn({ type: 'uuid' })
  readonly id!: string;

  @Column({ name: 'registration_id', type: 'uuid' })
  readonly registrationId!: string;

  @Column({ name: 'objector_id', type: 'uuid' })
  readonly objectorId!: string;

  @Column({ name: 'applicant_id', type: 'uuid' })
  readonly applicantId!: string;

  @Column({ name: 'registry_id', type: 'uuid' })
  readonly registryId!: string;

  @Column({ name: 'lodged_by', type: 'uuid' })
  readonly lodgedBy!: string;

  @Column({ type: 'text' })
  readonly grounds!: string;

  @Column({ name: 'upload_id', type: 'uuid' })
  readonly uploadId!: string;

  @Column({ name: 'evidence_sha256', type: 'bytea' })
  readonly evidenceSha256!: Buffer;

  @Column({ name: 'lodged_at', type: 'timestamptz' })
  readonly lodgedAt!: Date;

  @Column({ type: 'text' })
  readonly state!: ObjectionState;

  /** To what is registered already, not to what is on public notice. */
  @Column({ name: 'is_later', type: 'boolean' })
  readonly isLater!: boolean;

  @Column({ name: 'decided_by', type: 'uuid', nullable: true })
  readonly decidedBy!: string | null;

  @Column({ name: 'decided_at', type: 'timestamptz', nullable: true })
  readonly decidedAt!: Date | null;

  @Column({ name: 'decision_reason', type: 'text', nullable: true })
  readonly decisionReason!: string | null;
}
