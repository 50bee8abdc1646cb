import {
  type BeforeApplicationShutdown,
  Injectable,
  Module,
  type OnApplicationBootstrap,
} from '@nestjs/common';

import { AuditLoop } from '#libs/audit';
import { OutboxModule } from '#libs/outbox';
import { TitleModule } from '#libs/property-right';
import { RegistryDutyModule } from '#libs/registry-office';

import { ClockLoop } from './clock-loop.ts';
import { WebhookLoop } from './webhook-loop.ts';

@Injectable()
export class Worker implements OnApplicationBootstrap, BeforeApplicationShutdown {
  constructor(
    private readonly auditLoop: AuditLoop,
    private readonly clockLoop: ClockLoop,
    private readonly webhookLoop: WebhookLoop,
  ) {}

  onApplicationBootstrap(): void {
    this.auditLoop.start();
    this.clockLoop.start();
    this.webhookLoop.start();
  }

  /** Before the connections are closed: the last turns still need them. */
  async beforeApplicationShutdown(): Promise<void> {
    await this.webhookLoop.stop();
    await this.clockLoop.stop();
    await this.auditLoop.stop();
  }
}

/** What runs on its own: the audit log's sequencer, what registries do by the clock, and what is sent to others. */
@Module({
  imports: [TitleModule, RegistryDutyModule, OutboxModule],
  providers: [Worker, ClockLoop, WebhookLoop],
})
export class WorkerModule {}
