import { Controller, Get, ServiceUnavailableException } from '@nestjs/common';

import { PgPool } from '#libs/database';

@Controller()
export class HealthController {
  constructor(private readonly pool: PgPool) {}

  /** The process answers. */
  @Get('health')
  health(): { status: string } {
    return { status: 'ok' };
  }

  /** The process can do its work: the database answers. */
  @Get('ready')
  async ready(): Promise<{ status: string }> {
    try {
      await this.pool.query('SELECT 1');
    } catch {
      throw new ServiceUnavailableException('the database does not answer');
    }
    return { status: 'ready' };
  }
}
