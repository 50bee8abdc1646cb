import {
  type BeforeApplicationShutdown,
  Injectable,
  Module,
  type OnApplicationBootstrap,
} from '@nestjs/common';

import { RegisterModule } from '#libs/asset';
import { AuditLoop } from '#libs/audit';

import { ExpiryLoop } from './expiry-loop.ts';

@Injectable()
export class Worker implements OnApplicationBootstrap, BeforeApplicationShutdown {
  constructor(
    private readonly auditLoop: AuditLoop,
    private readonly expiryLoop: ExpiryLoop,
  ) {}

  onApplicationBootstrap(): void {
    this.auditLoop.start();
    this.expiryLoop.start();
  }

  /** Before the connections are closed: the last turns still need them. */
  async beforeApplicationShutdown(): Promise<void> {
    await this.expiryLoop.stop();
    await this.auditLoop.stop();
  }
}

/** What runs on its own: the audit log's sequencer, and what ends by the clock. */
@Module({ imports: [RegisterModule], providers: [Worker, ExpiryLoop] })
export class WorkerModule {}
