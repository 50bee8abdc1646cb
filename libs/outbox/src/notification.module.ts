import { Module } from '@nestjs/common';

import { InboxResolver } from './inbox.resolver.ts';
import { InboxService } from './inbox.service.ts';
import { OutboxModule } from './outbox.module.ts';
import { WebhookEndpointService } from './webhook-endpoint.service.ts';
import { WebhookResolver } from './webhook.resolver.ts';

/** What parties are told: in their inboxes, and at their own systems. */
@Module({
  imports: [OutboxModule],
  providers: [InboxService, WebhookEndpointService, InboxResolver, WebhookResolver],
})
export class NotificationModule {}
