import { Args, Mutation, Query, Resolver } from '@nestjs/graphql';

import { ClientIdReused } from '#libs/audit';
import { InvalidInput } from '#libs/foundation';
import {
  type Actor,
  AllowedTo,
  AllowedToSignedIn,
  CurrentActor,
  declareResult,
  GraphQLUuid,
  PageArgs,
  pageOf,
  Role,
  idAfter,
} from '#libs/graphql';
import { Money } from '#libs/money';

import type { Evaluation } from './evaluation.entity.ts';
import { AppraiserNotIndependent, AssetNotEvaluable } from './valuation.errors.ts';
import {
  EvaluateAssetInput,
  EvaluationConnection,
  EvaluationObject,
  type IncomeInput,
} from './valuation.object.ts';
import { ValuationService } from './valuation.service.ts';

const EvaluateAssetResult = declareResult('EvaluateAssetResult', EvaluationObject, [
  InvalidInput,
  ClientIdReused,
  AssetNotEvaluable,
  AppraiserNotIndependent,
]);

const shown = ({ inputs, result, valueMinor, currency, ...rest }: Evaluation) => ({
  ...rest,
  currency,
  inputs: JSON.stringify(inputs),
  result: JSON.stringify(result),
  value: Money.ofMinorUnits(valueMinor, currency).toDecimal(),
});

/** As `pdx calc income-value` takes it. */
const incomeInputs = ({ cashFlows, discountRate, capm, terminalCashFlow }: IncomeInput) => {
  if (Boolean(discountRate) === Boolean(capm))
    throw new InvalidInput('income.discountRate', 'give either a discount rate or capm');
  return {
    cashFlows,
    ...(capm ? { capm: { riskFree: capm.riskFree, marketReturn: capm.marketReturn, beta: capm.beta } } : {}),
    ...(discountRate ? { discountRate } : {}),
    ...(terminalCashFlow ? { terminal: { cashFlow: terminalCashFlow } } : {}),
  };
};

@Resolver(() => EvaluationObject)
export class ValuationResolver {
  constructor(private readonly valuation: ValuationService) {}

  @AllowedToSignedIn()
  @Query(() => EvaluationConnection, {
    name: 'evaluations',
    description: 'The evaluations you may see: of your own assets, or made by your firm; oldest first',
  })
  async listEvaluations(
    @CurrentActor() actor: Actor,
    @Args() { first, after }: PageArgs,
    @Args('assetId', { type: () => GraphQLUuid, nullable: true, description: 'Of this asset only' })
    assetId: string | null,
  ) {
    const afterId = idAfter(after);
    const found = await this.valuation.list(actor, { assetId: assetId ?? null, first, afterId });
    return pageOf(found.map(shown), first, ({ id }) => [id]);
  }

  @AllowedTo(Role.APPRAISER)
  @Mutation(() => EvaluateAssetResult.union, { description: 'Values a registered asset' })
  evaluateAsset(@CurrentActor() actor: Actor, @Args('input') input: EvaluateAssetInput) {
    return EvaluateAssetResult.from(this.evaluate(actor, input));
  }

  private async evaluate(actor: Actor, { clientId, assetId, baseDate, income, cost }: EvaluateAssetInput) {
    const id = await this.valuation.evaluate(actor, clientId, {
      assetId,
      baseDate,
      income: income ? incomeInputs(income) : null,
      cost: cost ?? null,
    });
    const evaluation = await this.valuation.find(actor, id);
    return evaluation && shown(evaluation);
  }
}
