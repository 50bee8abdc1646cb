import { Column, Entity, PrimaryColumn } from 'typeorm';

import type { Role } from '#libs/graphql';

@Entity('api_key')
export class ApiKey {
  @PrimaryColumn({ type: 'uuid' })
  readonly id!: string;

  @Column({ name: 'party_id', type: 'uuid' })
  readonly partyId!: string;

  @Column({ name: 'issued_by', type: 'uuid' })
  readonly issuedBy!: string;

  @Column({ type: 'text' })
  readonly name!: string;

  @Column({ type: 'text' })
  readonly prefix!: string;

  @Column({ name: 'secret_hash', type: 'bytea' })
  readonly secretHash!: Buffer;

  @Column({ type: 'text', array: true })
  readonly roles!: Role[];

  @Column({ name: 'issued_at', type: 'timestamptz' })
  readonly issuedAt!: Date;

  @Column({ name: 'expires_at', type: 'timestamptz' })
  readonly expiresAt!: Date;

  @Column({ name: 'revoked_at', type: 'timestamptz', nullable: true })
  readonly revokedAt!: Date | null;
}
