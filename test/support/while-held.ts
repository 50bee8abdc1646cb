import { setTimeout as delay } from 'node:timers/promises';

import type { Client } from 'pg';

/** Who does not wait by then does not wait at all, also on a slow machine: a lock is missing. */
const PATIENCE_MS = 20_000;

/**
 * Runs `work` while `owner` holds what `lock` takes, so that a race is met for sure and not by luck. `work` is given a way
 * to wait until so many sessions wait for that in the end, directly or behind each other; it gives up after 20 seconds.
 */
export async function whileHeld<T>(
  owner: Client,
  lock: string,
  parameters: readonly unknown[],
  work: (waiting: (n: number) => Promise<void>) => Promise<T>,
): Promise<T> {
  let isOver = false;
  await owner.query('BEGIN');
  await owner.query(lock, [...parameters]);
  try {
    return await work(async (n) => {
      const until = Date.now() + PATIENCE_MS;
      for (let seen = -1; seen < n && !isOver;) {
        if (seen >= 0) await delay(5);
        if (Date.now() > until) throw new Error(`Only ${seen} of ${n} sessions wait for what is held`);
        // Within a transaction the view would show what it showed first.
        await owner.query('SELECT pg_stat_clear_snapshot()');
        const { rowCount } = await owner.query(
          `WITH RECURSIVE held (pid) AS (
             SELECT pg_backend_pid()
             UNION SELECT activity.pid FROM pg_stat_activity activity
                   JOIN held ON held.pid = ANY (pg_blocking_pids(activity.pid)))
           SELECT FROM held WHERE pid <> pg_backend_pid()`,
        );
        seen = rowCount ?? 0;
      }
    });
  } finally {
    // Who raced the waiting against something else may have left it behind.
    isOver = true;
    await owner.query('COMMIT');
  }
}
