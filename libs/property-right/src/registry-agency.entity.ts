import { Column, Entity, PrimaryColumn } from 'typeorm';

/** Which digits of the certificate code are a registry's (Annex 6). */
@Entity('registry_agency')
export class RegistryAgency {
  @PrimaryColumn({ name: 'party_id', type: 'uuid' })
  readonly partyId!: string;

  /** First two digits of the administrative division code. */
  @Column({ type: 'text' })
  readonly region!: string;

  @Column({ type: 'text' })
  readonly agency!: string;

  @Column({ name: 'assigned_by', type: 'uuid' })
  readonly assignedBy!: string;

  @Column({ name: 'assigned_at', type: 'timestamptz' })
  readonly assignedAt!: Date;
}
