import { Column, Entity, PrimaryColumn } from 'typeorm';

import type { QualityGroup } from '../rule/rule-kind.ts';

/** What the rules said of one version at one instant, signed. Its row never changes. */
@Entity('quality_report')
export class QualityReport {
  @PrimaryColumn({ type: 'uuid' })
  readonly id!: string;

  @Column({ name: 'dataset_id', type: 'uuid' })
  readonly datasetId!: string;

  @Column({ name: 'dataset_version_id', type: 'uuid' })
  readonly datasetVersionId!: string;

  @Column({ name: 'provider_id', type: 'uuid' })
  readonly providerId!: string;

  /** Of the groups that were measured. */
  @Column({ name: 'group_scores', type: 'jsonb' })
  readonly groupScores!: Readonly<Partial<Record<QualityGroup, string>>>;

  @Column({ type: 'numeric', precision: 7, scale: 6, nullable: true })
  readonly score!: string | null;

  /** On how many rules each of the six groups rests. */
  @Column({ name: 'measured_rules', type: 'jsonb' })
  readonly measuredRules!: Readonly<Record<QualityGroup, number>>;

  @Column({ type: 'text' })
  readonly document!: string;

  @Column({ name: 'key_id', type: 'text' })
  readonly keyId!: string;

  @Column({ type: 'bytea' })
  readonly signature!: Buffer;

  @Column({ name: 'measured_by', type: 'uuid' })
  readonly measuredBy!: string;

  @Column({ name: 'measured_at', type: 'timestamptz' })
  readonly measuredAt!: Date;
}
