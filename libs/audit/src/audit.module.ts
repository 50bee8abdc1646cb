import { type DynamicModule, Global, Module } from '@nestjs/common';

import { KeyRing } from '#libs/keys';

import { AuditLog } from './audit-log.ts';
import { AuditTreeService } from './audit-tree.service.ts';
import { CommandRunner } from './command-runner.ts';

/** What happened, by whom, provable from outside. */
@Global()
@Module({})
export class AuditModule {
  static forRoot(keys: KeyRing): DynamicModule {
    return {
      module: AuditModule,
      providers: [AuditLog, CommandRunner, AuditTreeService, { provide: KeyRing, useValue: keys }],
      exports: [AuditLog, CommandRunner, AuditTreeService, KeyRing],
    };
  }
}
