import { Column, Entity, PrimaryColumn } from 'typeorm';

import { bigintColumn } from '#libs/database';
import type { JsonObject } from '#libs/foundation';

@Entity('evaluation')
export class Evaluation {
  @PrimaryColumn({ type: 'uuid' })
  readonly id!: string;

  @Column({ name: 'asset_id', type: 'uuid' })
  readonly assetId!: string;

  @Column({ name: 'provider_id', type: 'uuid' })
  readonly providerId!: string;

  @Column({ type: 'text' })
  readonly method!: 'INCOME' | 'COST';

  @Column({ name: 'formula_version', type: 'text' })
  readonly formulaVersion!: string;

  @Column({ type: 'jsonb' })
  readonly inputs!: JsonObject;

  @Column({ type: 'jsonb' })
  readonly result!: JsonObject;

  @Column({ name: 'value_minor', type: 'bigint', transformer: bigintColumn })
  readonly valueMinor!: bigint;

  @Column({ type: 'text' })
  readonly currency!: 'CNY';

  @Column({ name: 'base_date', type: 'date' })
  readonly baseDate!: string;

  @Column({ name: 'evaluator_id', type: 'uuid' })
  readonly evaluatorId!: string;

  @Column({ name: 'evaluated_by', type: 'uuid' })
  readonly evaluatedBy!: string;

  @Column({ name: 'evaluated_at', type: 'timestamptz' })
  readonly evaluatedAt!: Date;
}
