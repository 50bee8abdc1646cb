import rateLimit from '@fastify/rate-limit';
import { type ArgumentsHost, Catch, type ExceptionFilter, HttpException, HttpStatus } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyReply, FastifyRequest } from 'fastify';

import { PAGE_HEADERS } from './page-shell.ts';
import { noticePage } from './verification-page.ts';

/** Of one client address (of IPv6, one /64), on each of the public routes, in each process. */
const LOOKUPS_PER_MINUTE = 60;
/** Addresses that are remembered for each route; the longest unseen are forgotten first. */
const ADDRESSES = 5000;
const CREDENTIAL_LIMIT = 64 * 1024;
const CREDENTIAL_TYPES = ['application/vc+jwt', 'text/plain'];

/** For `@RouteConfig`: the route is limited. What does not carry it is not, GraphQL above all. */
export const LIMITED = { rateLimit: { max: LOOKUPS_PER_MINUTE, timeWindow: 60_000, cache: ADDRESSES } };

class TooManyLookups extends HttpException {
  constructor(retryAfterSeconds: number) {
    const message = `查询过于频繁，请在${retryAfterSeconds}秒后再试。`;
    super({ error: { code: 'TOO_MANY_LOOKUPS', message, path: null } }, HttpStatus.TOO_MANY_REQUESTS);
    this.message = message;
  }
}

/** Browsers are answered with a page. */
@Catch(TooManyLookups)
class TooManyLookupsFilter implements ExceptionFilter<TooManyLookups> {
  catch(refusal: TooManyLookups, host: ArgumentsHost): void {
    const reply = host.switchToHttp().getResponse<FastifyReply>();
    const request = host.switchToHttp().getRequest<FastifyRequest>();
    void reply.status(refusal.getStatus()).headers({ ...PAGE_HEADERS, 'cache-control': 'no-store' });
    if (preferredType(request.headers.accept) === 'text/html')
      void reply.type('text/html; charset=utf-8').send(noticePage('请稍后再试', refusal.message));
    else void reply.type('application/json; charset=utf-8').send(refusal.getResponse());
  }
}

/**
 * Bounds what the public routes take: look-ups per client address, and the size of a certificate that is sent in. To be
 * called before the routes are made.
 */
export async function boundLookups(app: NestFastifyApplication): Promise<void> {
  const server = app.getHttpAdapter().getInstance();
  await server.register(rateLimit, {
    global: false,
    errorResponseBuilder: (_request, { ttl }) => new TooManyLookups(Math.ceil(ttl / 1000)),
  });
  server.addContentTypeParser(
    CREDENTIAL_TYPES,
    { parseAs: 'string', bodyLimit: CREDENTIAL_LIMIT },
    (_request, body, done) => {
      done(null, body);
    },
  );
  app.useGlobalFilters(new TooManyLookupsFilter());
}

/** Which of the two the client names first; null: neither. */
export function preferredType(accept: string | undefined): 'text/html' | 'application/json' | null {
  const types = accept?.split(',').map((part) => part.split(';')[0]?.trim().toLowerCase()) ?? [];
  return types.find((type) => type === 'text/html' || type === 'application/json') ?? null;
}
