import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';

import { Outbox } from './outbox.ts';
import { WebhookDelivery } from './webhook-delivery.entity.ts';
import { WebhookEndpoint } from './webhook-endpoint.entity.ts';
import { WebhookRelay } from './webhook-relay.ts';

/** What is told and how it is sent, without the people who read it: what a worker needs. */
@Module({
  imports: [TypeOrmModule.forFeature([WebhookEndpoint, WebhookDelivery])],
  providers: [Outbox, WebhookRelay],
  exports: [Outbox, WebhookRelay],
})
export class OutboxModule {}
