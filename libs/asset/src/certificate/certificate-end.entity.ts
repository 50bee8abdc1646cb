import { Column, Entity, PrimaryColumn } from 'typeorm';

/** That a certificate stopped to count before its time. */
@Entity('certificate_end')
export class CertificateEnd {
  @PrimaryColumn({ name: 'certificate_id', type: 'uuid' })
  readonly certificateId!: string;

  @Column({ name: 'ended_at', type: 'timestamptz' })
  readonly endedAt!: Date;

  @Column({ type: 'text' })
  readonly cause!: 'SUPERSEDED' | 'CANCELLED' | 'REVOKED';

  @Column({ type: 'text', nullable: true })
  readonly reason!: string | null;
}
