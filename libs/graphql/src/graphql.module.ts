import { unwrapResolverError } from '@apollo/server/errors';
import {
  ApolloServerPluginCacheControlDisabled,
  ApolloServerPluginInlineTraceDisabled,
  ApolloServerPluginLandingPageDisabled,
  ApolloServerPluginSchemaReportingDisabled,
  ApolloServerPluginUsageReportingDisabled,
} from '@apollo/server/plugin/disabled';
import type { ApolloServerPlugin } from '@apollo/server';
import { ApolloDriver, type ApolloDriverConfig } from '@nestjs/apollo';
import type { DynamicModule } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { GraphQLModule } from '@nestjs/graphql';

import { formatError } from './format-error.ts';
import type { RequestContext } from './request-context.ts';
import { QUERY_LIMITS, queryLimits } from './query-limits.ts';

/**
 * A client that only knows application/json is told of a wrong document in the body, under status 200, as GraphQL over
 * HTTP advises; a client of application/graphql-response+json sees the status 400.
 */
const statusForPlainJson: ApolloServerPlugin = {
  requestDidStart: () =>
    Promise.resolve({
      willSendResponse({ request, response, errors }) {
        const accepted = request.http?.headers.get('accept') ?? '';
        const isOfDocument = errors !== undefined && request.query !== undefined && request.query !== '';
        if (
          !accepted.includes('application/graphql-response+json') &&
          isOfDocument &&
          response.http.status === 400
        )
          response.http.status = 200;
        return Promise.resolve();
      },
    }),
};

/** GraphQL as every app of the exchange serves it: code first, limited, lean. */
export function graphqlModule(): DynamicModule {
  return GraphQLModule.forRoot<ApolloDriverConfig>({
    driver: ApolloDriver,
    autoSchemaFile: true,
    sortSchema: true,
    graphiql: false,
    context: (request: FastifyRequest): RequestContext => ({
      requestId: request.id,
      authorization: request.headers.authorization ?? null,
      actor: null,
      loaders: new Map(),
    }),
    // Public software has a public schema; what protects the data is asked of every field.
    introspection: true,
    includeStacktraceInErrorResponses: false,
    stringifyResult: JSON.stringify,
    validationRules: [queryLimits],
    parseOptions: { maxLexicalTokens: QUERY_LIMITS.tokens },
    formatError: (formatted, error) => formatError(formatted, unwrapResolverError(error)),
    plugins: [
      ApolloServerPluginCacheControlDisabled(),
      ApolloServerPluginInlineTraceDisabled(),
      ApolloServerPluginLandingPageDisabled(),
      ApolloServerPluginSchemaReportingDisabled(),
      ApolloServerPluginUsageReportingDisabled(),
      statusForPlainJson,
    ],
  });
}
