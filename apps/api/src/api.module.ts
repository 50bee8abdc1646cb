import { ApolloDriver, type ApolloDriverConfig } from '@nestjs/apollo';
import { type DynamicModule, Module } from '@nestjs/common';
import { GraphQLModule } from '@nestjs/graphql';

import { DatabaseModule, type DatabaseOptions } from '#libs/database';

import { ExchangeTimeResolver } from './exchange-time.resolver.ts';
import { HealthController } from './health.controller.ts';

@Module({})
export class ApiModule {
  static over(database: DatabaseOptions): DynamicModule {
    return {
      module: ApiModule,
      imports: [
        DatabaseModule.forRoot(database),
        GraphQLModule.forRoot<ApolloDriverConfig>({
          driver: ApolloDriver,
          autoSchemaFile: true,
          sortSchema: true,
          graphiql: false,
          includeStacktraceInErrorResponses: false,
        }),
      ],
      controllers: [HealthController],
      providers: [ExchangeTimeResolver],
    };
  }
}
