import type { TestExchange } from './start-exchange.ts';

/** The level of a version as `login` proposes it, confirmed by its chief; left out: as the columns suggest. */
export async function classify(
  exchange: TestExchange,
  login: string,
  datasetVersionId: string,
  level: string | null = null,
): Promise<void> {
  const { id: classificationId } = await exchange.act<{ id: string }>(
    login,
    'proposeClassification',
    { datasetVersionId, level },
    'Classification { id }',
  );
  await exchange.act(
    `${login}-chief`,
    'decideClassification',
    { classificationId, isConfirmed: true },
    'Classification { id }',
  );
}
