import {
  BadRequestException,
  ConflictException,
  Controller,
  ForbiddenException,
  Get,
  Head,
  Headers,
  HttpCode,
  NotFoundException,
  Param,
  Patch,
  PayloadTooLargeException,
  Post,
  Req,
  Res,
  StreamableFile,
  UnauthorizedException,
} from '@nestjs/common';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

import { DomainError } from '#libs/foundation';
import { Role } from '#libs/graphql';
import { Authenticator, Unauthenticated } from '#libs/identity';

import {
  PartialUploadNotFound,
  UploadNotFound,
  UploadQuotaExceeded,
  UploadTooLarge,
  WrongOffset,
} from './dataset.errors.ts';
import { PartialUploadService, type ReceivedPart } from './partial-upload.service.ts';
import { type ReceivedFile, UploadService } from './upload.service.ts';

/** Data come from specialists, evidence from anybody who may object. */
const SENDERS: ReadonlySet<string> = new Set([
  ...[Role.DATA_SPECIALIST, Role.CHIEF_DATA_REPRESENTATIVE, Role.OPERATOR],
  ...[Role.INSTITUTION_USER, Role.DATA_SUBJECT],
]);
const UPLOAD_TYPES = ['text/csv', 'application/octet-stream'];
const PART_TYPE = 'application/offset+octet-stream';

/** Lets the bytes of an upload through as a stream; every other body is read and limited as usual. */
export function acceptUploads(server: Pick<FastifyInstance, 'addContentTypeParser'>): void {
  server.addContentTypeParser([...UPLOAD_TYPES, PART_TYPE], (_request, payload, done) => {
    done(null, payload);
  });
}

/**
 * `POST /uploads?fileName=…` with the bytes of a file as body, `GET /uploads/ID` to have them back: files are too large
 * for GraphQL. Every look at a file is in the log.
 *
 * Or in parts, which may be sent over many connections: `POST /uploads/parts?fileName=…` with `Upload-Length`, then
 * `PATCH /uploads/parts/ID` with `Upload-Offset` for each; `HEAD` tells where to go on. The last part is answered as a
 * whole file is.
 */
@Controller('uploads')
export class UploadController {
  constructor(
    private readonly uploads: UploadService,
    private readonly partialUploads: PartialUploadService,
    private readonly authenticator: Authenticator,
  ) {}

  @Post()
  upload(@Req() request: FastifyRequest, @Headers('authorization') authorization: string | undefined) {
    const { body } = request;
    return this.answering(body, async () => {
      const actor = await this.senderOf(request, authorization);
      if (!isStream(body))
        throw new BadRequestException(
          problem('INVALID_INPUT', `The content type must be ${UPLOAD_TYPES.join(' or ')}`, 'file'),
        );
      return uploadOf(await this.uploads.receive(actor, fileNameIn(request), body));
    });
  }

  @Get(':id')
  download(
    @Req() request: FastifyRequest,
    @Headers('authorization') authorization: string | undefined,
    @Param('id') id: string,
  ): Promise<StreamableFile> {
    return this.answering(null, async () => {
      const holder = await this.authenticator.holderOf(authorization ?? null);
      const { upload, stream } = await this.uploads.read({ ...holder, requestId: request.id }, id);
      return new StreamableFile(stream, {
        type: 'application/octet-stream',
        length: Number(upload.byteSize),
        disposition: `attachment; filename*=UTF-8''${encodeURIComponent(upload.fileName)}`,
      });
    });
  }

  @Post('parts')
  @HttpCode(201)
  begin(
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
    @Headers('authorization') authorization: string | undefined,
    @Headers('upload-length') length: string | undefined,
  ) {
    return this.answering(request.body, async () => {
      const actor = await this.senderOf(request, authorization);
      const begun = await this.partialUploads.begin(actor, fileNameIn(request), wholeNumber(length));
      void reply.headers({ ...placeOf(begun), location: `/uploads/parts/${begun.id}` });
      return { id: begun.id, byteSize: String(begun.byteSize) };
    });
  }

  @Head('parts/:id')
  async offset(
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
    @Headers('authorization') authorization: string | undefined,
    @Param('id') id: string,
  ): Promise<void> {
    await this.answering(null, async () => {
      const part = await this.partialUploads.find(await this.senderOf(request, authorization), id);
      void reply.headers(placeOf(part));
    });
  }

  @Patch('parts/:id')
  append(
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
    @Headers() { authorization, 'upload-offset': offset }: Record<string, string | undefined>,
    @Param('id') id: string,
  ) {
    const { body } = request;
    return this.answering(body, async () => {
      const actor = await this.senderOf(request, authorization);
      if (!isStream(body))
        throw new BadRequestException(
          problem('INVALID_INPUT', `The content type must be ${PART_TYPE}`, 'Content-Type'),
        );
      const part = await this.partialUploads.append(actor, id, wholeNumber(offset), body);
      void reply.headers(placeOf(part));
      if (part.upload) return uploadOf(part.upload);
      void reply.status(204);
      return undefined;
    });
  }

  private async senderOf(request: FastifyRequest, authorization: string | undefined) {
    const holder = await this.authenticator.holderOf(authorization ?? null);
    if (!holder.roles.some((role) => SENDERS.has(role)))
      throw new ForbiddenException(problem('FORBIDDEN', 'Your roles send no files', null));
    return { ...holder, requestId: request.id };
  }

  private async answering<T>(body: unknown, work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      // What is left of a refused body is read away, or the client would never see the answer.
      if (isStream(body)) body.resume();
      // Nobody is there any more to be answered; what came of a part is kept.
      if ((error as NodeJS.ErrnoException).code === 'ECONNRESET')
        throw new BadRequestException(problem('CONNECTION_BROKEN', 'The connection broke', null));
      if (error instanceof Unauthenticated) throw new UnauthorizedException(problemOf(error));
      if (error instanceof UploadNotFound || error instanceof PartialUploadNotFound)
        throw new NotFoundException(problemOf(error));
      if (error instanceof WrongOffset) throw new ConflictException(problemOf(error));
      if (error instanceof UploadTooLarge || error instanceof UploadQuotaExceeded)
        throw new PayloadTooLargeException(problemOf(error));
      if (error instanceof DomainError) throw new BadRequestException(problemOf(error));
      throw error;
    }
  }
}

/** As the tus protocol 1.0 has it: https://tus.io/protocols/resumable-upload#core-protocol. */
const placeOf = ({ offset, byteSize }: ReceivedPart) => ({
  'tus-resumable': '1.0.0',
  'cache-control': 'no-store',
  'upload-offset': String(offset),
  'upload-length': String(byteSize),
});
const uploadOf = ({ id, sha256, byteSize }: ReceivedFile) => ({
  id,
  sha256: sha256.toString('hex'),
  byteSize: byteSize.toString(),
});

function fileNameIn(request: FastifyRequest): string {
  const { fileName } = request.query as { fileName?: unknown };
  return typeof fileName === 'string' ? fileName : '';
}

/** NaN, which is refused wherever a number is asked for, unless it is one. */
const wholeNumber = (text: string | undefined) => (/^\d{1,15}$/.test(text ?? '') ? Number(text) : Number.NaN);
const isStream = (body: unknown): body is NodeJS.ReadableStream =>
  typeof body === 'object' && body !== null && 'pipe' in body;
const problem = (code: string, message: string, path: string | null) => ({ error: { code, message, path } });
const problemOf = ({ code, message, path }: DomainError) => problem(code, message, path ?? null);
