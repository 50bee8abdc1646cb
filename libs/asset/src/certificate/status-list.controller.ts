import { Controller, Get, NotFoundException, Param, StreamableFile } from '@nestjs/common';
import { RouteConfig } from '@nestjs/platform-fastify';

import { LIMITED } from './lookup-limit.ts';
import { StatusListService } from './status-list.service.ts';

/** `GET /status-lists/N`, for anyone: which of the certificates that name the list ended before their time. */
@Controller('status-lists')
export class StatusListController {
  constructor(private readonly lists: StatusListService) {}

  @RouteConfig(LIMITED)
  @Get(':n')
  async read(@Param('n') n: string): Promise<StreamableFile> {
    const list = /^\d{1,5}$/.test(n) ? await this.lists.read(Number(n)) : null;
    if (list === null) throw new NotFoundException();
    return new StreamableFile(Buffer.from(list), { type: 'application/vc+jwt' });
  }
}
