import { Logger } from '@nestjs/common';

export interface Workplace<Work> {
  /** What the work is called in the log. */
  readonly name: string;
  readonly lookEveryMs: number;
  /** Takes work that waits, as much as there is room for beside what is under way; it is asked again until it takes none. */
  readonly take: (underWay: readonly Work[]) => Promise<readonly Work[]>;
  /** Does it. Cut off by `signal`, it leaves it to be done again. */
  readonly run: (work: Work, signal: AbortSignal) => Promise<void>;
}

/**
 * Takes what waits and has it done side by side, until told to stop: what is slow holds up nothing else.
 *
 * @returns stops it: cuts off what is under way, and waits for that
 */
export function keepAtWork<Work extends { readonly id: string }>({
  name,
  lookEveryMs,
  take,
  run,
}: Workplace<Work>): () => Promise<void> {
  const logger = new Logger(`${name} worker`);
  const stopping = new AbortController();
  const { signal } = stopping;
  const underWay = new Map<Work, Promise<void>>();
  let timer: NodeJS.Timeout | undefined;
  let turn: Promise<void> = Promise.resolve();

  const begin = (work: Work) => {
    const running = run(work, signal)
      .catch((error: unknown) => {
        // It is begun anew when its lease has run out.
        logger.error(`What became of ${name} ${work.id} is not recorded: ${String(error)}`);
      })
      .finally(() => underWay.delete(work));
    underWay.set(work, running);
  };
  const takeTurn = async () => {
    try {
      while (!signal.aborted) {
        const taken = await take([...underWay.keys()]);
        if (taken.length === 0) return;
        taken.forEach(begin);
      }
    } catch (error) {
      // The next turn tries again.
      logger.error(`What waits is not begun: ${String(error)}`);
    }
  };
  const wait = () => {
    timer = setTimeout(() => {
      turn = takeTurn().finally(() => {
        if (!signal.aborted) wait();
      });
    }, lookEveryMs);
  };

  wait();
  return async () => {
    stopping.abort();
    clearTimeout(timer);
    await turn;
    await Promise.all(underWay.values());
  };
}
