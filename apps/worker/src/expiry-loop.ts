import { Injectable, Logger } from '@nestjs/common';

import { ExpiryService } from '#libs/asset';

const LOOK_EVERY_MS = 1_000;

/** Ends registrations on their day, within a second of exchange time reaching it. */
@Injectable()
export class ExpiryLoop {
  private readonly logger = new Logger(ExpiryLoop.name);
  private timer: NodeJS.Timeout | undefined;
  private turn: Promise<void> = Promise.resolve();
  private isStopped = true;

  constructor(private readonly expiry: ExpiryService) {}

  start(): void {
    this.isStopped = false;
    this.timer = setTimeout(() => {
      this.turn = this.takeTurn().finally(() => {
        if (!this.isStopped) this.start();
      });
    }, LOOK_EVERY_MS);
  }

  /** Ends after the turn under way. */
  async stop(): Promise<void> {
    this.isStopped = true;
    clearTimeout(this.timer);
    await this.turn;
  }

  private async takeTurn(): Promise<void> {
    try {
      while (!this.isStopped && (await this.expiry.lapseDue()) > 0);
    } catch (error) {
      // The next turn tries again.
      this.logger.error(`Registrations that are over are still in the register: ${String(error)}`);
    }
  }
}
