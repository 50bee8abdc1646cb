import { Injectable, Logger } from '@nestjs/common';

import { LoadQueue } from '#libs/dataset';

const LOOK_EVERY_MS = 100;
/** A small file does not wait for a large one. */
const MOST_AT_ONCE = 2;

/** Reads files into datasets, within a tenth of a second of being asked to as long as there is room. */
@Injectable()
export class LoadLoop {
  private readonly logger = new Logger(LoadLoop.name);
  private readonly underWay = new Set<Promise<void>>();
  private stopping = new AbortController();
  private timer: NodeJS.Timeout | undefined;
  private turn: Promise<void> = Promise.resolve();

  constructor(private readonly queue: LoadQueue) {}

  start(): void {
    this.stopping = new AbortController();
    this.wait();
  }

  /** Cuts off what is under way, which is begun anew by the next worker. */
  async stop(): Promise<void> {
    this.stopping.abort();
    clearTimeout(this.timer);
    await this.turn;
    await Promise.all(this.underWay);
  }

  private wait(): void {
    this.timer = setTimeout(() => {
      this.turn = this.takeTurn().finally(() => {
        if (!this.stopping.signal.aborted) this.wait();
      });
    }, LOOK_EVERY_MS);
  }

  private async takeTurn(): Promise<void> {
    try {
      while ((await this.queue.failAbandoned()) > 0);
      while (this.underWay.size < MOST_AT_ONCE && !this.stopping.signal.aborted) {
        const load = await this.queue.lease();
        if (!load) return;
        const running = this.queue
          .run(load, this.stopping.signal)
          .catch((error: unknown) => {
            // It is begun anew when its lease has run out.
            this.logger.error(`What became of load ${load.id} is not recorded: ${String(error)}`);
          })
          .finally(() => this.underWay.delete(running));
        this.underWay.add(running);
      }
    } catch (error) {
      // The next turn tries again.
      this.logger.error(`Loads that wait are not begun: ${String(error)}`);
    }
  }
}
