import { Column, Entity, PrimaryColumn } from 'typeorm';

import type { JsonObject } from '#libs/foundation';

import type { QualityGroup, RuleKind } from './rule-kind.ts';

/** What a provider says that its data keep. */
@Entity('quality_rule')
export class QualityRule {
  @PrimaryColumn({ type: 'uuid' })
  readonly id!: string;

  @Column({ name: 'dataset_id', type: 'uuid' })
  readonly datasetId!: string;

  @Column({ name: 'provider_id', type: 'uuid' })
  readonly providerId!: string;

  @Column({ name: 'quality_group', type: 'text' })
  readonly group!: QualityGroup;

  @Column({ type: 'text' })
  readonly kind!: RuleKind;

  @Column({ type: 'text', array: true })
  readonly columns!: string[];

  @Column({ type: 'jsonb' })
  readonly parameters!: JsonObject;

  @Column({ name: 'definition_sha256', type: 'bytea' })
  readonly definitionSha256!: Buffer;

  @Column({ name: 'declaration_id', type: 'uuid' })
  readonly declarationId!: string;

  @Column({ name: 'declared_by', type: 'uuid' })
  readonly declaredBy!: string;

  @Column({ name: 'declared_at', type: 'timestamptz' })
  readonly declaredAt!: Date;

  @Column({ name: 'retired_by', type: 'uuid', nullable: true })
  readonly retiredBy!: string | null;

  @Column({ name: 'retired_at', type: 'timestamptz', nullable: true })
  readonly retiredAt!: Date | null;
}
