import { Injectable } from '@nestjs/common';

import { type LeasedLoad, LoadQueue } from '#libs/dataset';

import { keepAtWork } from './keep-at-work.ts';

/** A small file does not wait for a large one. */
const MOST_AT_ONCE = 2;

/** Reads files into datasets, within a tenth of a second of being asked to as long as there is room. */
@Injectable()
export class LoadLoop {
  /** Cuts off what is under way, which is begun anew by the next worker. */
  stop = (): Promise<void> => Promise.resolve();

  constructor(private readonly queue: LoadQueue) {}

  start(): void {
    this.stop = keepAtWork<LeasedLoad>({
      name: 'load',
      lookEveryMs: 100,
      take: async (underWay) => {
        while ((await this.queue.failAbandoned()) > 0);
        const load = underWay.length < MOST_AT_ONCE ? await this.queue.lease(underWay) : null;
        return load ? [load] : [];
      },
      run: (load, signal) => this.queue.run(load, signal),
    });
  }
}
