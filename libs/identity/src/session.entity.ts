import { Column, Entity, PrimaryColumn } from 'typeorm';

@Entity('session')
export class Session {
  @PrimaryColumn({ type: 'uuid' })
  readonly id!: string;

  @Column({ name: 'family_id', type: 'uuid' })
  readonly familyId!: string;

  @Column({ name: 'person_id', type: 'uuid' })
  readonly personId!: string;

  @Column({ name: 'refresh_hash', type: 'bytea' })
  readonly refreshHash!: Buffer;

  @Column({ name: 'issued_at', type: 'timestamptz' })
  readonly issuedAt!: Date;

  @Column({ name: 'expires_at', type: 'timestamptz' })
  readonly expiresAt!: Date;

  @Column({ name: 'used_at', type: 'timestamptz', nullable: true })
  readonly usedAt!: Date | null;

  @Column({ name: 'revoked_at', type: 'timestamptz', nullable: true })
  readonly revokedAt!: Date | null;
}
