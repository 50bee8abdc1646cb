import {
  type BeforeApplicationShutdown,
  Injectable,
  Module,
  type OnApplicationBootstrap,
} from '@nestjs/common';

import { RegisterModule } from '#libs/asset';
import { AuditLoop } from '#libs/audit';
import { RegistryDutyModule } from '#libs/registry-office';

import { ExpiryLoop } from './expiry-loop.ts';
import { RegistryDutyLoop } from './registry-duty-loop.ts';

@Injectable()
export class Worker implements OnApplicationBootstrap, BeforeApplicationShutdown {
  constructor(
    private readonly auditLoop: AuditLoop,
    private readonly expiryLoop: ExpiryLoop,
    private readonly registryDutyLoop: RegistryDutyLoop,
  ) {}

  onApplicationBootstrap(): void {
    this.auditLoop.start();
    this.expiryLoop.start();
    this.registryDutyLoop.start();
  }

  /** Before the connections are closed: the last turns still need them. */
  async beforeApplicationShutdown(): Promise<void> {
    await this.registryDutyLoop.stop();
    await this.expiryLoop.stop();
    await this.auditLoop.stop();
  }
}

/** What runs on its own: the audit log's sequencer, and what ends or begins by the clock. */
@Module({ imports: [RegisterModule, RegistryDutyModule], providers: [Worker, ExpiryLoop, RegistryDutyLoop] })
export class WorkerModule {}
