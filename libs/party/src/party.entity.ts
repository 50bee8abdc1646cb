import { Column, Entity, PrimaryColumn } from 'typeorm';

import type { PartyKind } from './party-kind.ts';

@Entity('party')
export class Party {
  @PrimaryColumn({ type: 'uuid' })
  readonly id!: string;

  @Column({ type: 'text' })
  readonly kind!: PartyKind;

  @Column({ type: 'text' })
  readonly name!: string;

  @Column({ type: 'text', nullable: true })
  readonly uscc!: string | null;

  @Column({ name: 'subject_key', type: 'bytea', nullable: true })
  readonly subjectKey!: Buffer | null;

  @Column({ name: 'is_sample', type: 'boolean' })
  readonly isSample!: boolean;

  @Column({ name: 'registered_at', type: 'timestamptz' })
  readonly registeredAt!: Date;
}
