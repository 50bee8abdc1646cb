import { AsyncLocalStorage } from 'node:async_hooks';

import { Client } from 'pg';

/** Statements that are run on behalf of a test, and not by what else runs in this process. */
const statements = new AsyncLocalStorage<{ count: number }>();
const query = Reflect.get(Client.prototype, 'query') as (...args: unknown[]) => unknown;
Reflect.set(Client.prototype, 'query', function counted(this: Client, ...args: unknown[]) {
  const counter = statements.getStore();
  if (counter) counter.count += 1;
  return query.apply(this, args);
});

/** What `work` comes to, and how many statements it takes; not over a socket, where nobody knows whose they are. */
export async function countStatements<T>(work: () => Promise<T>): Promise<{ found: T; count: number }> {
  const counter = { count: 0 };
  const found = await statements.run(counter, work);
  return { found, count: counter.count };
}
