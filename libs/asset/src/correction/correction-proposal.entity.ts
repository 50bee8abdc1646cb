import { Column, Entity, PrimaryColumn } from 'typeorm';

import type { CorrectionProposalState } from './correction-act.ts';

/** 更正 by an interested party: somebody else than the holder says that what is registered is wrong. */
@Entity('correction_proposal')
export class CorrectionProposal {
  @PrimaryColumn({ type: 'uuid' })
  readonly id!: string;

  @Column({ name: 'asset_id', type: 'uuid' })
  readonly assetId!: string;

  @Column({ name: 'proposer_id', type: 'uuid' })
  readonly proposerId!: string;

  @Column({ name: 'holder_id', type: 'uuid' })
  readonly holderId!: string;

  @Column({ name: 'registry_id', type: 'uuid' })
  readonly registryId!: string;

  /** Null: as registered. */
  @Column({ type: 'text', nullable: true })
  readonly name!: string | null;

  @Column({ type: 'text', nullable: true })
  readonly overview!: string | null;

  @Column({ type: 'text' })
  readonly grounds!: string;

  @Column({ name: 'proposed_by', type: 'uuid' })
  readonly proposedBy!: string;

  @Column({ name: 'proposed_at', type: 'timestamptz' })
  readonly proposedAt!: Date;

  /** The last day on which the holder is waited for. */
  @Column({ name: 'answer_due', type: 'date' })
  readonly answerDue!: string;

  @Column({ name: 'is_answer_due_provisional', type: 'boolean' })
  readonly isAnswerDueProvisional!: boolean;

  @Column({ type: 'text' })
  readonly state!: CorrectionProposalState;

  @Column({ name: 'answered_by', type: 'uuid', nullable: true })
  readonly answeredBy!: string | null;

  @Column({ name: 'answered_at', type: 'timestamptz', nullable: true })
  readonly answeredAt!: Date | null;

  /** The written consent, or why it declines. */
  @Column({ type: 'text', nullable: true })
  readonly answer!: string | null;

  @Column({ type: 'text', nullable: true })
  readonly proof!: string | null;

  @Column({ name: 'brought_by', type: 'uuid', nullable: true })
  readonly broughtBy!: string | null;

  @Column({ name: 'brought_at', type: 'timestamptz', nullable: true })
  readonly broughtAt!: Date | null;

  @Column({ name: 'decided_by', type: 'uuid', nullable: true })
  readonly decidedBy!: string | null;

  @Column({ name: 'decided_at', type: 'timestamptz', nullable: true })
  readonly decidedAt!: Date | null;

  @Column({ name: 'decision_reason', type: 'text', nullable: true })
  readonly decisionReason!: string | null;
}
