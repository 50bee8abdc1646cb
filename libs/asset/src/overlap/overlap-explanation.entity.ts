import { Column, Entity, PrimaryColumn } from 'typeorm';

/** Why an officer has accepted what overlaps strongly with what was there. */
@Entity('overlap_explanation')
export class OverlapExplanation {
  @PrimaryColumn({ name: 'registration_id', type: 'uuid' })
  readonly registrationId!: string;

  @Column({ name: 'registry_id', type: 'uuid' })
  readonly registryId!: string;

  @Column({ type: 'jsonb' })
  readonly overlapping!: readonly { readonly assetId: string; readonly score: number }[];

  @Column({ type: 'text' })
  readonly reason!: string;

  @Column({ name: 'explained_by', type: 'uuid' })
  readonly explainedBy!: string;

  @PrimaryColumn({ name: 'explained_at', type: 'timestamptz' })
  readonly explainedAt!: Date;
}
