import {
  type BeforeApplicationShutdown,
  Injectable,
  Module,
  type OnApplicationBootstrap,
} from '@nestjs/common';

import { AuditLoop } from '#libs/audit';

@Injectable()
export class Worker implements OnApplicationBootstrap, BeforeApplicationShutdown {
  constructor(private readonly auditLoop: AuditLoop) {}

  onApplicationBootstrap(): void {
    this.auditLoop.start();
  }

  /** Before the connections are closed: the last turn still needs them. */
  async beforeApplicationShutdown(): Promise<void> {
    await this.auditLoop.stop();
  }
}

/** What runs on its own: the audit log's sequencer. */
@Module({ providers: [Worker] })
export class WorkerModule {}
