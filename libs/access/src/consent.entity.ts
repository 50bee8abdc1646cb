import { Column, Entity, PrimaryColumn } from 'typeorm';

import type { Purpose } from './purpose.ts';

@Entity('consent')
export class Consent {
  @PrimaryColumn({ type: 'uuid' })
  readonly id!: string;

  @Column({ name: 'product_id', type: 'uuid' })
  readonly productId!: string;

  @Column({ name: 'recipient_id', type: 'uuid' })
  readonly recipientId!: string;

  @Column({ type: 'text' })
  readonly purpose!: Purpose;

  @Column({ name: 'subject_key', type: 'bytea' })
  readonly subjectKey!: Buffer;

  @Column({ name: 'evidence_digest', type: 'bytea', nullable: true })
  readonly evidenceDigest!: Buffer | null;

  @Column({ name: 'recorded_by_party', type: 'uuid' })
  readonly recordedByParty!: string;

  @Column({ name: 'recorded_by', type: 'uuid' })
  readonly recordedBy!: string;

  @Column({ name: 'given_at', type: 'timestamptz' })
  readonly givenAt!: Date;

  @Column({ name: 'withdrawn_at', type: 'timestamptz', nullable: true })
  readonly withdrawnAt!: Date | null;
}
