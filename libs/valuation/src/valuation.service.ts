import { Injectable } from '@nestjs/common';
import { MoreThan } from 'typeorm';

import { AssetService, AssetState } from '#libs/asset';
import { type AuditActor, CommandRunner } from '#libs/audit';
import { type SecurityContext, TransactionRunner } from '#libs/database';
import { Clock, InvalidInput, invariant, type LegalDay, newId } from '#libs/foundation';

import {
  calculateIncomeValue,
  calculateReplacementCost,
  type CostInputs,
  type IncomeInputs,
} from './calculations.ts';
import { Evaluation } from './evaluation.entity.ts';
import { AppraiserNotIndependent, AssetNotEvaluable } from './valuation.errors.ts';

export interface NewEvaluation {
  readonly assetId: string;
  readonly baseDate: LegalDay;
  readonly income: IncomeInputs | null;
  readonly cost: CostInputs | null;
}

@Injectable()
export class ValuationService {
  constructor(
    private readonly commands: CommandRunner,
    private readonly transactions: TransactionRunner,
    private readonly assets: AssetService,
    private readonly clock: Clock,
  ) {}

  /**
   * Values an asset by one method and keeps inputs, formula version and result. The value is rounded to the fen once.
   *
   * @throws InvalidInput, AssetNotEvaluable, AppraiserNotIndependent
   */
  evaluate(actor: AuditActor, clientId: string, input: NewEvaluation): Promise<string> {
    const { assetId, baseDate, income, cost } = input;
    const content = JSON.parse(JSON.stringify(input)) as never;
    return this.commands.run(actor, { clientId, action: 'EVALUATE_ASSET', content }, async (tx) => {
      if ((income === null) === (cost === null))
        throw new InvalidInput('income', 'give the inputs of exactly one method: income or cost');
      const calculation = income
        ? calculateIncomeValue(income)
        : cost
          ? calculateReplacementCost(cost)
          : null;
      invariant(calculation && actor.partyId, 'One method is given, and an appraiser acts for a party');
      const asset = await this.assets.findIn(tx, assetId);
      if (asset?.state !== AssetState.REGISTERED) throw new AssetNotEvaluable();
      if (asset.providerId === actor.partyId) throw new AppraiserNotIndependent();
      const fen = calculation.value.times(100).round();
      if (fen.abs().gt('1e15'))
        throw new InvalidInput(income ? 'income' : 'cost', 'gives a value beyond 10^13');
      const id = newId();
      await tx.insert(Evaluation, {
        id,
        assetId,
        providerId: asset.providerId,
        method: income ? 'INCOME' : 'COST',
        formulaVersion: calculation.formulaVersion,
        inputs: calculation.inputs as never,
        result: calculation.result as never,
        valueMinor: BigInt(fen.toFixed(0)),
        currency: 'CNY',
        baseDate,
        evaluatorId: actor.partyId,
        evaluatedBy: actor.id,
        evaluatedAt: this.clock.now(),
      });
      return { subjectId: id };
    });
  }

  find(context: SecurityContext, id: string): Promise<Evaluation | null> {
    return this.transactions.run(context, (tx) => tx.findOneBy(Evaluation, { id }));
  }

  list(
    context: SecurityContext,
    { assetId, first, afterId }: { assetId: string | null; first: number; afterId: string | null },
  ): Promise<Evaluation[]> {
    return this.transactions.run(context, (tx) =>
      tx.find(Evaluation, {
        where: { ...(assetId && { assetId }), ...(afterId !== null && { id: MoreThan(afterId) }) },
        order: { id: 'ASC' },
        take: first + 1,
      }),
    );
  }
}
