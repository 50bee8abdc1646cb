import { type ArgumentsHost, Catch, type ExceptionFilter } from '@nestjs/common';
import type { FastifyReply } from 'fastify';

import { DomainError } from '#libs/foundation';

/** Refusals go to the client; they are no defects, so they do not go to the error log. */
@Catch(DomainError)
export class RefusalFilter implements ExceptionFilter<DomainError> {
  catch(refusal: DomainError, host: ArgumentsHost): DomainError | null {
    if (host.getType() !== 'http') return refusal;
    const { code, message, path } = refusal;
    const error = { code, message, path: path ?? null };
    void host.switchToHttp().getResponse<FastifyReply>().status(400).send({ error });
    return null;
  }
}
