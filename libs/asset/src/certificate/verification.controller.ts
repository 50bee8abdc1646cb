import { Readable } from 'node:stream';

import {
  Controller,
  Get,
  Headers,
  Param,
  Post,
  Req,
  Res,
  UnsupportedMediaTypeException,
} from '@nestjs/common';
import { RouteConfig } from '@nestjs/platform-fastify';
import type { FastifyReply, FastifyRequest } from 'fastify';

import { Clock } from '#libs/foundation';

import { CertificateLookup } from './certificate-lookup.ts';
import { LIMITED, preferredType } from './lookup-limit.ts';
import { PAGE_HEADERS } from './page-shell.ts';
import { answerOf, notFoundSentence, verdictAnswerOf } from './verification-answer.ts';
import { noticePage, verificationPage } from './verification-page.ts';

/**
 * `GET /verify/CODE`, where the QR code of a certificate leads, and `POST /verify` with a certificate as body: whether
 * it counts now; for anyone.
 */
@Controller('verify')
export class VerificationController {
  constructor(
    private readonly lookup: CertificateLookup,
    private readonly clock: Clock,
  ) {}

  @RouteConfig(LIMITED)
  @Get(':code')
  async read(
    @Param('code') code: string,
    @Headers('accept') accept: string | undefined,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const found = await this.lookup.find(code);
    void reply
      .headers({ ...PAGE_HEADERS, 'cache-control': 'no-store', vary: 'accept' })
      .status(found ? 200 : 404);
    if (preferredType(accept) !== 'application/json') {
      void reply.type('text/html; charset=utf-8');
      await reply.send(
        found
          ? verificationPage(found.facts, found.standing)
          : noticePage('查无此凭证', notFoundSentence(code)),
      );
    } else {
      const absent = { code, status: 'NOT_FOUND', reason: notFoundSentence(code) };
      await reply.send(found ? answerOf(found) : { ...absent, checkedAt: this.clock.now() });
    }
  }

  @RouteConfig(LIMITED)
  @Post()
  async check(@Req() { body }: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    if (typeof body !== 'string') {
      // An upload comes as a stream; what is left of it is read away, or the client would never see the answer.
      if (body instanceof Readable) body.resume();
      throw new UnsupportedMediaTypeException();
    }
    void reply.headers({ ...PAGE_HEADERS, 'cache-control': 'no-store' });
    await reply.status(200).send(verdictAnswerOf(await this.lookup.check(body)));
  }
}
