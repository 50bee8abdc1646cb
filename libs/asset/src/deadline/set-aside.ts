import { Logger } from '@nestjs/common';

const RETRY_MS = 3_600_000;

/**
 * What the clock could not do: left aside for an hour, so that it holds up nothing else. Its period stays open, and is
 * shown as overdue. Of this process only.
 */
export class SetAside {
  private readonly logger: Logger;
  private readonly until = new Map<string, number>();

  constructor(name: string) {
    this.logger = new Logger(name);
  }

  add(id: string, error: unknown, now: Date): void {
    this.until.set(id, now.getTime() + RETRY_MS);
    this.logger.error(
      `What is due about ${id} could not be done, and is tried again in an hour: ${String(error)}`,
    );
  }

  /** The ids that are not tried now. */
  at(now: Date): string[] {
    for (const [id, until] of this.until) if (until <= now.getTime()) this.until.delete(id);
    return [...this.until.keys()];
  }
}
