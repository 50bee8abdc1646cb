import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { usccCheckDigit } from '#libs/foundation';

import { refusalOf, startExchange, type TestExchange } from '../support/start-exchange.ts';

const AT_ONCE = 6;

/** Who wins is chance; that one wins, and what the others hear, is not. */
describe('racing commands', () => {
  let exchange: TestExchange;
  beforeAll(async () => {
    exchange = await startExchange();
  });
  afterAll(() => exchange.stop());

  const race = async (send: (i: number) => Promise<unknown>) => {
    const results = await Promise.all(Array.from({ length: AT_ONCE }, (_, i) => refusalOf(send(i))));
    const refusals = results.filter((result) => !result.startsWith('not refused'));
    return { won: AT_ONCE - refusals.length, refusals: [...new Set(refusals)] };
  };

  it('confirm a dataset version once', async () => {
    const upload = await (
      await exchange.as('provider')
    ).upload('a.csv', new TextEncoder().encode('a,b\n1,2\n'));
    const { version } = await exchange.load<{ version: { id: string } }>(
      'provider',
      'registerDataset',
      { name: '竞争', description: '', uploadId: upload.id },
      'version { id }',
    );
    const datasetVersionId = version.id;
    expect(
      await race(() =>
        exchange.act('provider', 'confirmColumns', { datasetVersionId }, 'DatasetVersion { id }'),
      ),
    ).toEqual({ won: 1, refusals: ['DATASET_VERSION_CONFIRMED datasetVersionId'] });
  });

  it('decide an access request once, and make one grant', async () => {
    const { products } = await (
      await exchange.as('bank')
    ).query<{ products: { edges: { node: { listing: { id: string } } }[] } }>(
      '{ products(first: 1) { edges { node { listing { id } } } } }',
    );
    const listingId = products.edges[0]?.node.listing.id;
    const asked = {
      listingId,
      purpose: 'LOAN_ORIGINATION',
      justification: '竞争',
      quota: '5',
      validUntil: '2036-01-01T00:00:00Z',
    };
    const { id } = await exchange.act<{ id: string }>('bank', 'requestAccess', asked, 'AccessRequest { id }');
    const deciders = ['provider-chief', 'operator'];
    expect(
      await race((i) =>
        exchange.act(
          deciders[i % 2] ?? '',
          'reviewAccessRequest',
          { accessRequestId: id, isApproved: true },
          'AccessRequest { id }',
        ),
      ),
    ).toEqual({ won: 1, refusals: ['ACCESS_REQUEST_DECIDED accessRequestId'] });
  });

  it('take a product off the catalogue once', async () => {
    const { products } = await (
      await exchange.as('bank')
    ).query<{ products: { edges: { node: { id: string } }[] } }>(
      '{ products(first: 1, zoneCode: "OCEAN") { edges { node { id } } } }',
    );
    const productId = products.edges[0]?.node.id;
    expect(
      await race(() => exchange.act('operator', 'delistProduct', { productId }, 'Product { id }')),
    ).toEqual({
      won: 1,
      refusals: ['PRODUCT_NOT_IN_STATE productId'],
    });
  });

  it('close a month once', async () => {
    const { exchange: now } = await exchange.anonymous.query<{ exchange: { today: string } }>(
      '{ exchange { today } }',
    );
    const month = now.today.slice(0, 7);
    await exchange.act(
      'operator',
      'advanceClock',
      { to: `${Number(month.slice(0, 4)) + 1}-02-01T00:00:00Z` },
      'ExchangeTime { time }',
    );
    expect(
      await race(() => exchange.act('operator', 'closeMonth', { month }, 'SettlementMonth { month }')),
    ).toEqual({
      won: 1,
      refusals: ['MONTH_CLOSED month'],
    });
  });

  it('register a body once', async () => {
    const party = {
      kind: 'PROVIDER',
      name: '竞争单位',
      uscc: `91370200MA0999999${usccCheckDigit('91370200MA0999999')}`,
      isSample: true,
    };
    const { refusals, won } = await race(() =>
      exchange.act('operator', 'registerParty', party, 'Party { id }'),
    );
    expect({ won, refusals }).toEqual({ won: 1, refusals: ['USCC_TAKEN uscc'] });
  });

  it('answer one subject to the same command sent many times at once', async () => {
    const { products } = await (
      await exchange.as('bank')
    ).query<{ products: { edges: { node: { listing: { id: string } } }[] } }>(
      '{ products(first: 1) { edges { node { listing { id } } } } }',
    );
    const input = {
      clientId: 'one-and-the-same',
      listingId: products.edges[0]?.node.listing.id,
      purpose: 'LOAN_ORIGINATION',
      justification: '同一命令',
      quota: '5',
      validUntil: '2036-01-01T00:00:00Z',
    };
    const bank = await exchange.as('bank');
    const sent = await Promise.all(
      Array.from({ length: AT_ONCE }, () =>
        bank.mutate<{ id: string }>('requestAccess', input, 'AccessRequest { id }'),
      ),
    );
    expect(new Set(sent.map(({ id }) => id)).size).toBe(1);
  });
});
