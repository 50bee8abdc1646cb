import { Column, Entity, PrimaryColumn } from 'typeorm';

/** 存证: a file deposited as evidence before anything is applied for. Its row never changes, its bytes neither. */
@Entity('evidence_deposit')
export class EvidenceDeposit {
  @PrimaryColumn({ type: 'uuid' })
  readonly id!: string;

  @Column({ name: 'party_id', type: 'uuid' })
  readonly partyId!: string;

  @Column({ name: 'upload_id', type: 'uuid' })
  readonly uploadId!: string;

  @Column({ type: 'bytea' })
  readonly sha256!: Buffer;

  @Column({ type: 'text' })
  readonly title!: string;

  @Column({ name: 'deposited_by', type: 'uuid' })
  readonly depositedBy!: string;

  @Column({ name: 'deposited_at', type: 'timestamptz' })
  readonly depositedAt!: Date;
}
