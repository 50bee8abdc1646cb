import { Column, Entity, PrimaryColumn } from 'typeorm';

/** 利害关系: what keeps a firm, or one of its people, from valuing what concerns a party. */
@Entity('appraiser_interest')
export class AppraiserInterest {
  @PrimaryColumn({ type: 'uuid' })
  readonly id!: string;

  @Column({ name: 'firm_id', type: 'uuid' })
  readonly firmId!: string;

  /** Null: the firm itself. */
  @Column({ name: 'person_id', type: 'uuid', nullable: true })
  readonly personId!: string | null;

  @Column({ name: 'party_id', type: 'uuid' })
  readonly partyId!: string;

  @Column({ type: 'text' })
  readonly nature!: string;

  @Column({ name: 'declared_by', type: 'uuid' })
  readonly declaredBy!: string;

  @Column({ name: 'declared_at', type: 'timestamptz' })
  readonly declaredAt!: Date;

  @Column({ name: 'ended_by', type: 'uuid', nullable: true })
  readonly endedBy!: string | null;

  @Column({ name: 'ended_at', type: 'timestamptz', nullable: true })
  readonly endedAt!: Date | null;
}
