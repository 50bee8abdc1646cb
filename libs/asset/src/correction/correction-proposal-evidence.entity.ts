import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A file that a proposal of a correction rests on; its row never changes. */
@Entity('correction_proposal_evidence')
export class CorrectionProposalEvidence {
  @PrimaryColumn({ name: 'proposal_id', type: 'uuid' })
  readonly proposalId!: string;

  @PrimaryColumn({ name: 'upload_id', type: 'uuid' })
  readonly uploadId!: string;

  /** Shown to the registry, not with the proposal itself. */
  @PrimaryColumn({ name: 'is_proof', type: 'boolean' })
  readonly isProof!: boolean;

  @Column({ type: 'bytea' })
  readonly sha256!: Buffer;

  @Column({ name: 'proposer_id', type: 'uuid' })
  readonly proposerId!: string;

  @Column({ name: 'holder_id', type: 'uuid' })
  readonly holderId!: string;

  @Column({ name: 'registry_id', type: 'uuid' })
  readonly registryId!: string;
}
