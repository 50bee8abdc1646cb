import {
  BadRequestException,
  Controller,
  ForbiddenException,
  Get,
  Headers,
  NotFoundException,
  Param,
  PayloadTooLargeException,
  Post,
  Req,
  StreamableFile,
  UnauthorizedException,
} from '@nestjs/common';
import type { FastifyInstance, FastifyRequest } from 'fastify';

import { DomainError } from '#libs/foundation';
import { Role } from '#libs/graphql';
import { Authenticator, Unauthenticated } from '#libs/identity';

import { UploadNotFound, UploadTooLarge } from './dataset.errors.ts';
import { UploadService } from './upload.service.ts';

/** Data come from specialists, evidence from anybody who may object. */
const SENDERS: ReadonlySet<string> = new Set([
  ...[Role.DATA_SPECIALIST, Role.CHIEF_DATA_REPRESENTATIVE, Role.OPERATOR],
  ...[Role.INSTITUTION_USER, Role.DATA_SUBJECT],
]);
const UPLOAD_TYPES = ['text/csv', 'application/octet-stream'];

/** Lets the bytes of an upload through as a stream; every other body is read and limited as usual. */
export function acceptUploads(server: Pick<FastifyInstance, 'addContentTypeParser'>): void {
  server.addContentTypeParser(UPLOAD_TYPES, (_request, payload, done) => {
    done(null, payload);
  });
}

/**
 * `POST /uploads?fileName=…` with the bytes of a file as body, `GET /uploads/ID` to have them back: files are too large
 * for GraphQL. Every look at a file is in the log.
 */
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
      if (!holder.roles.some((role) => SENDERS.has(role)))
        throw new ForbiddenException(problem('FORBIDDEN', 'Your roles send no files', null));
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

  @Get(':id')
  async download(
    @Req() request: FastifyRequest,
    @Headers('authorization') authorization: string | undefined,
    @Param('id') id: string,
  ): Promise<StreamableFile> {
    try {
      const holder = await this.authenticator.holderOf(authorization ?? null);
      const { upload, stream } = await this.uploads.read({ ...holder, requestId: request.id }, id);
      return new StreamableFile(stream, {
        type: 'application/octet-stream',
        length: Number(upload.byteSize),
        disposition: `attachment; filename*=UTF-8''${encodeURIComponent(upload.fileName)}`,
      });
    } catch (error) {
      if (error instanceof Unauthenticated) throw new UnauthorizedException(problemOf(error));
      if (error instanceof UploadNotFound) throw new NotFoundException(problemOf(error));
      throw error;
    }
  }
}

const isStream = (body: unknown): body is NodeJS.ReadableStream =>
  typeof body === 'object' && body !== null && 'pipe' in body;
const problem = (code: string, message: string, path: string | null) => ({ error: { code, message, path } });
const problemOf = ({ code, message, path }: DomainError) => problem(code, message, path ?? null);
