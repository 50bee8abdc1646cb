import { Column, Entity, PrimaryColumn } from 'typeorm';

export enum FileInspectionState {
  REQUESTED = 'REQUESTED',
  GRANTED = 'GRANTED',
  DECLINED = 'DECLINED',
}

/** What of a file is opened by itself; certificates and the register are public anyway. */
export enum FilePart {
  APPLICATION = 'APPLICATION',
  EVIDENCE = 'EVIDENCE',
  ACTS = 'ACTS',
  OBJECTIONS = 'OBJECTIONS',
}

/** 利害关系人 asks to see a file (国数综政策〔2026〕35号 Art. 30); decided once. */
@Entity('file_inspection_request')
export class FileInspectionRequest {
  @PrimaryColumn({ type: 'uuid' })
  readonly id!: string;

  @Column({ name: 'registration_id', type: 'uuid' })
  readonly registrationId!: string;

  @Column({ name: 'requester_id', type: 'uuid' })
  readonly requesterId!: string;

  @Column({ name: 'registry_id', type: 'uuid' })
  readonly registryId!: string;

  @Column({ type: 'text' })
  readonly interest!: string;

  @Column({ type: 'text' })
  readonly purpose!: string;

  @Column({ name: 'requested_by', type: 'uuid' })
  readonly requestedBy!: string;

  @Column({ name: 'requested_at', type: 'timestamptz' })
  readonly requestedAt!: Date;

  @Column({ type: 'text' })
  readonly state!: FileInspectionState;

  @Column({ name: 'decided_by', type: 'uuid', nullable: true })
  readonly decidedBy!: string | null;

  @Column({ name: 'decided_at', type: 'timestamptz', nullable: true })
  readonly decidedAt!: Date | null;

  @Column({ name: 'decision_reason', type: 'text', nullable: true })
  readonly decisionReason!: string | null;

  @Column({ type: 'text', array: true, nullable: true })
  readonly parts!: FilePart[] | null;

  /** Exclusive. */
  @Column({ name: 'open_until', type: 'timestamptz', nullable: true })
  readonly openUntil!: Date | null;
}
