import {
  type BeforeApplicationShutdown,
  Injectable,
  Module,
  type OnApplicationBootstrap,
} from '@nestjs/common';

import { RegisterModule } from '#libs/asset';
import { AuditLoop } from '#libs/audit';
import { OutboxModule } from '#libs/outbox';

import { ExpiryLoop } from './expiry-loop.ts';
import { WebhookLoop } from './webhook-loop.ts';

@Injectable()
export class Worker implements OnApplicationBootstrap, BeforeApplicationShutdown {
  constructor(
    private readonly auditLoop: AuditLoop,
    private readonly expiryLoop: ExpiryLoop,
    private readonly webhookLoop: WebhookLoop,
  ) {}

  onApplicationBootstrap(): void {
    this.auditLoop.start();
    this.expiryLoop.start();
    this.webhookLoop.start();
  }

  /** Before the connections are closed: the last turns still need them. */
  async beforeApplicationShutdown(): Promise<void> {
    await this.webhookLoop.stop();
    await this.expiryLoop.stop();
    await this.auditLoop.stop();
  }
}

/** What runs on its own: the audit log's sequencer, what ends by the clock, and what is sent to others. */
@Module({ imports: [RegisterModule, OutboxModule], providers: [Worker, ExpiryLoop, WebhookLoop] })
export class WorkerModule {}
