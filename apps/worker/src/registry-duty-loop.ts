import { Injectable, Logger } from '@nestjs/common';

import { YearlyReportDuty } from '#libs/registry-office';

const LOOK_EVERY_MS = 1_000;

/** Opens what registries owe by the calendar, within a second of exchange time reaching it. */
@Injectable()
export class RegistryDutyLoop {
  private readonly logger = new Logger(RegistryDutyLoop.name);
  private timer: NodeJS.Timeout | undefined;
  private turn: Promise<void> = Promise.resolve();
  private isStopped = true;

  constructor(private readonly yearlyReports: YearlyReportDuty) {}

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
      await this.yearlyReports.openDue();
    } catch (error) {
      // The next turn tries again.
      this.logger.error(`Yearly reports that are due are not opened: ${String(error)}`);
    }
  }
}
