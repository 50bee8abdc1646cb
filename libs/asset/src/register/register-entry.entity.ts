import { Column, Entity, PrimaryColumn } from 'typeorm';

import type { JsonObject } from '#libs/foundation';

import type { Track } from '../track.ts';

/** One state of the register about an asset: what it said from when on (valid time), and since when (record time). */
@Entity('register_entry')
export class RegisterEntry {
  @PrimaryColumn({ name: 'asset_id', type: 'uuid' })
  readonly assetId!: string;

  @PrimaryColumn({ type: 'text' })
  readonly track!: Track;

  @PrimaryColumn({ type: 'integer' })
  readonly number!: number;

  @Column({ name: 'registration_id', type: 'uuid', nullable: true })
  readonly registrationId!: string | null;

  /** The type of the application, or LAPSE or REVOCATION. */
  @Column({ type: 'text' })
  readonly act!: string;

  /** Null: nothing is registered any more. */
  @Column({ type: 'jsonb', nullable: true })
  readonly facts!: JsonObject | null;

  @Column({ name: 'effective_from', type: 'timestamptz' })
  readonly effectiveFrom!: Date;

  @Column({ name: 'recorded_at', type: 'timestamptz' })
  readonly recordedAt!: Date;

  /** Null: by the clock. */
  @Column({ name: 'recorded_by', type: 'uuid', nullable: true })
  readonly recordedBy!: string | null;

  @Column({ type: 'text', nullable: true })
  readonly reason!: string | null;
}
