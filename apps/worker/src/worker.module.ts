import { join } from 'node:path';

import {
  type BeforeApplicationShutdown,
  type DynamicModule,
  Injectable,
  Module,
  type OnApplicationBootstrap,
} from '@nestjs/common';

import { AuditLoop } from '#libs/audit';
import { IngestionModule } from '#libs/dataset';
import { OutboxModule } from '#libs/outbox';
import { TitleModule } from '#libs/property-right';
import { RegistryDutyModule } from '#libs/registry-office';

import { ClockLoop } from './clock-loop.ts';
import { LoadLoop } from './load-loop.ts';
import { WebhookLoop } from './webhook-loop.ts';

@Injectable()
export class Worker implements OnApplicationBootstrap, BeforeApplicationShutdown {
  constructor(
    private readonly auditLoop: AuditLoop,
    private readonly clockLoop: ClockLoop,
    private readonly webhookLoop: WebhookLoop,
    private readonly loadLoop: LoadLoop,
  ) {}

  onApplicationBootstrap(): void {
    this.auditLoop.start();
    this.clockLoop.start();
    this.webhookLoop.start();
    this.loadLoop.start();
  }

  /** Before the connections are closed: the last turns still need them. */
  async beforeApplicationShutdown(): Promise<void> {
    await this.loadLoop.stop();
    await this.webhookLoop.stop();
    await this.clockLoop.stop();
    await this.auditLoop.stop();
  }
}

/** What runs on its own: the audit log's sequencer, what is done by the clock, what is sent to others, and reading files. */
@Module({})
export class WorkerModule {
  /** `filesDir` holds the uploaded files; all processes of one exchange share it. */
  static over(filesDir: string): DynamicModule {
    return {
      module: WorkerModule,
      imports: [
        TitleModule,
        RegistryDutyModule,
        OutboxModule,
        IngestionModule.forRoot({ uploadDir: join(filesDir, 'uploads') }),
      ],
      providers: [Worker, ClockLoop, WebhookLoop, LoadLoop],
    };
  }
}
