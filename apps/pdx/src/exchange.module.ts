import { join } from 'node:path';

import { type DynamicModule, Module, type Type } from '@nestjs/common';

import { AuditModule } from '#libs/audit';
import { DatabaseModule, type DatabaseOptions } from '#libs/database';
import { graphqlModule } from '#libs/graphql';
import { IdentityModule } from '#libs/identity';
import { KeyRing } from '#libs/keys';
import { PartyModule } from '#libs/party';

import { ApiModule, type ApiOptions } from '../../api/src/api.module.ts';
import { GatewayModule } from '../../gateway/src/gateway.module.ts';
import { WorkerModule } from '../../worker/src/worker.module.ts';
import { HealthController } from './health.controller.ts';

export type AppName = 'api' | 'gateway' | 'worker';

export interface ExchangeOptions extends ApiOptions {
  readonly database: DatabaseOptions;
  /** Where keys and uploaded files lie; all processes of one exchange share it. */
  readonly filesDir: string;
  readonly apps: readonly AppName[];
}

const APPS: Readonly<Record<AppName, (filesDir: string, options: ApiOptions) => DynamicModule | Type>> = {
  api: (filesDir, options) => ApiModule.over(filesDir, options),
  gateway: () => GatewayModule,
  worker: (filesDir) => WorkerModule.over(filesDir),
};

/** The chosen apps over one database, in one process. */
@Module({})
export class ExchangeModule {
  static of({ database, filesDir, apps, ...options }: ExchangeOptions): DynamicModule {
    return {
      module: ExchangeModule,
      imports: [
        DatabaseModule.forRoot(database),
        AuditModule.forRoot(new KeyRing(join(filesDir, 'keys'))),
        IdentityModule,
        PartyModule,
        graphqlModule(),
        ...apps.map((name) => APPS[name](filesDir, options)),
      ],
      controllers: [HealthController],
    };
  }
}
