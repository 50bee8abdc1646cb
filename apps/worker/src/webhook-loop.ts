import { Injectable, Logger } from '@nestjs/common';

import { type LeasedDelivery, WebhookRelay } from '#libs/outbox';

const LOOK_EVERY_MS = 250;
const MOST_AT_ONCE = 32;

/** Sends webhooks, within a quarter of a second of the time they are due. */
@Injectable()
export class WebhookLoop {
  private readonly logger = new Logger(WebhookLoop.name);
  private readonly underWay = new Set<Promise<void>>();
  private stopping = new AbortController();
  private timer: NodeJS.Timeout | undefined;
  private turn: Promise<void> = Promise.resolve();

  constructor(private readonly relay: WebhookRelay) {}

  start(): void {
    this.stopping = new AbortController();
    this.wait();
  }

  /** Cuts off what is under way, which is sent again later. */
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

  /** Begins what there is room for; a slow receiver holds up nobody else. */
  private async takeTurn(): Promise<void> {
    const room = MOST_AT_ONCE - this.underWay.size;
    if (room === 0) return;
    try {
      for (const delivery of await this.relay.lease(room)) {
        const sending = this.send(delivery).finally(() => this.underWay.delete(sending));
        this.underWay.add(sending);
      }
    } catch (error) {
      // The next turn tries again.
      this.logger.error(`Webhooks that are due are not sent: ${String(error)}`);
    }
  }

  private async send(delivery: LeasedDelivery): Promise<void> {
    try {
      await this.relay.deliver(delivery, this.stopping.signal);
    } catch (error) {
      // It is sent again when its lease has run out.
      this.logger.error(`What became of webhook delivery ${delivery.id} is not recorded: ${String(error)}`);
    }
  }
}
