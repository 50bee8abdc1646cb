import { Column, Entity, PrimaryColumn } from 'typeorm';

/** Somebody else than the applicant who holds a right, before or after, and files together with it. */
@Entity('registration_filer')
export class RegistrationFiler {
  @PrimaryColumn({ name: 'registration_id', type: 'uuid' })
  readonly registrationId!: string;

  @PrimaryColumn({ name: 'party_id', type: 'uuid' })
  readonly partyId!: string;

  @Column({ name: 'applicant_id', type: 'uuid' })
  readonly applicantId!: string;

  @Column({ name: 'registry_id', type: 'uuid' })
  readonly registryId!: string;

  @Column({ name: 'form_sha256', type: 'bytea' })
  readonly formSha256!: Buffer;

  @Column({ name: 'joined_by', type: 'uuid', nullable: true })
  readonly joinedBy!: string | null;

  @Column({ name: 'joined_at', type: 'timestamptz', nullable: true })
  readonly joinedAt!: Date | null;
}
