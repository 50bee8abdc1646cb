import type { Client } from 'pg';

/**
 * Runs `work` while `owner` holds what `lock` takes, so that a race is met for sure and not by luck. `work` is given a way
 * to wait until so many sessions wait for that in the end, directly or behind each other.
 */
export async function whileHeld<T>(
  owner: Client,
  lock: string,
  parameters: readonly unknown[],
  work: (waiting: (n: number) => Promise<void>) => Promise<T>,
): Promise<T> {
  await owner.query('BEGIN');
  await owner.query(lock, [...parameters]);
  try {
    return await work(async (n) => {
      for (let seen = -1; seen < n;) {
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
    await owner.query('COMMIT');
  }
}
