import { Column, Entity, PrimaryColumn } from 'typeorm';

import type { LegalDay } from '#libs/foundation';

/** What lets a firm, or somebody of it, appraise. */
export enum QualificationKind {
  FIRM_FILING = 'FIRM_FILING',
  ASSET_APPRAISER = 'ASSET_APPRAISER',
  OTHER_APPRAISER = 'OTHER_APPRAISER',
  PRACTITIONER = 'PRACTITIONER',
}

@Entity('appraisal_qualification')
export class Qualification {
  @PrimaryColumn({ type: 'uuid' })
  readonly id!: string;

  @Column({ type: 'text' })
  readonly kind!: QualificationKind;

  @Column({ name: 'firm_id', type: 'uuid' })
  readonly firmId!: string;

  /** Null: the firm itself. */
  @Column({ name: 'person_id', type: 'uuid', nullable: true })
  readonly personId!: string | null;

  /** As it was issued. */
  @Column({ type: 'text' })
  readonly number!: string;

  @Column({ name: 'valid_from', type: 'date' })
  readonly validFrom!: LegalDay;

  /** The last day; null: it has no end. */
  @Column({ name: 'valid_until', type: 'date', nullable: true })
  readonly validUntil!: LegalDay | null;

  @Column({ name: 'recorded_by', type: 'uuid' })
  readonly recordedBy!: string;

  @Column({ name: 'recorded_at', type: 'timestamptz' })
  readonly recordedAt!: Date;

  @Column({ name: 'ended_by', type: 'uuid', nullable: true })
  readonly endedBy!: string | null;

  @Column({ name: 'ended_at', type: 'timestamptz', nullable: true })
  readonly endedAt!: Date | null;

  @Column({ name: 'end_reason', type: 'text', nullable: true })
  readonly endReason!: string | null;
}
