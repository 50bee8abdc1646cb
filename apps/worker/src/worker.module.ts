import { Injectable, Module, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';

import { AuditLoop } from '#libs/audit';

@Injectable()
export class Worker implements OnApplicationBootstrap, OnApplicationShutdown {
  constructor(private readonly auditLoop: AuditLoop) {}

  onApplicationBootstrap(): void {
    this.auditLoop.start();
  }

  async onApplicationShutdown(): Promise<void> {
    await this.auditLoop.stop();
  }
}

/** What runs on its own: the audit log's sequencer. */
@Module({ providers: [Worker] })
export class WorkerModule {}
