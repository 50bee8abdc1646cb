import { Column, Entity, PrimaryColumn } from 'typeorm';

import type { CorrectionOutcome } from './correction-state.ts';

/** An answer that a holding body has prepared; at most one of a request's is given. */
@Entity('correction_answer')
export class CorrectionAnswer {
  @PrimaryColumn({ name: 'request_id', type: 'uuid' })
  readonly requestId!: string;

  @PrimaryColumn({ type: 'integer' })
  readonly number!: number;

  @Column({ name: 'holder_id', type: 'uuid' })
  readonly holderId!: string;

  @Column({ type: 'text' })
  readonly outcome!: CorrectionOutcome;

  @Column({ type: 'text' })
  readonly explanation!: string;

  @Column({ name: 'dataset_version_id', type: 'uuid', nullable: true })
  readonly datasetVersionId!: string | null;

  @Column({ name: 'prepared_by', type: 'uuid' })
  readonly preparedBy!: string;

  @Column({ name: 'prepared_at', type: 'timestamptz' })
  readonly preparedAt!: Date;

  @Column({ name: 'given_by', type: 'uuid', nullable: true })
  readonly givenBy!: string | null;

  @Column({ name: 'given_at', type: 'timestamptz', nullable: true })
  readonly givenAt!: Date | null;
}
