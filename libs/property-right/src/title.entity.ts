import { Column, Entity, PrimaryColumn } from 'typeorm';

import type { RightShare } from './annex-form.ts';
import type { PropertyRightType } from './property-right-state.ts';

export enum TitleState {
  REGISTERED = 'REGISTERED',
  CANCELLED = 'CANCELLED',
  LAPSED = 'LAPSED',
}

/** What track B's register says now of the data behind an asset: who holds which right, until when. */
@Entity('title')
export class Title {
  @PrimaryColumn({ name: 'asset_id', type: 'uuid' })
  readonly assetId!: string;

  @Column({ name: 'registry_id', type: 'uuid' })
  readonly registryId!: string;

  @Column({ type: 'text' })
  readonly state!: TitleState;

  @Column({ name: 'last_type', type: 'text' })
  readonly lastType!: PropertyRightType;

  @Column({ type: 'integer' })
  readonly version!: number;

  @Column({ type: 'text' })
  readonly name!: string;

  @Column({ type: 'text' })
  readonly overview!: string;

  @Column({ type: 'jsonb' })
  readonly rights!: readonly RightShare[];

  @Column({ name: 'holder_ids', type: 'uuid', array: true })
  readonly holderIds!: string[];

  @Column({ name: 'valid_from', type: 'date' })
  readonly validFrom!: string;

  @Column({ name: 'valid_until', type: 'date' })
  readonly validUntil!: string;

  @Column({ name: 'ended_at', type: 'timestamptz', nullable: true })
  readonly endedAt!: Date | null;
}
