import { type DynamicModule, Global, Module } from '@nestjs/common';

import { KeyRing } from '#libs/keys';

import { AuditLoop } from './audit-loop.ts';
import { AuditLog } from './audit-log.ts';
import { AuditTreeService } from './audit-tree.service.ts';
import { AuditResolver } from './audit.resolver.ts';
import { CommandRunner } from './command-runner.ts';

/** What happened, by whom, provable from outside. */
@Global()
@Module({})
export class AuditModule {
  static forRoot(keys: KeyRing): DynamicModule {
    return {
      module: AuditModule,
      providers: [
        AuditLog,
        CommandRunner,
        AuditTreeService,
        AuditLoop,
        AuditResolver,
        { provide: KeyRing, useValue: keys },
      ],
      exports: [AuditLog, CommandRunner, AuditTreeService, AuditLoop, KeyRing],
    };
  }
}
