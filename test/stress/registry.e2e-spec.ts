import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { startExchange, type TestExchange } from '../support/start-exchange.ts';
import { checkRegistryYear } from './check-registry-year.ts';
import { liveRegistryYear } from './live-registry-year.ts';

describe('a year of the registry', () => {
  let exchange: TestExchange;
  beforeAll(async () => {
    exchange = await startExchange();
  });
  afterAll(() => exchange.stop());

  it('misses no deadline, does nothing early, and leaves certificates that everybody can verify', async () => {
    const lived = await liveRegistryYear(exchange, { seed: 7, count: 10, log: () => undefined });
    const { faults, certificates } = await checkRegistryYear(exchange);

    expect(faults).toEqual([]);
    expect(lived.applications).toBe(10);
    expect(certificates).toBeGreaterThan(12);
    // More than four hundred days, one after the other.
  }, 240_000);
});
