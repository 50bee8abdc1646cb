import { Column, Entity, PrimaryColumn } from 'typeorm';

import type { CorrectionRequestState } from './correction-state.ts';

/** 更正申请: a party finds public data about it wrong. What it says may be personal data, and never reaches the log. */
@Entity('correction_request')
export class CorrectionRequest {
  @PrimaryColumn({ type: 'uuid' })
  readonly id!: string;

  @Column({ name: 'asker_id', type: 'uuid' })
  readonly askerId!: string;

  /** The holding body, or the data bureau. */
  @Column({ name: 'addressee_id', type: 'uuid' })
  readonly addresseeId!: string;

  /** Null: at the bureau, not forwarded. */
  @Column({ name: 'holder_id', type: 'uuid', nullable: true })
  readonly holderId!: string | null;

  @Column({ name: 'dataset_id', type: 'uuid', nullable: true })
  readonly datasetId!: string | null;

  @Column({ name: 'asset_id', type: 'uuid', nullable: true })
  readonly assetId!: string | null;

  @Column({ name: 'which_field', type: 'text' })
  readonly whichField!: string;

  @Column({ name: 'what_is_wrong', type: 'text' })
  readonly whatIsWrong!: string;

  @Column({ name: 'what_it_should_be', type: 'text' })
  readonly whatItShouldBe!: string;

  @Column({ type: 'text' })
  readonly state!: CorrectionRequestState;

  @Column({ name: 'filed_by', type: 'uuid' })
  readonly filedBy!: string;

  @Column({ name: 'filed_at', type: 'timestamptz' })
  readonly filedAt!: Date;

  @Column({ name: 'forwarded_by', type: 'uuid', nullable: true })
  readonly forwardedBy!: string | null;

  @Column({ name: 'forwarded_at', type: 'timestamptz', nullable: true })
  readonly forwardedAt!: Date | null;

  @Column({ name: 'received_at', type: 'timestamptz', nullable: true })
  readonly receivedAt!: Date | null;

  @Column({ name: 'extended_by', type: 'uuid', nullable: true })
  readonly extendedBy!: string | null;

  @Column({ name: 'extended_at', type: 'timestamptz', nullable: true })
  readonly extendedAt!: Date | null;

  @Column({ name: 'extension_reason', type: 'text', nullable: true })
  readonly extensionReason!: string | null;

  @Column({ name: 'withdrawn_by', type: 'uuid', nullable: true })
  readonly withdrawnBy!: string | null;

  @Column({ name: 'withdrawn_at', type: 'timestamptz', nullable: true })
  readonly withdrawnAt!: Date | null;
}
