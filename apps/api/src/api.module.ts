import { ApolloDriver, type ApolloDriverConfig } from '@nestjs/apollo';
import { type DynamicModule, Module } from '@nestjs/common';
import { GraphQLModule } from '@nestjs/graphql';
import { Pool } from 'pg';

import { ExchangeTimeResolver } from './exchange-time.resolver.ts';
import { HealthController } from './health.controller.ts';

@Module({})
export class ApiModule {
  static over(pool: Pool): DynamicModule {
    return {
      module: ApiModule,
      imports: [
        GraphQLModule.forRoot<ApolloDriverConfig>({
          driver: ApolloDriver,
          autoSchemaFile: true,
          sortSchema: true,
          graphiql: false,
          includeStacktraceInErrorResponses: false,
        }),
      ],
      controllers: [HealthController],
      providers: [ExchangeTimeResolver, { provide: Pool, useValue: pool }],
    };
  }
}
