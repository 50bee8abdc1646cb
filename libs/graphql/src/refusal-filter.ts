import { type ArgumentsHost, Catch, type ExceptionFilter } from '@nestjs/common';
import { GqlArgumentsHost } from '@nestjs/graphql';
import type { FastifyReply } from 'fastify';
import { getNullableType, type GraphQLResolveInfo, isUnionType } from 'graphql';

import { DomainError } from '#libs/foundation';

import { refused, type Refused } from './declare-result.ts';

/**
 * Refusals go to the client, wherever on the way to the answer they were thrown: as a member of what the field can
 * answer if it declares them, else in `errors`. They are no defects, so they do not go to the error log.
 */
@Catch(DomainError)
export class RefusalFilter implements ExceptionFilter<DomainError> {
  catch(refusal: DomainError, host: ArgumentsHost): DomainError | Refused | null {
    if (host.getType() !== 'http') {
      const { returnType } = GqlArgumentsHost.create(host).getInfo<GraphQLResolveInfo>();
      const answer = getNullableType(returnType);
      const members = isUnionType(answer) ? answer.getTypes() : [];
      return members.some(({ name }) => name === refusal.constructor.name) ? refused(refusal) : refusal;
    }
    const { code, message, path } = refusal;
    const error = { code, message, path: path ?? null };
    void host.switchToHttp().getResponse<FastifyReply>().status(400).send({ error });
    return null;
  }
}
