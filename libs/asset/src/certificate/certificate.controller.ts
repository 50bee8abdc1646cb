import { createHash } from 'node:crypto';

import { Controller, Get, Headers, Param, Res } from '@nestjs/common';
import { RouteConfig } from '@nestjs/platform-fastify';
import type { FastifyReply } from 'fastify';

import { invariant } from '#libs/foundation';

import { CertificateLookup, type FoundCertificate } from './certificate-lookup.ts';
import { certificatePage } from './certificate-page.ts';
import { LIMITED } from './lookup-limit.ts';
import { PAGE_HEADERS } from './page-shell.ts';
import { notFoundSentence } from './verification-answer.ts';
import { noticePage } from './verification-page.ts';

/** `GET /certificates/CODE` to read and print a certificate, `GET /certificates/CODE.jwt` to keep it; for anyone. */
@Controller('certificates')
export class CertificateController {
  constructor(private readonly lookup: CertificateLookup) {}

  @RouteConfig(LIMITED)
  @Get(':file')
  async read(
    @Param('file') file: string,
    @Headers('if-none-match') known: string | undefined,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const [, code = '', ending] = /^(.*?)(\.jwt)?$/s.exec(file) ?? [];
    const found = await this.lookup.find(code);
    void reply.headers(PAGE_HEADERS);
    if (!found) {
      void reply.header('cache-control', 'no-store').type('text/html; charset=utf-8').status(404);
      await reply.send(noticePage('查无此凭证', notFoundSentence(code)));
    } else if (ending) await this.send(reply, known, this.download(reply, found));
    else await this.send(reply, known, await this.page(reply, found));
  }

  /** What was signed never changes. */
  private download(reply: FastifyReply, { credential, facts }: FoundCertificate): string {
    void reply
      .type('application/vc+jwt')
      .header('content-disposition', `attachment; filename="${facts.code}.jwt"`)
      .header('cache-control', 'public, max-age=86400');
    return credential;
  }

  /** How it stands may change at any time, so it is asked for anew each time. */
  private async page(reply: FastifyReply, { document, facts, standing }: FoundCertificate): Promise<string> {
    void reply.type('text/html; charset=utf-8').header('cache-control', 'no-cache');
    const page = certificatePage(document, standing, await this.lookup.verifyUrlOf(facts.code), true);
    invariant(page, 'What was found is a certificate');
    return page;
  }

  private async send(reply: FastifyReply, known: string | undefined, body: string): Promise<void> {
    const etag = `"${createHash('sha256').update(body).digest('base64url')}"`;
    void reply.header('etag', etag);
    if (known?.split(',').some((tag) => tag.trim().replace(/^W\//, '') === etag))
      await reply.status(304).send();
    else await reply.send(body);
  }
}
