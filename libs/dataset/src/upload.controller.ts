import {
  BadRequestException,
  Controller,
  ForbiddenException,
  Headers,
  PayloadTooLargeException,
  Post,
  Req,
  UnauthorizedException,
} from '@nestjs/common';
import type { FastifyInstance, FastifyRequest } from 'fastify';

import { DomainError } from '#libs/foundation';
import { Role } from '#libs/graphql';
import { Authenticator, Unauthenticated } from '#libs/identity';

import { UploadTooLarge } from './dataset.errors.ts';
import { UploadService } from './upload.service.ts';

const UPLOAD_TYPES = ['text/csv', 'application/octet-stream'];

/** Lets the bytes of an upload through as a stream; every other body is read and limited as usual. */
export function acceptUploads(server: Pick<FastifyInstance, 'addContentTypeParser'>): void {
  server.addContentTypeParser(UPLOAD_TYPES, (_request, payload, done) => {
    done(null, payload);
  });
}

/** `POST /uploads?fileName=…` with the bytes of a file as body: files are too large for GraphQL. */
@Controller('uploads')
export class UploadController {
  constructor(
    private readonly uploads: UploadService,
    private readonly authenticator: Authenticator,
  ) {}

  @Post()
  async upload(@Req() request: FastifyRequest, @Headers('authorization') authorization: string | undefined) {
    const { body } = request;
    try {
      const holder = await this.authenticator.holderOf(authorization ?? null);
      if (!holder.roles.includes(Role.DATA_SPECIALIST))
        throw new ForbiddenException(problem('FORBIDDEN', 'Only a data specialist uploads files', null));
      if (!isStream(body))
        throw new BadRequestException(
          problem('INVALID_INPUT', `The content type must be ${UPLOAD_TYPES.join(' or ')}`, 'file'),
        );
      const { fileName } = request.query as { fileName?: unknown };
      const actor = { ...holder, requestId: request.id };
      const kept = await this.uploads.receive(actor, typeof fileName === 'string' ? fileName : '', body);
      return { id: kept.id, sha256: kept.sha256.toString('hex'), byteSize: kept.byteSize.toString() };
    } catch (error) {
      // What is left of a refused body is read away, or the client would never see the answer.
      if (isStream(body)) body.resume();
      if (error instanceof Unauthenticated) throw new UnauthorizedException(problemOf(error));
      if (error instanceof UploadTooLarge) throw new PayloadTooLargeException(problemOf(error));
      if (error instanceof DomainError) throw new BadRequestException(problemOf(error));
      throw error;
    }
  }
}

const isStream = (body: unknown): body is NodeJS.ReadableStream =>
  typeof body === 'object' && body !== null && 'pipe' in body;
const problem = (code: string, message: string, path: string | null) => ({ error: { code, message, path } });
const problemOf = ({ code, message, path }: DomainError) => problem(code, message, path ?? null);
