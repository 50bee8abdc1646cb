import {
  type BeforeApplicationShutdown,
  Injectable,
  Module,
  type OnApplicationBootstrap,
} from '@nestjs/common';

import { AuditLoop } from '#libs/audit';
import { TitleModule } from '#libs/property-right';
import { RegistryDutyModule } from '#libs/registry-office';

import { ClockLoop } from './clock-loop.ts';

@Injectable()
export class Worker implements OnApplicationBootstrap, BeforeApplicationShutdown {
  constructor(
    private readonly auditLoop: AuditLoop,
    private readonly clockLoop: ClockLoop,
  ) {}

  onApplicationBootstrap(): void {
    this.auditLoop.start();
    this.clockLoop.start();
  }

  /** Before the connections are closed: the last turns still need them. */
  async beforeApplicationShutdown(): Promise<void> {
    await this.clockLoop.stop();
    await this.auditLoop.stop();
  }
}

/** What runs on its own: the audit log's sequencer, and what the registers do by the clock. */
@Module({ imports: [TitleModule, RegistryDutyModule], providers: [Worker, ClockLoop] })
export class WorkerModule {}
