import { Column, Entity, PrimaryColumn } from 'typeorm';

import type { Role } from '#libs/graphql';

@Entity('person')
export class Person {
  @PrimaryColumn({ type: 'uuid' })
  readonly id!: string;

  @Column({ name: 'party_id', type: 'uuid' })
  readonly partyId!: string;

  @Column({ type: 'text' })
  readonly login!: string;

  @Column({ name: 'display_name', type: 'text' })
  readonly displayName!: string;

  @Column({ type: 'text', array: true })
  readonly roles!: Role[];

  @Column({ name: 'password_hash', type: 'text' })
  readonly passwordHash!: string;

  @Column({ name: 'is_active', type: 'boolean' })
  readonly isActive!: boolean;

  @Column({ name: 'created_at', type: 'timestamptz' })
  readonly createdAt!: Date;
}
