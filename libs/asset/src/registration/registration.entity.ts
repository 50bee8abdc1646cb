import { Column, Entity, PrimaryColumn } from 'typeorm';

import type { Materials } from './materials.ts';
import type { RegistrationGround, RegistrationState, RegistrationType } from './registration-state.ts';
import type { Track } from '../track.ts';

@Entity('registration')
export class Registration {
  @PrimaryColumn({ type: 'uuid' })
  readonly id!: string;

  @Column({ name: 'asset_id', type: 'uuid' })
  readonly assetId!: string;

  @Column({ name: 'applicant_id', type: 'uuid' })
  readonly applicantId!: string;

  @Column({ name: 'registry_id', type: 'uuid' })
  readonly registryId!: string;

  /** Always A: track B's applications are another entity over the same table. */
  @Column({ type: 'text' })
  readonly track!: Track;

  @Column({ type: 'text' })
  readonly type!: RegistrationType;

  /** What it would have the register say. */
  @Column({ type: 'text' })
  readonly name!: string;

  @Column({ type: 'text' })
  readonly overview!: string;

  @Column({ type: 'text', nullable: true })
  readonly ground!: RegistrationGround | null;

  @Column({ type: 'text' })
  readonly state!: RegistrationState;

  /** Null on track B only. */
  @Column({ type: 'jsonb', nullable: true })
  readonly materials!: Materials;

  @Column({ name: 'prepared_by', type: 'uuid' })
  readonly preparedBy!: string;

  @Column({ name: 'prepared_at', type: 'timestamptz' })
  readonly preparedAt!: Date;

  @Column({ name: 'submitted_by', type: 'uuid', nullable: true })
  readonly submittedBy!: string | null;

  @Column({ name: 'submitted_at', type: 'timestamptz', nullable: true })
  readonly submittedAt!: Date | null;

  @Column({ name: 'accepted_by', type: 'uuid', nullable: true })
  readonly acceptedBy!: string | null;

  @Column({ name: 'accepted_at', type: 'timestamptz', nullable: true })
  readonly acceptedAt!: Date | null;

  @Column({ name: 'reviewed_by', type: 'uuid', nullable: true })
  readonly reviewedBy!: string | null;

  @Column({ name: 'reviewed_at', type: 'timestamptz', nullable: true })
  readonly reviewedAt!: Date | null;

  @Column({ name: 'publicity_from', type: 'date', nullable: true })
  readonly publicityFrom!: string | null;

  @Column({ name: 'publicity_until', type: 'date', nullable: true })
  readonly publicityUntil!: string | null;

  @Column({ name: 'decided_by', type: 'uuid', nullable: true })
  readonly decidedBy!: string | null;

  @Column({ name: 'decided_at', type: 'timestamptz', nullable: true })
  readonly decidedAt!: Date | null;

  @Column({ type: 'text', nullable: true })
  readonly reason!: string | null;

  /** Of a correction that somebody else than the holder has proposed. */
  @Column({ name: 'proposal_id', type: 'uuid', nullable: true })
  readonly proposalId!: string | null;

  /** By the registry on proof, without the holder's consent (Art. 9). */
  @Column({ name: 'is_ordered', type: 'boolean', default: false })
  readonly isOrdered!: boolean;

  /** Of a change of the data: the version that the asset is to be of. */
  @Column({ name: 'dataset_version_id', type: 'uuid', nullable: true })
  readonly datasetVersionId!: string | null;

  /** Of a first registration: when the resource or product was delivered under authorised operation (Art. 9). */
  @Column({ name: 'delivered_on', type: 'date', nullable: true })
  readonly deliveredOn!: string | null;

  @Column({ name: 'filing_due', type: 'date', nullable: true })
  readonly filingDue!: string | null;

  @Column({ name: 'is_filing_due_provisional', type: 'boolean', nullable: true })
  readonly isFilingDueProvisional!: boolean | null;

  /** The day of the first submission; what is submitted again does not become late by it. */
  @Column({ name: 'filed_on', type: 'date', nullable: true })
  readonly filedOn!: string | null;

  /** The database's to say. Null: not filed, nothing delivered, or counted by a calendar that is not published. */
  @Column({ name: 'is_filed_in_time', type: 'boolean', nullable: true, insert: false, update: false })
  readonly isFiledInTime!: boolean | null;

  /** Everybody who has written on it; kept by the database. */
  @Column({ type: 'uuid', array: true, insert: false, update: false })
  readonly preparers!: string[];

  /** The chief for whom a delegate has submitted it. */
  @Column({ name: 'on_behalf_of', type: 'uuid', nullable: true })
  readonly onBehalfOf!: string | null;

  @Column({ name: 'delegation_id', type: 'uuid', nullable: true })
  readonly delegationId!: string | null;

  @Column({ name: 'withdrawn_by', type: 'uuid', nullable: true })
  readonly withdrawnBy!: string | null;

  @Column({ name: 'withdrawn_at', type: 'timestamptz', nullable: true })
  readonly withdrawnAt!: Date | null;

  @Column({ name: 'withdrawal_delegation_id', type: 'uuid', nullable: true })
  readonly withdrawalDelegationId!: string | null;
}
