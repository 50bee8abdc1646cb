import { Column, Entity, PrimaryColumn } from 'typeorm';

/** On what a look at a file rests. */
export enum FileEntitlement {
  APPLICANT = 'APPLICANT',
  JOINT_HOLDER = 'JOINT_HOLDER',
  REGISTRY = 'REGISTRY',
  REGULATOR = 'REGULATOR',
  INTERESTED_PARTY = 'INTERESTED_PARTY',
}

/** That somebody has looked at a file; only the database writes it, in the transaction that answers. */
@Entity('file_look')
export class FileLook {
  @PrimaryColumn({ type: 'uuid' })
  readonly id!: string;

  @Column({ name: 'registration_id', type: 'uuid' })
  readonly registrationId!: string;

  @Column({ name: 'party_id', type: 'uuid' })
  readonly partyId!: string;

  @Column({ name: 'actor_id', type: 'uuid' })
  readonly actorId!: string;

  @Column({ type: 'text' })
  readonly entitlement!: FileEntitlement;

  @Column({ name: 'request_id', type: 'uuid', nullable: true })
  readonly requestId!: string | null;

  /** Null: one piece of evidence was fetched. */
  @Column({ type: 'text', nullable: true })
  readonly purpose!: string | null;

  @Column({ name: 'upload_id', type: 'uuid', nullable: true })
  readonly uploadId!: string | null;

  @Column({ name: 'looked_at', type: 'timestamptz' })
  readonly lookedAt!: Date;

  @Column({ name: 'applicant_id', type: 'uuid' })
  readonly applicantId!: string;

  @Column({ name: 'registry_id', type: 'uuid' })
  readonly registryId!: string;
}
