import { Injectable, Logger } from '@nestjs/common';

import { ExpiryService } from '#libs/asset';
import { PartialUploadService } from '#libs/dataset';
import { TitleClockService } from '#libs/property-right';
import { YearlyReportDuty } from '#libs/registry-office';

const LOOK_EVERY_MS = 1_000;

/** Does what happens by itself at registries, and to uploads that nobody ends, within a second of exchange time reaching its day. */
@Injectable()
export class ClockLoop {
  private readonly logger = new Logger(ClockLoop.name);
  private timer: NodeJS.Timeout | undefined;
  private turn: Promise<void> = Promise.resolve();
  private isStopped = true;

  constructor(
    private readonly expiry: ExpiryService,
    private readonly titleClock: TitleClockService,
    private readonly yearlyReports: YearlyReportDuty,
    private readonly partialUploads: PartialUploadService,
  ) {}

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
    // What is wrong with one kind of clock does not stop the others.
    const clocks = [
      () => this.expiry.lapseDue(),
      () => this.titleClock.actDue(),
      () => this.yearlyReports.openDue(),
      () => this.partialUploads.clearAbandoned(),
    ];
    for (const act of clocks)
      try {
        while (!this.isStopped && (await act()) > 0);
      } catch (error) {
        // The next turn tries again.
        this.logger.error(`What is due by the clock is not done yet: ${String(error)}`);
      }
  }
}
