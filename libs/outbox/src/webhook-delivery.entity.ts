import { Column, Entity, PrimaryColumn } from 'typeorm';

import type { WebhookFault } from './post-webhook.ts';

export enum WebhookDeliveryState {
  PENDING = 'PENDING',
  DELIVERED = 'DELIVERED',
  FAILED = 'FAILED',
}

/** An event on its way to one endpoint. */
@Entity('webhook_delivery')
export class WebhookDelivery {
  @PrimaryColumn({ type: 'uuid' })
  readonly id!: string;

  @Column({ name: 'endpoint_id', type: 'uuid' })
  readonly endpointId!: string;

  @Column({ name: 'event_id', type: 'uuid' })
  readonly eventId!: string;

  @Column({ name: 'party_id', type: 'uuid' })
  readonly partyId!: string;

  @Column({ type: 'text' })
  readonly type!: string;

  @Column({ type: 'text' })
  readonly state!: WebhookDeliveryState;

  /** Begun so far; one that was cut off with its process counts. */
  @Column({ type: 'integer' })
  readonly attempts!: number;

  /** Exchange time of the next attempt. */
  @Column({ name: 'due_at', type: 'timestamptz' })
  readonly dueAt!: Date;

  /** The attempt under way; whoever finds another one here has lost it. */
  @Column({ name: 'lease_id', type: 'uuid', nullable: true })
  readonly leaseId!: string | null;

  /** Real time. */
  @Column({ name: 'leased_until', type: 'timestamptz', nullable: true })
  readonly leasedUntil!: Date | null;

  @Column({ name: 'last_attempt_at', type: 'timestamptz', nullable: true })
  readonly lastAttemptAt!: Date | null;

  @Column({ name: 'last_status', type: 'integer', nullable: true })
  readonly lastStatus!: number | null;

  @Column({ name: 'last_fault', type: 'text', nullable: true })
  readonly lastFault!: WebhookFault | null;
}
