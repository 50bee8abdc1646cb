import { Controller, Get, NotFoundException, Param, StreamableFile } from '@nestjs/common';
import { RouteConfig } from '@nestjs/platform-fastify';

import { LIMITED } from '#libs/asset';

import { ReportStatusListService } from './report-status-list.service.ts';

/** `GET /status-lists/valuation-reports/N`, for anyone: which of the reports that name the list ended before their last day. */
@Controller('status-lists/valuation-reports')
export class ReportStatusListController {
  constructor(private readonly lists: ReportStatusListService) {}

  @RouteConfig(LIMITED)
  @Get(':n')
  async read(@Param('n') n: string): Promise<StreamableFile> {
    const list = /^\d{1,5}$/.test(n) ? await this.lists.read(Number(n)) : null;
    if (list === null) throw new NotFoundException();
    return new StreamableFile(Buffer.from(list), { type: 'application/vc+jwt' });
  }
}
