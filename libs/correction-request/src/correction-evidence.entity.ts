import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A file that an asker shows; never changed. */
@Entity('correction_evidence')
export class CorrectionEvidence {
  @PrimaryColumn({ name: 'request_id', type: 'uuid' })
  readonly requestId!: string;

  @PrimaryColumn({ name: 'upload_id', type: 'uuid' })
  readonly uploadId!: string;

  @Column({ type: 'bytea' })
  readonly sha256!: Buffer;
}
