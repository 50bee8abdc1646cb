import { Column, Entity, PrimaryColumn } from 'typeorm';

import type { Conclusion, ProductKind, ProductState } from './product-kind.ts';

@Entity('product')
export class Product {
  @PrimaryColumn({ type: 'uuid' })
  readonly id!: string;

  @Column({ name: 'asset_id', type: 'uuid' })
  readonly assetId!: string;

  @Column({ name: 'dataset_version_id', type: 'uuid' })
  readonly datasetVersionId!: string;

  @Column({ name: 'provider_id', type: 'uuid' })
  readonly providerId!: string;

  @Column({ name: 'zone_code', type: 'text' })
  readonly zoneCode!: string;

  @Column({ type: 'text' })
  readonly kind!: ProductKind;

  @Column({ type: 'text' })
  readonly name!: string;

  @Column({ type: 'text' })
  readonly description!: string;

  @Column({ type: 'text', array: true, nullable: true })
  readonly fields!: string[] | null;

  @Column({ type: 'jsonb', nullable: true })
  readonly conclusion!: Conclusion | null;

  @Column({ name: 'demands_consent', type: 'boolean' })
  readonly demandsConsent!: boolean;

  @Column({ name: 'answer_query', type: 'text', nullable: true, insert: false, update: false })
  readonly answerQuery!: string | null;

  @Column({ type: 'text' })
  readonly state!: ProductState;

  @Column({ name: 'declared_by', type: 'uuid' })
  readonly declaredBy!: string;

  @Column({ name: 'declared_at', type: 'timestamptz' })
  readonly declaredAt!: Date;
}
