import { Injectable } from '@nestjs/common';

import { type LeasedDelivery, WebhookRelay } from '#libs/outbox';

import { keepAtWork } from './keep-at-work.ts';

const MOST_AT_ONCE = 32;

/** Sends webhooks, within a quarter of a second of the time they are due. */
@Injectable()
export class WebhookLoop {
  /** Cuts off what is under way, which is sent again later. */
  stop = (): Promise<void> => Promise.resolve();

  constructor(private readonly relay: WebhookRelay) {}

  start(): void {
    this.stop = keepAtWork<LeasedDelivery>({
      name: 'webhook delivery',
      lookEveryMs: 250,
      take: ({ length }) =>
        length < MOST_AT_ONCE ? this.relay.lease(MOST_AT_ONCE - length) : Promise.resolve([]),
      run: (delivery, signal) => this.relay.deliver(delivery, signal),
    });
  }
}
