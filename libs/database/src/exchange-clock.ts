import { Injectable, Logger, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';

import { Clock, invariant } from '#libs/foundation';

import { PgPool } from './pg-pool.ts';

const REFRESH_MS = 1_000;

/**
 * Exchange time of this database: real time, and ahead of it by what a sample exchange has been advanced.
 *
 * Every process follows an advance within a second, or as soon as the database can be reached again.
 */
@Injectable()
export class ExchangeClock extends Clock implements OnModuleInit, OnModuleDestroy {
  private readonly logger = new Logger(ExchangeClock.name);
  private offsetMs: number | null = null;
  private timer: NodeJS.Timeout | undefined;
  private refreshing: Promise<void> | undefined;

  constructor(private readonly pool: PgPool) {
    super();
  }

  now(): Date {
    invariant(this.offsetMs !== null, 'The exchange clock is read before it was loaded');
    return new Date(Date.now() + this.offsetMs);
  }

  /** Reads the offset, or fails. */
  async load(): Promise<void> {
    const { rows } = await this.pool.query<{ offset_ms: string }>('SELECT offset_ms FROM exchange_clock');
    invariant(rows[0], 'exchange_clock has no row');
    this.offsetMs = Number(rows[0].offset_ms);
  }

  /** Reads the offset if it can; keeps the one it has if not. */
  refresh(): Promise<void> {
    this.refreshing ??= this.load()
      .catch((error: unknown) => {
        this.logger.warn(`Exchange clock not refreshed: ${String(error)}`);
      })
      .finally(() => {
        this.refreshing = undefined;
      });
    return this.refreshing;
  }

  async onModuleInit(): Promise<void> {
    await this.load();
    this.timer = setInterval(() => void this.refresh(), REFRESH_MS).unref();
  }

  async onModuleDestroy(): Promise<void> {
    clearInterval(this.timer);
    await this.refreshing;
  }
}
