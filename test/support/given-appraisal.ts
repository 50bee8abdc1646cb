import type { TestExchange } from './start-exchange.ts';

/** An asset of `provider`, appraised by the sample exchange's firm: 300 by income and 252 by cost, half and half. */
export async function appraise(
  exchange: TestExchange,
  assetId: string,
  purpose = 'PRICING',
): Promise<{ readonly engagementId: string; readonly value: string; readonly document: string }> {
  const people = ['appraiser', 'appraiser-2'];
  const known = await Promise.all(
    people.map(async (login) => {
      const client = await exchange.as(login);
      return (await client.query<{ me: { id: string; partyId: string } }>('{ me { id partyId } }')).me;
    }),
  );
  const operator = await exchange.as('operator');
  const { exchangeTime } = await operator.query<{ exchangeTime: string }>('{ exchangeTime }');
  const today = new Date(Date.parse(exchangeTime) + 8 * 3_600_000).toISOString().slice(0, 10);
  const { id: engagementId } = await exchange.act<{ id: string }>(
    'provider-chief',
    'commissionValuation',
    {
      kind: 'APPRAISAL',
      assetId,
      firmId: known[0]?.partyId,
      purpose,
      useScope: '测试',
      baseDate: today,
    },
    'ValuationEngagement { id }',
  );
  const act = (login: string, field: string, more: object = {}) =>
    exchange.act<{ report: { value: string; document: string } | null }>(
      login,
      field,
      { engagementId, ...more },
      'ValuationEngagement { report { value document } }',
    );
  await act('appraiser', 'acceptValuation', { personIds: known.map(({ id }) => id) });
  const income = { cashFlows: ['110', '121'], discountRate: '0.1', terminal: { cashFlow: '12.1' } };
  const cost = { historicalCost: '400', priceChanges: ['0.05'], usedYears: '4', remainingYears: '6' };
  await act('appraiser', 'prepareValuation', {
    methods: [
      { method: 'income-value', weight: '1/2', inputs: JSON.stringify(income) },
      { method: 'replacement-cost', weight: '1/2', inputs: JSON.stringify(cost) },
    ],
    assumptions: '测试',
    validUntil: today,
  });
  await act('appraiser-3', 'reviewValuation', { draftNumber: 1, isApproved: true });
  for (const login of people) await act(login, 'signValuation', { draftNumber: 1 });
  const { report } = await act('appraiser', 'deliverValuation');
  return { engagementId, value: report?.value ?? '', document: report?.document ?? '' };
}
