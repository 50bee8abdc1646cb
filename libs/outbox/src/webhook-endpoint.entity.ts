import { Column, Entity, PrimaryColumn } from 'typeorm';

export enum WebhookEndpointState {
  ENABLED = 'ENABLED',
  DISABLED = 'DISABLED',
  DELETED = 'DELETED',
}

/** Why an endpoint is disabled. */
export enum WebhookDisabledFor {
  PARTY = 'PARTY',
  GONE = 'GONE',
  FAILING = 'FAILING',
}

/** Where a party wants its events sent. Secrets are sealed for the endpoint's id. */
@Entity('webhook_endpoint')
export class WebhookEndpoint {
  @PrimaryColumn({ type: 'uuid' })
  readonly id!: string;

  @Column({ name: 'party_id', type: 'uuid' })
  readonly partyId!: string;

  @Column({ type: 'text' })
  readonly url!: string;

  @Column({ name: 'event_types', type: 'text', array: true })
  readonly eventTypes!: string[];

  @Column({ type: 'text' })
  readonly state!: WebhookEndpointState;

  @Column({ name: 'disabled_for', type: 'text', nullable: true })
  readonly disabledFor!: WebhookDisabledFor | null;

  /** Null once it is deleted. */
  @Column({ type: 'bytea', nullable: true })
  readonly secret!: Buffer | null;

  @Column({ name: 'previous_secret', type: 'bytea', nullable: true })
  readonly previousSecret!: Buffer | null;

  @Column({ name: 'previous_secret_until', type: 'timestamptz', nullable: true })
  readonly previousSecretUntil!: Date | null;

  @Column({ name: 'registered_at', type: 'timestamptz' })
  readonly registeredAt!: Date;
}
