import { Injectable, Logger } from '@nestjs/common';

import { AuditTreeService } from './audit-tree.service.ts';

const SEQUENCE_EVERY_MS = 250;
const CHECKPOINT_EVERY_MS = 1_000;

/** Keeps the tree up with what happens: entries within a quarter of a second, a signed checkpoint each second. */
@Injectable()
export class AuditLoop {
  private readonly logger = new Logger(AuditLoop.name);
  private timer: NodeJS.Timeout | undefined;
  private turn: Promise<void> = Promise.resolve();
  private publishedAt = 0;
  private isStopped = true;

  constructor(private readonly tree: AuditTreeService) {}

  start(): void {
    this.isStopped = false;
    this.timer = setTimeout(() => {
      this.turn = this.takeTurn().finally(() => {
        if (!this.isStopped) this.start();
      });
    }, SEQUENCE_EVERY_MS);
  }

  /** Ends after the turn under way, with everything that has happened so far in a checkpoint. */
  async stop(): Promise<void> {
    this.isStopped = true;
    clearTimeout(this.timer);
    await this.turn;
    this.publishedAt = 0;
    await this.takeTurn();
  }

  private async takeTurn(): Promise<void> {
    try {
      while ((await this.tree.sequenceOnce()) > 0);
      if (Date.now() - this.publishedAt < CHECKPOINT_EVERY_MS) return;
      this.publishedAt = Date.now();
      await this.tree.publishCheckpoint();
    } catch (error) {
      // The next turn goes on where this one ended.
      this.logger.error(`The audit log is behind: ${String(error)}`);
    }
  }
}
